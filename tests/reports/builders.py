"""Diagnoses made by hand, one for each kind of answer, with the strings of a real log."""

from __future__ import annotations

import json
from typing import Any

from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import (
    Change,
    Diagnosis,
    Finding,
    Fix,
    Grant,
    PolicyChangeEvent,
    PolicyTypeResult,
    StepResult,
)
from troubleshooter.model.evidence import Gap
from troubleshooter.model.policy import NearMiss, Statement
from troubleshooter.model.principal import Principal
from troubleshooter.model.vocabulary import (
    Basis,
    Confidence,
    Decision,
    Disposition,
    Element,
    Operation,
    PolicyType,
    PrincipalKind,
)

ROLE = "arn:aws:iam::111122223333:role/service/report-writer"
SESSION = "arn:aws:sts::111122223333:assumed-role/report-writer/i-0abc123def4567890"
OBJECT = "arn:aws:s3:::acme-reports/2026/q3.csv"
SCP_ARN = "arn:aws:organizations::999988887777:policy/o-a1b2c3d4e5/service_control_policy/p-region01"
OU = "arn:aws:organizations::999988887777:ou/o-a1b2c3d4e5/ou-ab12-production"
BOUNDARY = "arn:aws:iam::111122223333:policy/developer-boundary"
KEY = "arn:aws:kms:eu-central-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def principal() -> Principal:
    return Principal(
        arn=SESSION,
        kind=PrincipalKind.ROLE_SESSION,
        account="111122223333",
        name="report-writer",
        session_name="i-0abc123def4567890",
        session_issuer_arn=ROLE,
    )


def denial(action: str = "s3:PutObject", resource: str = OBJECT, **more: object) -> Denial:
    fields: dict[str, object] = {
        "principal": principal(),
        "action": action,
        "resource": resource,
        "resource_account": "111122223333",
        "api_call": action.split(":")[1],
        "event_source": f"{action.split(':', maxsplit=1)[0]}.amazonaws.com",
        "region": "us-west-2",
        "error_code": "AccessDenied",
        "error_message": f"User: {SESSION} is not authorized to perform: {action}",
        "event_id": "6f1e7f0c-2d5a-4a0e-9a55-0d6c5b0f7d11",
        "event_time": "2026-10-30T02:41:07Z",
        "source_ip": "203.0.113.24",
        "request_id": "0WB7CNDV2QK0R6T1",
        "context": {"aws:RequestedRegion": ("us-west-2",), "aws:SourceIp": ("203.0.113.24",)},
        "provenance": {"action": "errorMessage", "resource": "requestParameters"},
    }
    return Denial(**{**fields, **more})  # type: ignore[arg-type]


