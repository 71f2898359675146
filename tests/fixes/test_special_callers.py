"""Callers and policies whose fix is not simply one more statement."""

from tests.fixes.small import (
    ACCOUNT,
    BUCKET,
    OBJECT,
    OTHER,
    added,
    allow,
    denial,
    deny,
    diagnosed,
    document,
    evidence,
    policy,
    role,
)
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.principal import Principal
from troubleshooter.model.vocabulary import Disposition, PrincipalKind
from troubleshooter.pipeline import diagnose

QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:jobs"


def test_an_identity_center_role_is_changed_in_its_permission_set() -> None:
    name = "AWSReservedSSO_Reader_0123456789abcdef"
    found = diagnosed(evidence(role(name, path="/aws-reserved/sso.amazonaws.com/")), denial(name))
    assert found.fix is not None
    assert found.fix.changes == ()
    assert not found.fix.verified
    assert "permission set Reader" in found.fix.summary


def test_a_quarantined_key_is_not_helped() -> None:
    quarantine = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3"
    known = evidence(
        role("worker", document(allow("s3:*")), managed=(quarantine,)),
        policies=(policy(quarantine, document(deny("s3:*"))),),
    )
    fix = diagnosed(known).fix
    assert fix is not None
    assert fix.disposition is Disposition.DO_NOT_APPLY
    assert fix.changes == ()


def test_a_deny_in_an_aws_managed_policy_cannot_be_edited() -> None:
    managed = "arn:aws:iam::aws:policy/DenyAll"
    known = evidence(
        role("worker", document(allow("s3:*")), managed=(managed,)), policies=(policy(managed, document(deny("s3:*"))),)
    )
    fix = diagnosed(known).fix
    assert fix is not None
    assert fix.changes == ()
    assert "managed by AWS" in fix.summary


def test_an_unsigned_caller_gets_no_public_bucket() -> None:
    caller = Principal(arn="anonymous", kind=PrincipalKind.ANONYMOUS)
    fix = diagnosed(evidence(), denial(principal=caller)).fix
    assert fix is not None
    assert fix.changes == ()
    assert "sign the request" in fix.summary


def test_a_service_is_admitted_for_its_source_only() -> None:
    topic = f"arn:aws:sns:eu-west-1:{ACCOUNT}:topic"
    caller = Principal(arn="sns.amazonaws.com", kind=PrincipalKind.AWS_SERVICE)
    given = denial(principal=caller, action="sqs:SendMessage", resource=QUEUE, context={"aws:SourceArn": (topic,)})
    found = diagnosed(evidence(resources={QUEUE: None}), given)
    (statement,) = added(found)
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert statement["Condition"] == {"ArnEquals": {"aws:SourceArn": topic}}


def test_a_service_without_a_source_is_warned_about() -> None:
    caller = Principal(arn="sns.amazonaws.com", kind=PrincipalKind.AWS_SERVICE)
    given = denial(principal=caller, action="sqs:SendMessage", resource=QUEUE, context={})
    fix = diagnosed(evidence(resources={QUEUE: None}), given).fix
    assert fix is not None
    assert fix.disposition is Disposition.NEEDS_REVIEW
    assert any("aws:SourceArn" in warning for warning in fix.warnings)


def test_the_root_user_is_excepted_by_its_arn() -> None:
    caller = Principal(arn=f"arn:aws:iam::{ACCOUNT}:root", kind=PrincipalKind.ROOT, account=ACCOUNT)
    blocks = document(deny("s3:GetObject", [BUCKET, f"{BUCKET}/*"], Principal="*"))
    found = diagnosed(evidence(resources={BUCKET: blocks}), denial(principal=caller))
    assert found.fix is not None
    assert found.fix.verified
    assert any("root" in str(item.get("Condition")) for item in added(found))


def test_a_missing_mfa_is_said_before_the_edit() -> None:
    condition = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    known = evidence(role("worker", document(allow("s3:*", Condition=condition))))
    fix = diagnosed(known, denial(context={"aws:MultiFactorAuthPresent": ("false",)})).fix
    assert fix is not None
    assert fix.without_policy_change[0].startswith("use MFA")
    assert fix.disposition is Disposition.NEEDS_REVIEW
    assert fix.verified


def test_a_failed_address_is_pinned_not_dropped() -> None:
    condition = {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}, "StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    known = evidence(role("worker", document(allow("s3:*", Condition=condition))))
    context = {"aws:SourceIp": ("203.0.113.9",), "aws:RequestedRegion": ("eu-west-1",)}
    (statement,) = added(diagnosed(known, denial(context=context)))
    assert statement["Condition"] == {
        "StringEquals": {"aws:RequestedRegion": "eu-west-1"},
        "IpAddress": {"aws:SourceIp": "203.0.113.9"},
    }


