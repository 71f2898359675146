"""Every sample case end to end: the right cause first, every blocking layer and no other, the fix proved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cases.samples import CASES, diagnosis_of
from tests.conftest import Golden
from troubleshooter.diagnosis.causes import CAUSES
from troubleshooter.model.plain import to_plain
from troubleshooter.usecases.exit_codes import exit_code

GOLDENS = Path(__file__).parent / "goldens"

# Causes that accompany another one: folder -> the cause that comes first.
FIRST = {
    "identity-center-permission-set": "identity-policy-implicit-deny",
    "service-linked-or-reserved-role": "resource-policy-implicit-deny",
    "policy-document-invalid": "identity-policy-implicit-deny",
}

# Folder -> (policy type, kind of deny, element of the near miss) of each blocking layer.
BLOCKING = {
    "action-name-mismatch": ("identity_policy", "implicit_deny", "action"),
    "condition-not-met": ("identity_policy", "implicit_deny", "condition"),
    "cross-account-identity-side-missing": ("identity_policy", "implicit_deny", None),
    "cross-account-resource-side-missing": ("resource_policy", "implicit_deny", None),
    "external-id-mismatch": ("trust_policy", "implicit_deny", "condition"),
    "identity-center-permission-set": ("identity_policy", "implicit_deny", "action"),
    "identity-policy-explicit-deny": ("identity_policy", "explicit_deny", None),
    "identity-policy-implicit-deny": ("identity_policy", "implicit_deny", "action"),
    "kms-key-behind-resource": ("resource_policy", "implicit_deny", "action"),
    "mfa-required": ("identity_policy", "explicit_deny", None),
    "oidc-subject-mismatch": ("trust_policy", "implicit_deny", "condition"),
    "organizations-call-from-member-account": ("resource_policy", "implicit_deny", None),
    "outside-time-window": ("identity_policy", "implicit_deny", "condition"),
    "pass-role-behind-call": ("identity_policy", "implicit_deny", "resource"),
    "permissions-boundary-explicit-deny": ("permissions_boundary", "explicit_deny", None),
    "permissions-boundary-implicit-deny": ("permissions_boundary", "implicit_deny", None),
    "policy-document-invalid": ("identity_policy", "implicit_deny", None),
    "quarantined-access-key": ("identity_policy", "explicit_deny", None),
    "rcp-explicit-deny": ("rcp", "explicit_deny", None),
    "rcp-implicit-deny": ("rcp", "implicit_deny", None),
    "region-not-allowed": ("scp", "explicit_deny", None),
    "resource-arn-mismatch": ("identity_policy", "implicit_deny", "resource"),
    "resource-policy-explicit-deny": ("resource_policy", "explicit_deny", None),
    "resource-policy-implicit-deny": ("resource_policy", "implicit_deny", "principal"),
    "s3-bucket-arn-for-object-action": ("identity_policy", "implicit_deny", "resource"),
    "s3-object-arn-for-bucket-action": ("identity_policy", "implicit_deny", "resource"),
    "s3-public-access-block": ("s3_public_access_block", "implicit_deny", None),
    "scp-explicit-deny": ("scp", "explicit_deny", None),
    "scp-implicit-deny": ("scp", "implicit_deny", None),
    "service-linked-or-reserved-role": ("resource_policy", "implicit_deny", None),
    "session-policy-explicit-deny": ("session_policy", "explicit_deny", None),
    "session-policy-implicit-deny": ("session_policy", "implicit_deny", "action"),
    "source-ip-not-allowed": ("identity_policy", "implicit_deny", "condition"),
    "tag-condition-not-met": ("identity_policy", "implicit_deny", "condition"),
    "tls-required": ("resource_policy", "explicit_deny", None),
    "trust-policy-explicit-deny": ("trust_policy", "explicit_deny", None),
    "trust-policy-implicit-deny": ("trust_policy", "implicit_deny", "principal"),
    "vpc-endpoint-policy-explicit-deny": ("vpc_endpoint_policy", "explicit_deny", None),
    "vpc-endpoint-policy-implicit-deny": ("vpc_endpoint_policy", "implicit_deny", "action"),
    "vpc-endpoint-required": ("resource_policy", "explicit_deny", None),
}

# Blocking, and yet no policy change is offered that could be proved: who or what to turn to instead.
WITHOUT_PROVED_FIX = {
    "identity-center-permission-set",
    "organizations-call-from-member-account",
    "policy-document-invalid",
    "quarantined-access-key",
    "rcp-implicit-deny",
    "s3-public-access-block",
}

# A deny on a pattern cannot leave out one object of it: what else the exception opens, and says so.
STAYS_OPEN = {
    "identity-policy-explicit-deny": {("s3:deleteobject", "arn:aws:s3:::harborline-invoices/*")},
    "resource-policy-explicit-deny": {("s3:putobject", "arn:aws:s3:::harborline-orders/exports/*")},
}

# No cause above "possible" on this evidence.
INCONCLUSIVE = {"evidence-insufficient"}


def test_every_cause_has_a_sample_case() -> None:
    assert {cause.id for cause in CAUSES} == set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_the_right_cause_comes_first(case: str) -> None:
    found = diagnosis_of(case)
    assert found.findings[0].cause == FIRST.get(case, case)
    assert case in {finding.cause for finding in found.findings}
    assert [finding.rank for finding in found.findings] == list(range(1, len(found.findings) + 1))
    assert exit_code([found]) == (5 if case in INCONCLUSIVE else 0)


@pytest.mark.parametrize("case", CASES)
def test_the_blocking_layers_and_no_other(case: str) -> None:
    blocking = [
        (
            finding.policy_type.value,
            finding.decision.value,
            finding.near_miss.element.value if finding.near_miss else None,
        )
        for finding in diagnosis_of(case).findings
        if finding.blocking
    ]
    assert blocking == ([BLOCKING[case]] if case in BLOCKING else [])


@pytest.mark.parametrize("case", sorted(set(BLOCKING) - WITHOUT_PROVED_FIX))
def test_the_fix_is_proved_and_grants_what_was_asked(case: str) -> None:
    found = diagnosis_of(case)
    assert found.fix is not None
    assert found.fix.verified
    asked = {(item.request.action.lower(), item.request.resource) for item in found.evaluations}
    granted = {(grant.action.lower(), grant.resource) for grant in found.fix.grants}
    assert granted - asked <= STAYS_OPEN.get(case, set())


@pytest.mark.parametrize("case", sorted(WITHOUT_PROVED_FIX))
def test_no_fix_is_called_proved_where_none_can_be(case: str) -> None:
    fix = diagnosis_of(case).fix
    assert fix is None or not fix.verified


@pytest.mark.parametrize("case", CASES)
def test_the_whole_diagnosis(case: str, golden: Golden) -> None:
    plain = to_plain(diagnosis_of(case))
    del plain["denial"]["context"]
    golden.check(GOLDENS / f"{case}.json", json.dumps(plain, indent=1, ensure_ascii=False) + "\n")
