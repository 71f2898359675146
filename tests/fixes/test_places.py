"""Where a change is made, and where it is not: quotas, shared policies, versions."""

import pytest

from tests.fixes.small import ACCOUNT, OBJECT, added, allow, deny, diagnosed, document, evidence, policy, role
from troubleshooter.fixes.action_patterns import action_fits, without_action
from troubleshooter.fixes.limits import overflow
from troubleshooter.fixes.resource_patterns import resource_fits
from troubleshooter.model.vocabulary import PolicyType
from troubleshooter.reference.actions import actions_of

SHARED = f"arn:aws:iam::{ACCOUNT}:policy/shared"


def test_a_policy_that_others_carry_stays_as_it_is() -> None:
    content = document(allow(["s3:PutObject"], OBJECT))
    known = evidence(
        role("worker", managed=(SHARED,)), role("other", managed=(SHARED,)), policies=(policy(SHARED, content),)
    )
    fix = diagnosed(known).fix
    assert fix is not None
    assert fix.changes[0].policy_arn is None
    assert any("others" in warning for warning in fix.warnings)


def test_a_policy_of_the_caller_alone_is_where_the_statement_goes() -> None:
    content = document(allow(["s3:PutObject"], OBJECT))
    fix = diagnosed(evidence(role("worker", managed=(SHARED,)), policies=(policy(SHARED, content),))).fix
    assert fix is not None
    assert fix.changes[0].policy_arn == SHARED
    assert fix.verified


def test_a_full_set_of_versions_is_said() -> None:
    content = document(allow(["s3:PutObject"], OBJECT))
    fix = diagnosed(evidence(role("worker", managed=(SHARED,)), policies=(policy(SHARED, content, versions=5),))).fix
    assert fix is not None
    assert any("5 versions" in warning for warning in fix.warnings)


def test_a_full_policy_is_left_for_a_new_one() -> None:
    filler = [allow(f"s3:Get{index:03d}", f"arn:aws:s3:::filler-{index:04d}/*") for index in range(75)]
    content = document(allow(["s3:PutObject"], OBJECT), *filler)
    assert overflow(PolicyType.BOUNDARY, content) == ()
    fix = diagnosed(evidence(role("worker", managed=(SHARED,)), policies=(policy(SHARED, content),))).fix
    assert fix is not None
    assert fix.changes[0].policy_arn is None


def test_a_shared_boundary_opens_for_the_caller_alone() -> None:
    limit = {"PermissionsBoundaryArn": SHARED, "PermissionsBoundaryType": "Policy"}
    known = evidence(
        role("worker", document(allow("s3:*")), PermissionsBoundary=limit),
        role("other", document(allow("s3:*")), PermissionsBoundary=limit),
        policies=(policy(SHARED, document(allow("ec2:*"))),),
    )
    (statement,) = added(diagnosed(known))
    assert statement["Condition"] == {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/worker"}}


def test_an_exemption_joins_the_list_that_is_there() -> None:
    condition = {"ArnNotLike": {"AWS:principalarn": [f"arn:aws:iam::{ACCOUNT}:role/admin"]}}
    known = evidence(
        role("worker", document(allow("s3:*")), managed=(SHARED,)),
        role("other", managed=(SHARED,)),
        policies=(policy(SHARED, document(deny("s3:GetObject", OBJECT, Condition=condition))),),
    )
    (statement,) = added(diagnosed(known))
    assert statement["Condition"]["ArnNotLike"]["AWS:principalarn"] == [
        f"arn:aws:iam::{ACCOUNT}:role/admin",
        f"arn:aws:iam::{ACCOUNT}:role/worker",
    ]


@pytest.mark.parametrize("pattern", ["s3:*", "s3:Get*", "s3:*Object", "S3:getobjec?", "*"])
def test_patterns_without_one_action_cover_all_others_and_nothing_more(pattern: str) -> None:
    rest = without_action({"Action": [pattern]}, "s3:GetObject", not_action=False)
    patterns = rest["Action"] if rest else []
    for action in actions_of("s3"):
        covered = any(action_fits(item, action) for item in patterns)
        assert covered is (action != "s3:GetObject" and action_fits(pattern, action)), action


@pytest.mark.parametrize(
    ("pattern", "resource", "fits"),
    [
        ("*", OBJECT, True),
        ("arn:aws:s3:::orders/*", OBJECT, True),
        ("arn:aws:s3:::orders", OBJECT, False),
        ("arn:*:s3:::orders/*", OBJECT, True),
        ("arn:aws:sqs:*:1:*", "arn:aws:sqs:eu-west-1:1:q", True),
        ("arn:aws:*:1:*", "arn:aws:sqs:eu-west-1:1:q", False),
    ],
)
def test_resource_patterns_stay_within_their_segments(pattern: str, resource: str, *, fits: bool) -> None:
    assert resource_fits(pattern, resource) is fits