def policy(effect: str, action: str, resource: str, sid: str = "AppData", **more: object) -> dict[str, Any]:
    statement = {"Sid": sid, "Effect": effect, "Action": action, "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def statement_of(document: dict[str, Any], **fields: object) -> Statement:
    text = json.dumps(document["Statement"][0])
    parsed = json.loads(text)
    return Statement(sid=parsed["Sid"], effect=parsed["Effect"], text=text, **fields)  # type: ignore[arg-type]


def steps(*changed: StepResult) -> tuple[StepResult, ...]:
    plain = {
        1: StepResult(
            number=1,
            id="identity_policy",
            title="Identity policy",
            decision=Decision.ALLOW,
            summary="Statement AppData of identity policy report-access on role report-writer allows it.",
            policy_types=(PolicyTypeResult(policy_type=PolicyType.IDENTITY, decision=Decision.ALLOW),),
        ),
        2: StepResult(
            number=2,
            id="resource_policy",
            title="Resource policy",
            decision=Decision.NOT_APPLICABLE,
            summary="The bucket has no policy; within one account none is needed.",
        ),
        3: StepResult(
            number=3,
            id="simulator",
            title="Policy simulator",
            decision=Decision.EXPLICIT_DENY,
            summary="Offline: this program's own evaluation of the whole request, not AWS's simulator.",
        ),
        4: StepResult(
            number=4,
            id="scp",
            title="Organization (SCP and RCP)",
            decision=Decision.ALLOW,
            summary="Every level from root to account allows it.",
        ),
    }
    for step in changed:
        plain[step.number] = step
    return tuple(plain[number] for number in sorted(plain))


def scp_deny() -> Diagnosis:
    """An SCP's explicit deny, with a boundary that would still deny after it."""
    before = policy(
        "Deny",
        "*",
        "*",
        "DenyOutsideAllowedRegions",
        Condition={"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]}},
    )
    after = policy(
        "Deny",
        "*",
        "*",
        "DenyOutsideAllowedRegions",
        Condition={
            "StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]},
            "ArnNotLike": {"aws:PrincipalArn": ROLE},
        },
    )
    statement = statement_of(
        before, policy_type=PolicyType.SCP, policy_name="RestrictRegions", policy_arn=SCP_ARN, attached_to=OU
    )
    near = NearMiss(
        statement=statement,
        element=Element.CONDITION,
        required="StringNotEquals eu-central-1, eu-west-1",
        actual="us-west-2",
        hint="the deny does not apply to requests in eu-central-1 or eu-west-1",
        operator="StringNotEquals",
        key="aws:RequestedRegion",
        values=("eu-central-1", "eu-west-1"),
    )
    change = Change(
        policy_type=PolicyType.SCP,
        operation=Operation.REPLACE,
        target_arn=OU,
        policy_name="RestrictRegions",
        policy_arn=SCP_ARN,
        before=before,
        after=after,
    )
    boundary_before = policy("Allow", "s3:GetObject", "*", "ReadOnly")
    boundary_change = Change(
        policy_type=PolicyType.BOUNDARY,
        operation=Operation.REPLACE,
        target_arn=ROLE,
        policy_name="developer-boundary",
        policy_arn=BOUNDARY,
        before=boundary_before,
        after={
            **boundary_before,
            "Statement": [
                *boundary_before["Statement"],
                {"Sid": "AddedPutObject", "Effect": "Allow", "Action": "s3:PutObject", "Resource": OBJECT},
            ],
        },
    )
    grants = (Grant(principal=ROLE, action="s3:PutObject", resource=OBJECT),)
    fix = Fix(
        summary="Except role report-writer from RestrictRegions, and add s3:PutObject to its boundary",
        owner="the organization's administrators; the owners of account 111122223333",
        disposition=Disposition.NEEDS_ORG_ADMIN,
        verified=True,
        changes=(change, boundary_change),
        grants=grants,
        warnings=("the exception frees the role from the Region rule for every action",),
        without_policy_change=("Call S3 in eu-central-1 or eu-west-1: the SCP allows these Regions.",),
    )
    first = Finding(
        rank=1,
        cause="region-not-allowed",
        policy_type=PolicyType.SCP,
        decision=Decision.EXPLICIT_DENY,
        blocking=True,
        confidence=Confidence.CERTAIN,
        basis=Basis.EVALUATED,
        because="The request went to us-west-2; the SCP denies everything outside eu-central-1 and eu-west-1.",
        determining=(statement,),
        near_miss=near,
        fix=Fix(
            summary="Except role report-writer from RestrictRegions",
            owner="the organization's administrators",
            disposition=Disposition.NEEDS_ORG_ADMIN,
            changes=(change,),
        ),
        playbook="region-not-allowed",
        source_url="https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html",
    )
    second = Finding(
        rank=2,
        cause="permissions-boundary-implicit-deny",
        policy_type=PolicyType.BOUNDARY,
        decision=Decision.IMPLICIT_DENY,
        blocking=True,
        confidence=Confidence.CERTAIN,
        basis=Basis.EVALUATED,
        because="The permissions boundary developer-boundary has no statement that allows s3:PutObject.",
        fix=Fix(
            summary="Add s3:PutObject to developer-boundary",
            owner="the owners of account 111122223333",
            disposition=Disposition.NEEDS_REVIEW,
            changes=(boundary_change,),
        ),
        playbook="permissions-boundary-implicit-deny",
        source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    )
    return Diagnosis(
        denial=denial(stated_policy_type="scp", stated_decision="explicit_deny", stated_policy_arn=SCP_ARN),
        decision=Decision.EXPLICIT_DENY,
        steps=steps(
            StepResult(
                number=4,
                id="scp",
                title="Organization (SCP and RCP)",
                decision=Decision.EXPLICIT_DENY,
                summary="Statement DenyOutsideAllowedRegions of SCP RestrictRegions on OU production denies it.",
                policy_types=(
                    PolicyTypeResult(
                        policy_type=PolicyType.SCP,
                        decision=Decision.EXPLICIT_DENY,
                        determining=(statement,),
                        near_misses=(near,),
                    ),
                ),
            )
        ),
        findings=(first, second),
        fix=fix,
        changes=(
            PolicyChangeEvent(
                event_id="e-1",
                event_time="2026-10-30T02:30:07Z",
                api_call="organizations:AttachPolicy",
                principal="arn:aws:sts::999988887777:assumed-role/OrgAdmin/kim",
                target=OU,
                minutes_before_first_denial=11.0,
                why_suspect="it attached the SCP that now denies",
            ),
        ),
        next_commands=("aws organizations describe-policy --policy-id p-region01",),
    )


def identity_missing() -> Diagnosis:
    """No identity policy allows it: a bucket ARN stands where the object's is needed."""
    before = policy("Allow", "s3:PutObject", "arn:aws:s3:::acme-reports")
    after = policy("Allow", "s3:PutObject", "arn:aws:s3:::acme-reports")
    after = {
        **after,
        "Statement": [
            *after["Statement"],
            {"Sid": "AllowPutObject", "Effect": "Allow", "Action": "s3:PutObject", "Resource": OBJECT},
        ],
    }
    statement = statement_of(
        before, policy_type=PolicyType.IDENTITY, policy_name="report-access", policy_arn=None, attached_to=ROLE
    )
    near = NearMiss(
        statement=statement,
        element=Element.RESOURCE,
        required="arn:aws:s3:::acme-reports",
        actual=OBJECT,
        hint="object actions need the object's ARN, arn:aws:s3:::acme-reports/*",
        values=("arn:aws:s3:::acme-reports",),
    )
    change = Change(
        policy_type=PolicyType.IDENTITY,
        operation=Operation.REPLACE,
        target_arn=ROLE,
        policy_name="report-access",
        before=before,
        after=after,
    )
    fix = Fix(
        summary="Allow s3:PutObject on this object in policy report-access of role report-writer",
        owner="the owners of account 111122223333",
        disposition=Disposition.SAFE,
        verified=True,
        changes=(change,),
        grants=(Grant(principal=ROLE, action="s3:PutObject", resource=OBJECT),),
    )
    finding = Finding(
        rank=1,
        cause="s3-bucket-arn-for-object-action",
        policy_type=PolicyType.IDENTITY,
        decision=Decision.IMPLICIT_DENY,
        blocking=True,
        confidence=Confidence.CERTAIN,
        basis=Basis.EVALUATED,
        because="Statement AppData lists the bucket's ARN, but s3:PutObject acts on objects.",
        near_miss=near,
        fix=fix,
        playbook="s3-bucket-arn-for-object-action",
        source_url="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html",
    )
    return Diagnosis(
        denial=denial(),
        decision=Decision.IMPLICIT_DENY,
        steps=steps(
            StepResult(
                number=1,
                id="identity_policy",
                title="Identity policy",
                decision=Decision.IMPLICIT_DENY,
                summary="No statement of role report-writer's policies allows s3:PutObject on this object.",
                policy_types=(
                    PolicyTypeResult(
                        policy_type=PolicyType.IDENTITY, decision=Decision.IMPLICIT_DENY, near_misses=(near,)
                    ),
                ),
            )
        ),
        findings=(finding,),
        fix=fix,
        next_commands=("aws iam get-role-policy --role-name report-writer --policy-name report-access",),
    )


def message_only() -> Diagnosis:
    """Nothing was read: the message names a layer."""
    kinds = ("identity_policy", "permissions_boundary", "scp")
    return Diagnosis(
        denial=denial(stated_policy_type="identity_policy", stated_decision="implicit_deny", event_time=None),
        decision=Decision.UNKNOWN,
        steps=tuple(
            StepResult(
                number=number,
                id=identifier,
                title=title,
                decision=Decision.UNKNOWN,
                summary="No policy was read.",
                policy_types=(),
            )
            for number, identifier, title in (
                (1, "identity_policy", "Identity policy"),
                (2, "resource_policy", "Resource policy"),
                (3, "simulator", "Policy simulator"),
                (4, "scp", "Organization (SCP and RCP)"),
            )
        ),
        findings=(
            Finding(
                rank=1,
                cause="identity-policy-implicit-deny",
                policy_type=PolicyType.IDENTITY,
                decision=Decision.IMPLICIT_DENY,
                blocking=True,
                confidence=Confidence.LIKELY,
                basis=Basis.STATED,
                because="AWS's message says that no identity-based policy allows s3:PutObject.",
                playbook="identity-policy-implicit-deny",
                source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html",
            ),
            Finding(
                rank=2,
                cause="condition-not-met",
                policy_type=PolicyType.IDENTITY,
                decision=Decision.IMPLICIT_DENY,
                blocking=False,
                confidence=Confidence.POSSIBLE,
                basis=Basis.INFERRED,
                because="The same sentence is printed where an allow exists and its condition fails.",
                playbook="condition-not-met",
            ),
        ),
        gaps=tuple(
            Gap(policy_type=kind, scope=ROLE, reason="not read", remedy="--snapshot DIR or --live") for kind in kinds
        ),
        next_commands=(
            "aws iam list-role-policies --role-name report-writer",
            "aws iam list-attached-role-policies --role-name report-writer",
        ),
    )


def allowed_now() -> Diagnosis:
    """Current policies allow it; one layer was not read."""
    return Diagnosis(
        denial=denial(),
        decision=Decision.ALLOW,
        steps=steps(),
        findings=(
            Finding(
                rank=1,
                cause="current-policies-allow",
                policy_type=PolicyType.NONE,
                decision=Decision.ALLOW,
                blocking=False,
                confidence=Confidence.LIKELY,
                basis=Basis.EVALUATED,
                because="role report-writer may do it now; it was fixed since, or the session is older.",
                playbook="current-policies-allow",
            ),
        ),
        gaps=(
            Gap(
                policy_type="scp",
                scope="111122223333",
                reason="organizations:ListPolicies was refused",
                remedy="run with a role of the management account: --assume-role ARN",
            ),
        ),
    )


def key_policy() -> Diagnosis:
    """A key in another account behind an S3 call; the fix creates a bucket policy and replaces a key policy."""
    before = policy("Allow", "kms:*", "*", "Owner", Principal={"AWS": "arn:aws:iam::444455556666:root"})
    after = {
        **before,
        "Statement": [
            *before["Statement"],
            {
                "Sid": "AllowReportWriter",
                "Effect": "Allow",
                "Principal": {"AWS": ROLE},
                "Action": "kms:GenerateDataKey",
                "Resource": "*",
            },
        ],
    }
    change = Change(
        policy_type=PolicyType.RESOURCE, operation=Operation.REPLACE, target_arn=KEY, before=before, after=after
    )
    created = Change(
        policy_type=PolicyType.RESOURCE,
        operation=Operation.CREATE,
        target_arn="arn:aws:s3:::acme-reports",
        after=policy("Allow", "s3:PutObject", OBJECT, "AllowReportWriter", Principal={"AWS": ROLE}),
    )
    fix = Fix(
        summary="Let role report-writer generate data keys with the key, and write to the bucket",
        owner="the owners of account 444455556666",
        disposition=Disposition.NEEDS_REVIEW,
        verified=True,
        changes=(change, created),
        grants=(
            Grant(principal=ROLE, action="kms:GenerateDataKey", resource=KEY),
            Grant(principal=ROLE, action="s3:PutObject", resource=OBJECT),
        ),
        warnings=("anyone with kms:PutKeyPolicy on the key can lock it: keep the Owner statement",),
    )
    return Diagnosis(
        denial=denial(resource_account="444455556666"),
        decision=Decision.IMPLICIT_DENY,
        steps=steps(),
        findings=(
            Finding(
                rank=1,
                cause="kms-key-behind-resource",
                policy_type=PolicyType.RESOURCE,
                decision=Decision.IMPLICIT_DENY,
                blocking=True,
                confidence=Confidence.CERTAIN,
                basis=Basis.EVALUATED,
                because="the bucket encrypts with a key whose policy does not let role report-writer use it",
                fix=fix,
                playbook="kms-key-behind-resource",
            ),
        ),
        fix=fix,
    )


def quarantined() -> Diagnosis:
    """A leaked key: nothing to apply."""
    fix = Fix(
        summary="Page security: the access key was found in public and AWS quarantined it. Never detach the policy",
        owner="your security team",
        disposition=Disposition.DO_NOT_APPLY,
    )
    return Diagnosis(
        denial=denial("iam:CreateUser", "arn:aws:iam::111122223333:user/x"),
        decision=Decision.EXPLICIT_DENY,
        steps=steps(),
        findings=(
            Finding(
                rank=1,
                cause="quarantined-access-key",
                policy_type=PolicyType.IDENTITY,
                decision=Decision.EXPLICIT_DENY,
                blocking=True,
                confidence=Confidence.CERTAIN,
                basis=Basis.EVALUATED,
                because="AWS attached AWSCompromisedKeyQuarantineV3 to the user: its access key has leaked.",
                determining=(
                    Statement(
                        policy_type=PolicyType.IDENTITY,
                        policy_name="AWSCompromisedKeyQuarantineV3",
                        policy_arn="arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3",
                        attached_to="arn:aws:iam::111122223333:user/ci",
                        index=0,
                        effect="Deny",
                        text='{"Effect":"Deny"}',
                    ),
                ),
                fix=fix,
                playbook="quarantined-access-key",
            ),
        ),
        fix=fix,
    )


def not_iam() -> Diagnosis:
    """A refusal that no IAM policy fixes."""
    return Diagnosis(
        denial=denial("bedrock:InvokeModel", "arn:aws:bedrock:us-east-1::foundation-model/some.model-v1"),
        decision=Decision.UNKNOWN,
        steps=steps(),
        findings=(
            Finding(
                rank=1,
                cause="not-an-iam-denial",
                policy_type=PolicyType.NONE,
                decision=Decision.UNKNOWN,
                blocking=True,
                confidence=Confidence.LIKELY,
                basis=Basis.STATED,
                because="Bedrock model access is not enabled in this account; no IAM policy enables it.",
                playbook="not-an-iam-denial",
            ),
        ),
    )


ALL = {
    "scp-deny": scp_deny,
    "identity-missing": identity_missing,
    "message-only": message_only,
    "allowed-now": allowed_now,
    "key-policy": key_policy,
    "quarantined": quarantined,
    "not-iam": not_iam,
}
