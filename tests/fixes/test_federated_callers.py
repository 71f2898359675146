"""Callers from an identity provider are pinned to their subject, or not admitted."""

import pytest

from tests.fixes.small import ACCOUNT, Json, added, denial, diagnosed, document, evidence, role
from troubleshooter.model.denial import Denial
from troubleshooter.model.principal import Principal
from troubleshooter.model.vocabulary import PrincipalKind

GITHUB = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
TARGET = f"arn:aws:iam::{ACCOUNT}:role/target"
ADMIN = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/admin"}, "Action": "sts:AssumeRole"}


def federated(provider: str, kind: PrincipalKind, action: str, context: Json) -> Denial:
    caller = Principal(arn=provider, kind=kind, account=ACCOUNT if provider.startswith("arn:") else None)
    return denial(principal=caller, action=action, resource=TARGET, context=context)


def trusting(*statements: Json) -> Json:
    return {"AssumeRolePolicyDocument": document(*statements)}


@pytest.mark.parametrize(
    ("provider", "subject"),
    [
        (GITHUB, "token.actions.githubusercontent.com:sub"),
        ("accounts.google.com", "accounts.google.com:sub"),
        ("graph.facebook.com", "graph.facebook.com:id"),
    ],
)
def test_a_web_identity_is_admitted_by_its_subject(provider: str, subject: str) -> None:
    context = {subject: ("someone",), "aws:FederatedProvider": (provider,)}
    given = federated(provider, PrincipalKind.WEB_IDENTITY, "sts:AssumeRoleWithWebIdentity", context)
    found = diagnosed(evidence(role("target", **trusting(ADMIN))), given)
    (statement,) = added(found)
    assert statement["Principal"] == {"Federated": provider}
    assert statement["Condition"] == {"StringEquals": {subject: "someone"}}
    assert found.fix is not None
    assert found.fix.verified


def test_a_provider_without_a_subject_is_never_admitted() -> None:
    given = federated(GITHUB, PrincipalKind.WEB_IDENTITY, "sts:AssumeRoleWithWebIdentity", {})
    fix = diagnosed(evidence(role("target", **trusting(ADMIN))), given).fix
    assert fix is not None
    assert fix.changes == ()
    assert "subject" in fix.summary


def test_an_audience_in_the_event_is_kept() -> None:
    keys = {f"token.actions.githubusercontent.com:{name}": (name,) for name in ("sub", "aud")}
    given = federated(GITHUB, PrincipalKind.WEB_IDENTITY, "sts:AssumeRoleWithWebIdentity", keys)
    (statement,) = added(diagnosed(evidence(role("target", **trusting(ADMIN))), given))
    assert statement["Condition"]["StringEquals"] == {key: values[0] for key, values in keys.items()}


def test_a_deny_in_a_trust_policy_spares_one_subject() -> None:
    deny = {
        "Effect": "Deny",
        "Principal": {"Federated": GITHUB},
        "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
    }
    allow = {"Effect": "Allow", "Principal": {"Federated": GITHUB}, "Action": "sts:AssumeRoleWithWebIdentity"}
    keys = {"token.actions.githubusercontent.com:sub": ("repo:x",)}
    given = federated(GITHUB, PrincipalKind.WEB_IDENTITY, "sts:AssumeRoleWithWebIdentity", keys)
    found = diagnosed(evidence(role("target", **trusting(allow, deny))), given)
    assert found.fix is not None
    assert found.fix.verified
    assert any("StringNotEquals" in item.get("Condition", {}) for item in added(found))