def test_an_unread_bucket_policy_is_never_overwritten() -> None:
    caller = f"arn:aws:sts::{OTHER}:assumed-role/partner/run"
    given = denial(principal=Principal(arn=caller, kind=PrincipalKind.ROLE_SESSION, account=OTHER))
    fix = diagnosed(evidence(resources={}), given).fix
    assert fix is None or all(change.policy_type != "resource_policy" for change in fix.changes)


def test_what_an_unread_policy_leaves_open_is_said() -> None:
    fix = diagnosed(evidence(role("worker"), resources={})).fix
    assert fix is not None
    assert not fix.verified
    assert fix.disposition is Disposition.NEEDS_REVIEW
    assert any("not among the resource policies" in warning for warning in fix.warnings)


def test_a_message_alone_offers_a_new_inline_policy_unproved() -> None:
    given = denial(from_event=False, stated_policy_type="identity_policy", stated_decision="implicit_deny")
    fix = diagnose(given, Evidence()).fix
    assert fix is not None
    assert not fix.verified
    (change,) = fix.changes
    assert str(change.operation) == "create"
    assert change.target_arn == f"arn:aws:iam::{ACCOUNT}:role/worker"


def test_a_message_about_another_policy_offers_no_document() -> None:
    given = denial(from_event=False, stated_policy_type="scp", stated_decision="explicit_deny")
    assert diagnose(given, Evidence()).fix is None


def test_a_secret_named_without_its_suffix_is_granted_whole() -> None:
    secret = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:db"
    given = denial(action="secretsmanager:GetSecretValue", resource=secret)
    (statement,) = added(diagnosed(evidence(role("worker"), resources={f"{secret}-AbCdEf": None}), given))
    assert statement["Resource"] == f"{secret}-AbCdEf"


def test_a_key_with_wildcards_in_its_name_is_granted_literally() -> None:
    (statement,) = added(diagnosed(evidence(role("worker")), denial(resource=f"{BUCKET}/a*b?c")))
    assert statement["Resource"] == f"{BUCKET}/a${{*}}b${{?}}c"


def test_an_action_without_resource_types_gets_a_star() -> None:
    (statement,) = added(diagnosed(evidence(role("worker")), denial(action="s3:ListAllMyBuckets", resource="*")))
    assert statement["Resource"] == "*"


def test_a_permission_to_grant_permissions_needs_review() -> None:
    user = f"arn:aws:iam::{ACCOUNT}:user/sam"
    fix = diagnosed(evidence(role("worker")), denial(action="iam:AttachUserPolicy", resource=user)).fix
    assert fix is not None
    assert fix.verified
    assert fix.disposition is Disposition.NEEDS_REVIEW


def test_two_denies_in_one_policy_become_one_change() -> None:
    guard = document(allow("s3:*"), deny("s3:GetObject", OBJECT), deny(["s3:GetObject", "s3:PutObject"]))
    fix = diagnosed(evidence(role("worker", guard))).fix
    assert fix is not None
    assert fix.verified
    assert len(fix.changes) == 1


def test_the_last_deny_of_a_policy_leaves_no_empty_policy() -> None:
    known = evidence(role("worker", document(allow("s3:*")), document(deny("s3:GetObject", OBJECT))))
    fix = diagnosed(known).fix
    assert fix is not None
    assert fix.verified
    assert fix.changes[0].after is not None
    assert fix.changes[0].after["Statement"]


def test_one_object_is_cut_from_a_deny_on_a_prefix_of_its_bucket() -> None:
    inside = f"{BUCKET}/2026/*"
    known = evidence(
        role("worker", document(allow("s3:GetObject", [inside, f"{BUCKET}/other/*", "arn:aws:s3:::else/*"]))),
        resources={BUCKET: document(deny("s3:GetObject", inside, Principal="*"))},
    )
    found = diagnosed(known)
    assert found.fix is not None
    assert found.fix.verified
    spared = next(item for item in added(found) if "NotResource" in item)
    assert spared["NotResource"] == [OBJECT, f"{BUCKET}/other/*"]
    assert spared["Condition"] == {"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/worker"}}


def test_a_condition_left_out_needs_review() -> None:
    expired = {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}
    known = evidence(role("worker", document(allow("s3:GetObject", OBJECT, Condition=expired))))
    fix = diagnosed(known, denial(context={"aws:CurrentTime": ("2026-05-01T00:00:00Z",)})).fix
    assert fix is not None
    assert fix.verified
    assert fix.disposition is Disposition.NEEDS_REVIEW
