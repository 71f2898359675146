"""Unknown answers: what decides is named, and knowing more never unsettles a settled answer."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.strategies import random_case
from troubleshooter.engine.authorize import authorize
from troubleshooter.engine.cases import read_case
from troubleshooter.model.policy import PolicySource, SourcedPolicy
from troubleshooter.model.principal import Principal
from troubleshooter.model.request import LayerGap, PolicySet, Request
from troubleshooter.model.vocabulary import Decision, PolicyType

USER = "arn:aws:iam::111122223333:user/ana"
ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def policy(*statements: dict[str, Any], kind: PolicyType = PolicyType.IDENTITY) -> SourcedPolicy:
    document: dict[str, Any] = {"Version": "2012-10-17", "Statement": list(statements)}
    return SourcedPolicy(source=PolicySource(policy_type=kind, policy_name="p"), document=document)


def request(**changes: Any) -> Request:
    given = Request(
        principal=Principal(arn=USER),
        action="s3:GetObject",
        resource="arn:aws:s3:::reports/a.csv",
        resource_account="111122223333",
    )
    return replace(given, **changes)


def test_an_unknown_key_is_named_with_both_outcomes() -> None:
    found = authorize(request(), PolicySet(identity=(policy({**ALLOW, "Condition": MFA}),)))
    assert found.decision is Decision.UNKNOWN
    (unknown,) = found.layers[0].unknowns
    assert (unknown.needs, unknown.if_met, unknown.if_not) == (
        "aws:MultiFactorAuthPresent",
        Decision.ALLOW,
        Decision.IMPLICIT_DENY,
    )


def test_an_unknown_deny_names_its_key() -> None:
    deny = {**ALLOW, "Effect": "Deny", "Condition": MFA}
    found = authorize(request(), PolicySet(identity=(policy(ALLOW, deny),)))
    assert found.decision is Decision.UNKNOWN
    (unknown,) = found.layers[0].unknowns
    assert (unknown.if_met, unknown.if_not) == (Decision.EXPLICIT_DENY, Decision.ALLOW)


def test_a_key_known_to_be_absent_is_no_unknown() -> None:
    asked = request(absent_keys=frozenset({"aws:multifactorauthpresent"}))
    assert authorize(asked, PolicySet(identity=(policy({**ALLOW, "Condition": MFA}),))).decision is (
        Decision.IMPLICIT_DENY
    )


def test_an_absent_family_covers_its_keys() -> None:
    tagged = {**ALLOW, "Condition": {"StringEquals": {"aws:RequestTag/team": "x"}}}
    asked = request(absent_keys=frozenset({"aws:requesttag/"}))
    assert authorize(asked, PolicySet(identity=(policy(tagged),))).decision is Decision.IMPLICIT_DENY


def test_an_unknown_that_cannot_matter_is_not_asked_for() -> None:
    found = authorize(request(), PolicySet(identity=(policy(ALLOW, {**ALLOW, "Condition": MFA}),)))
    assert found.decision is Decision.ALLOW
    assert found.layers[0].unknowns == ()


@pytest.mark.parametrize("condition", [MFA, {"StringLike": {"aws:UserAgent": "*"}}])
def test_no_and_unknown_is_no(condition: dict[str, Any]) -> None:
    elsewhere = {**ALLOW, "Resource": "arn:aws:s3:::other/*", "Condition": condition}
    assert authorize(request(), PolicySet(identity=(policy(elsewhere),))).decision is Decision.IMPLICIT_DENY


def test_an_unread_boundary_makes_an_allow_unknown() -> None:
    gap = LayerGap(policy_type="permissions_boundary", reason="not read", remedy="iam:GetPolicy", scope="arn:x")
    found = authorize(request(), PolicySet(identity=(policy(ALLOW),), gaps=(gap,)))
    assert found.decision is Decision.UNKNOWN
    boundary = found.layer(PolicyType.BOUNDARY)
    assert boundary is not None
    assert [item.needs for item in boundary.unknowns] == ["permissions_boundary arn:x"]


def test_an_unread_layer_does_not_hide_an_explicit_deny() -> None:
    gap = LayerGap(policy_type="identity_policy", reason="not read", remedy="iam:GetPolicy")
    deny = {**ALLOW, "Effect": "Deny"}
    assert authorize(request(), PolicySet(identity=(policy(deny),), gaps=(gap,))).decision is Decision.EXPLICIT_DENY


def test_a_known_missing_allow_stands_beside_an_unread_layer() -> None:
    gap = LayerGap(policy_type="scp", reason="not read", remedy="organizations:ListPolicies")
    found = authorize(request(), PolicySet(identity=(), gaps=(gap,)))
    assert found.decision is Decision.IMPLICIT_DENY
    assert [layer.policy_type for layer in found.blocking] == [PolicyType.IDENTITY]


def test_a_document_that_aws_would_refuse_is_a_gap_that_names_the_place() -> None:
    broken = policy({"Effect": "allow", "Action": "s3:*", "Resource": "*"})
    found = authorize(request(), PolicySet(identity=(policy(ALLOW), broken)))
    assert found.decision is Decision.UNKNOWN
    assert [error.path for error in found.errors] == ["Statement[0].Effect"]
    assert "Statement[0].Effect" in found.layers[0].gaps[0].reason


def test_an_unknown_owner_is_unknown_only_where_it_matters() -> None:
    asked = request(resource_account=None)
    assert authorize(asked, PolicySet(identity=(policy(ALLOW),))).decision is Decision.UNKNOWN
    assert authorize(asked, PolicySet()).decision is Decision.IMPLICIT_DENY


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**9), kept=st.integers(0, 2**20 - 1), said_absent=st.booleans())
def test_more_evidence_never_unsettles_an_answer(seed: int, kept: int, said_absent: bool) -> None:
    """What was decided on part of the context is decided alike on all of it; a deny may only become explicit."""
    full, policies = read_case(random_case(Random(seed)))
    context = {key: values for number, (key, values) in enumerate(full.context.items()) if kept >> number & 1}
    whole = authorize(full, policies).decision
    absent = frozenset({"aws:sourcevpce", "aws:requesttag/"} if said_absent else ())
    present = {key.lower() for key in full.context}
    absent = frozenset(key for key in absent if not any(name.startswith(key) for name in present))
    part = replace(full, context=context, absent_keys=absent, context_complete=False)
    known = authorize(part, policies).decision
    if known is not Decision.UNKNOWN:
        assert known is whole or (known, whole) == (Decision.IMPLICIT_DENY, Decision.EXPLICIT_DENY)


def without_one(policies: PolicySet, number: int) -> PolicySet | None:
    """Forget one policy, or all of one layer that is not a list, and say so."""
    layers = ("identity", "permissions_boundary", "session", "vpc_endpoint")
    kinds = ("identity_policy", "permissions_boundary", "session_policy", "vpc_endpoint_policy")
    name, kind = layers[number % 4], kinds[number % 4]
    held = getattr(policies, name)
    if not held:
        return None
    left = held[: number % len(held)] + held[number % len(held) + 1 :]
    gap = LayerGap(policy_type=kind, reason="not read", remedy="read it")
    return replace(policies, **{name: left, "gaps": (gap,)})


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 10**9), number=st.integers(0, 60))
def test_reading_a_missing_policy_never_unsettles_an_answer(seed: int, number: int) -> None:
    full, policies = read_case(random_case(Random(seed)))
    partial = without_one(policies, number)
    if partial is None:
        return
    known, whole = authorize(full, partial).decision, authorize(full, policies).decision
    if known is not Decision.UNKNOWN:
        assert known is whole or (known, whole) == (Decision.IMPLICIT_DENY, Decision.EXPLICIT_DENY)
