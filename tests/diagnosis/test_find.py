"""What the message, AWS's own answers and the evaluation say, put together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.cases.samples import SAMPLES
from troubleshooter import Denial, Diagnosis, Evidence, Finding, diagnose, load_snapshot, parse
from troubleshooter.model.evidence import AwsAnswer, OrganizationEvidence, OrganizationPolicy
from troubleshooter.model.vocabulary import Basis, Confidence, Decision, PolicyType

ACCOUNT = "111122223333"


def sample(case: str) -> tuple[Denial, Evidence]:
    folder: Path = SAMPLES / case
    return parse((folder / "event.json").read_bytes())[0], load_snapshot(folder / "snapshot")


def blocking(diagnosis: Diagnosis) -> list[Finding]:
    return [finding for finding in diagnosis.findings if finding.blocking]


def without_resource_policies(evidence: Evidence) -> Evidence:
    accounts = {key: replace(account, resource_policies=None) for key, account in evidence.accounts.items()}
    return replace(evidence, accounts=accounts)


def with_scp(evidence: Evidence, *actions: str) -> Evidence:
    organization = evidence.organization
    assert isinstance(organization, OrganizationEvidence)
    deny = OrganizationPolicy(
        id="p-extra",
        arn="arn:aws:organizations::999988887777:policy/o-h4rborline/service_control_policy/p-extra",
        name="Extra",
        type="SERVICE_CONTROL_POLICY",
        document={"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": list(actions), "Resource": "*"}]},
        targets=(ACCOUNT,),
    )
    return replace(evidence, organization=replace(organization, policies=(*organization.policies, deny)))


def test_every_blocking_layer_says_which_others_would_still_deny() -> None:
    denial, evidence = sample("identity-policy-implicit-deny")
    found = blocking(diagnose(denial, with_scp(evidence, "dynamodb:*")))
    assert [item.policy_type for item in found] == [PolicyType.IDENTITY, PolicyType.SCP]
    assert "With this alone fixed, the SCP would still deny." in found[0].because
    assert "With this alone fixed, the identity policy would still deny." in found[1].because


def test_the_layer_that_the_message_names_leads_and_an_explicit_deny_leads_otherwise() -> None:
    denial, evidence = sample("identity-policy-implicit-deny")
    evidence = with_scp(evidence, "dynamodb:*")
    assert diagnose(denial, evidence).findings[0].policy_type is PolicyType.IDENTITY
    silent = replace(denial, stated_policy_type=None, stated_decision=None)
    assert diagnose(silent, evidence).findings[0].policy_type is PolicyType.SCP


def test_a_message_that_names_another_layer_is_shown_beside_the_evaluation() -> None:
    denial, evidence = sample("identity-policy-implicit-deny")
    stated = replace(denial, stated_policy_type="scp", stated_decision="explicit_deny")
    first, second = diagnose(stated, evidence).findings
    assert (first.policy_type, first.blocking, first.confidence) == (PolicyType.IDENTITY, True, Confidence.LIKELY)
    assert (second.cause, second.blocking, second.basis) == ("scp-explicit-deny", False, Basis.STATED)
    assert "AWS names only one of several" in second.because
    assert "30 minutes after the denial" in second.because


def test_what_the_message_states_is_likely_and_blocks_where_nothing_was_read() -> None:
    denial, _ = sample("identity-policy-implicit-deny")
    diagnosis = diagnose(denial, Evidence())
    first = diagnosis.findings[0]
    assert diagnosis.decision is Decision.UNKNOWN
    assert (first.cause, first.blocking) == ("identity-policy-implicit-deny", True)
    assert (first.confidence, first.basis) == (Confidence.LIKELY, Basis.STATED)
    assert any("list-attached-role-policies --role-name orders-api" in item for item in diagnosis.next_commands)
    assert diagnosis.gaps[0].scope == "every policy"


def test_without_message_or_evidence_nothing_is_above_possible() -> None:
    denial, _ = sample("missing-key-shown-as-403")
    diagnosis = diagnose(denial, Evidence())
    assert {finding.confidence for finding in diagnosis.findings} == {Confidence.POSSIBLE}
    assert not blocking(diagnosis)
    assert "missing-key-shown-as-403" in {finding.cause for finding in diagnosis.findings}


def test_an_unread_resource_policy_leaves_the_identity_side_likely() -> None:
    denial, evidence = sample("s3-bucket-arn-for-object-action")
    silent = replace(denial, stated_policy_type=None, stated_decision=None)
    diagnosis = diagnose(silent, without_resource_policies(evidence))
    first = diagnosis.findings[0]
    assert diagnosis.decision is Decision.UNKNOWN
    assert (first.cause, first.blocking, first.confidence) == (
        "s3-bucket-arn-for-object-action",
        False,
        Confidence.LIKELY,
    )
    assert "Whether the bucket policy grants it instead was not read." in first.because
    assert diagnosis.gaps[0].policy_type == "resource_policy"
    assert diagnosis.gaps[0].remedy == "s3:GetBucketPolicy"
    assert diagnosis.next_commands[0].startswith("aws s3api get-bucket-policy --bucket harborline-orders")


def test_the_message_settles_which_side_blocked() -> None:
    denial, evidence = sample("s3-bucket-arn-for-object-action")
    (found,) = blocking(diagnose(denial, without_resource_policies(evidence)))
    assert (found.cause, found.confidence) == ("s3-bucket-arn-for-object-action", Confidence.LIKELY)


def test_an_unread_organization_comes_first_among_the_gaps() -> None:
    denial, evidence = sample("current-policies-allow")
    diagnosis = diagnose(
        replace(denial, stated_policy_type=None, stated_decision=None), replace(evidence, organization=None)
    )
    assert diagnosis.decision is Decision.UNKNOWN
    assert diagnosis.findings[0].cause == "evidence-insufficient"
    assert diagnosis.findings[0].because.startswith("Everything that was read allows it.")
    assert diagnosis.gaps[0].policy_type == "scp"


def test_an_unknown_key_is_said_with_both_outcomes_and_settled_by_context() -> None:
    denial, evidence = sample("source-ip-not-allowed")
    context = {key: values for key, values in denial.context.items() if key.lower() != "aws:sourceip"}
    lost = replace(denial, context=context, source_ip=None, stated_policy_type=None, stated_decision=None)
    diagnosis = diagnose(lost, evidence)
    assert diagnosis.decision is Decision.UNKNOWN
    first = diagnosis.findings[0]
    assert (first.cause, first.blocking, first.confidence) == ("source-ip-not-allowed", False, Confidence.POSSIBLE)
    assert "If its condition is met: allowed." in first.because
    assert "--context aws:SourceIp=VALUE" in first.because
    supplied = replace(evidence, context={"aws:SourceIp": ("198.51.100.7",)})
    assert diagnose(lost, supplied).decision is Decision.ALLOW


def test_current_policies_allow_names_what_the_message_said() -> None:
    denial, evidence = sample("current-policies-allow")
    first, second = diagnose(denial, evidence).findings
    assert (first.cause, first.decision, first.blocking) == ("current-policies-allow", Decision.ALLOW, False)
    assert "6 hours after the denial" in first.because
    assert (second.cause, second.blocking) == ("identity-policy-implicit-deny", False)


def test_a_boundary_that_the_message_names_and_that_is_gone_no_longer_blocks() -> None:
    denial, evidence = sample("permissions-boundary-explicit-deny")
    account = evidence.accounts[ACCOUNT]
    roles = {
        arn: {key: value for key, value in role.items() if key != "PermissionsBoundary"}
        for arn, role in (account.roles or {}).items()
    }
    diagnosis = diagnose(denial, replace(evidence, accounts={ACCOUNT: replace(account, roles=roles)}))
    assert diagnosis.decision is Decision.ALLOW
    assert [(item.cause, item.blocking) for item in diagnosis.findings] == [
        ("current-policies-allow", False),
        ("permissions-boundary-explicit-deny", False),
    ]
    assert "no longer deny there" in diagnosis.findings[1].because


def test_a_session_policy_that_the_message_names_blocks_though_no_session_was_read() -> None:
    denial, evidence = sample("session-policy-implicit-deny")
    accounts = {key: replace(account, sessions=None) for key, account in evidence.accounts.items()}
    diagnosis = diagnose(denial, replace(evidence, accounts=accounts))
    assert diagnosis.decision is Decision.IMPLICIT_DENY
    first = diagnosis.findings[0]
    assert (first.cause, first.blocking, first.basis) == ("session-policy-implicit-deny", True, Basis.STATED)
    assert any(gap.policy_type == "session_policy" for gap in diagnosis.gaps)


def test_an_unread_session_lowers_the_confidence_that_policies_allow() -> None:
    denial, evidence = sample("current-policies-allow")
    accounts = {key: replace(account, sessions=None) for key, account in evidence.accounts.items()}
    diagnosis = diagnose(denial, replace(evidence, accounts=accounts))
    assert diagnosis.findings[0].confidence is Confidence.LIKELY
    assert any(gap.policy_type == "session_policy" for gap in diagnosis.gaps)


def test_the_key_behind_the_bucket_blocks_though_the_message_does_not_name_it() -> None:
    denial, evidence = sample("kms-key-behind-resource")
    silent = replace(
        denial,
        action="s3:PutObject",
        resource="arn:aws:s3:::harborline-orders/in/4711.json",
        resource_account=ACCOUNT,
        stated_policy_type=None,
        stated_decision=None,
    )
    diagnosis = diagnose(silent, evidence)
    (found,) = blocking(diagnosis)
    assert (found.cause, found.policy_type) == ("kms-key-behind-resource", PolicyType.RESOURCE)
    assert "needs kms:GenerateDataKey" in found.because
    assert diagnosis.decision is Decision.IMPLICIT_DENY
    assert "Behind it, kms:GenerateDataKey" in diagnosis.steps[1].summary


def answer(kind: str, decision: str, *policy_types: str) -> AwsAnswer:
    return AwsAnswer(kind=kind, decision=decision, policy_types=policy_types, blind_spots=("RCPs",))


def test_aws_naming_the_same_layer_makes_it_its_word() -> None:
    denial, evidence = sample("identity-policy-implicit-deny")
    said = replace(evidence, aws_answers=(answer("authorization_details", "implicit_deny", "identity_policy"),))
    (found,) = blocking(diagnose(denial, said))
    assert (found.basis, found.confidence) == (Basis.AWS_SAID, Confidence.CERTAIN)


def test_aws_naming_a_layer_that_was_not_read_is_certain() -> None:
    denial, evidence = sample("current-policies-allow")
    silent = replace(denial, stated_policy_type=None, stated_decision=None)
    said = replace(evidence, organization=None, aws_answers=(answer("authorization_details", "explicit_deny", "scp"),))
    (found,) = blocking(diagnose(silent, said))
    assert (found.cause, found.basis, found.confidence) == ("scp-explicit-deny", Basis.AWS_SAID, Confidence.CERTAIN)


def test_aws_naming_a_layer_that_now_allows_is_shown_as_changed_since() -> None:
    denial, evidence = sample("current-policies-allow")
    said = replace(evidence, aws_answers=(answer("authorization_details", "implicit_deny", "identity_policy"),))
    diagnosis = diagnose(denial, said)
    found = next(finding for finding in diagnosis.findings if finding.basis is Basis.AWS_SAID)
    assert not found.blocking
    assert "read 6 hours after the denial" in found.because


def test_the_simulator_speaks_where_our_evaluation_is_open() -> None:
    denial, evidence = sample("current-policies-allow")
    silent = replace(denial, stated_policy_type=None, stated_decision=None)
    said = replace(evidence, organization=None, aws_answers=(answer("policy_simulator", "explicit_deny", "scp"),))
    found = next(item for item in diagnose(silent, said).findings if item.basis is Basis.SIMULATED)
    assert (found.blocking, found.confidence) == (False, Confidence.LIKELY)
    assert "not seen by it: RCPs" in found.because.replace("Not", "not")


def test_the_decoded_messages_keys_are_used() -> None:
    denial, evidence = sample("source-ip-not-allowed")
    decoded = AwsAnswer(kind="decoded_message", decision=None, context={"aws:SourceIp": ("198.51.100.7",)})
    assert diagnose(denial, replace(evidence, aws_answers=(decoded,))).decision is Decision.ALLOW


def test_the_policy_that_the_message_names_tells_its_statement_when_read_on_its_own() -> None:
    denial, evidence = sample("scp-explicit-deny")
    statement = {"Sid": "KeepTheTrail", "Effect": "Deny", "Action": "cloudtrail:StopLogging", "Resource": "*"}
    named = AwsAnswer(
        kind="stated_policy",
        policy_types=("scp",),
        raw={
            "arn": denial.stated_policy_arn,
            "summary": {"Name": "ProtectAuditTrail"},
            "document": {"Version": "2012-10-17", "Statement": [statement]},
        },
    )
    first = diagnose(denial, replace(evidence, organization=None, aws_answers=(named,))).findings[0]
    assert (first.cause, first.blocking, first.basis) == ("scp-explicit-deny", True, Basis.STATED)
    assert [item.sid for item in first.determining] == ["KeepTheTrail"]
    assert "read on its own" in first.because


def test_a_denial_that_names_nobody_gives_no_verdict_and_says_so() -> None:
    diagnosis = diagnose(Denial(error_code="AccessDenied", error_message="Access Denied"), Evidence())
    assert diagnosis.decision is Decision.UNKNOWN
    assert len(diagnosis.steps) == 4
    assert any("does not say who asked" in finding.because for finding in diagnosis.findings)
