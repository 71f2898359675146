from __future__ import annotations

from troubleshooter.model.evaluation import Evaluation, LayerResult, Unknown
from troubleshooter.model.evidence import AwsAnswer, Evidence, OrganizationEvidence
from troubleshooter.model.policy import Statement
from troubleshooter.model.principal import Principal
from troubleshooter.model.request import LayerGap, Request
from troubleshooter.model.vocabulary import Decision, PolicyType, PrincipalKind
from troubleshooter.steps import step1_identity_policy, step2_resource_policy, step3_simulator, step4_scp

ROLE = Principal(arn="arn:aws:sts::111122223333:assumed-role/orders-api/task", kind=PrincipalKind.ROLE_SESSION)
REQUEST = Request(principal=ROLE, action="s3:GetObject", resource="arn:aws:s3:::harborline-orders/in/1.json")
SCP_DENY = Statement(
    policy_type=PolicyType.SCP,
    policy_name="EuropeOnly",
    attached_to="arn:aws:organizations::999988887777:ou/o-hb/ou-hb01-work",
    sid="OnlyEurope",
    effect="Deny",
)


def layer(
    policy_type: PolicyType,
    decision: Decision,
    *,
    blocking: bool = False,
    determining: tuple[Statement, ...] = (),
    unknowns: tuple[Unknown, ...] = (),
    gaps: tuple[LayerGap, ...] = (),
) -> LayerResult:
    return LayerResult(
        policy_type=policy_type,
        decision=decision,
        blocking=blocking,
        determining=determining,
        unknowns=unknowns,
        gaps=gaps,
    )


def evaluation(decision: Decision, *layers: LayerResult) -> Evaluation:
    return Evaluation(request=REQUEST, decision=decision, layers=layers)


DENIED_TWICE = evaluation(
    Decision.EXPLICIT_DENY,
    layer(PolicyType.IDENTITY, Decision.IMPLICIT_DENY, blocking=True),
    layer(PolicyType.RESOURCE, Decision.IMPLICIT_DENY),
    layer(PolicyType.SCP, Decision.EXPLICIT_DENY, blocking=True, determining=(SCP_DENY,)),
)


def test_every_step_reports_its_own_layers_after_the_first_deny() -> None:
    first = step1_identity_policy.run(REQUEST, Evidence(), DENIED_TWICE)
    fourth = step4_scp.run(REQUEST, Evidence(), DENIED_TWICE)
    assert (first.number, first.id, first.decision) == (1, "identity_policy", Decision.IMPLICIT_DENY)
    assert (fourth.number, fourth.id, fourth.decision) == (4, "scp", Decision.EXPLICIT_DENY)
    assert "no identity policy allows s3:GetObject" in first.summary.replace("No", "no")
    assert "OnlyEurope" in fourth.summary
    assert "EuropeOnly" in fourth.summary


def test_organization_units_are_named_where_their_name_was_read() -> None:
    evidence = Evidence(organization=OrganizationEvidence(names={"ou-hb01-work": "Workloads"}))
    assert "OU Workloads (ou-hb01-work)" in step4_scp.run(REQUEST, evidence, DENIED_TWICE).summary


def test_a_resource_policy_that_need_not_allow_does_not_decide_its_step() -> None:
    second = step2_resource_policy.run(REQUEST, Evidence(), DENIED_TWICE)
    assert second.decision is Decision.NOT_APPLICABLE
    assert second.policy_types[0].decision is Decision.IMPLICIT_DENY
    assert "bucket policy does not allow it by itself" in second.summary


def test_an_implicit_deny_still_counts_while_the_verdict_is_open() -> None:
    open_verdict = evaluation(
        Decision.UNKNOWN,
        layer(PolicyType.IDENTITY, Decision.IMPLICIT_DENY),
        layer(
            PolicyType.RESOURCE,
            Decision.UNKNOWN,
            gaps=(LayerGap(policy_type="resource_policy", reason="not read", remedy="s3:GetBucketPolicy"),),
        ),
    )
    assert step1_identity_policy.run(REQUEST, Evidence(), open_verdict).decision is Decision.IMPLICIT_DENY
    second = step2_resource_policy.run(REQUEST, Evidence(), open_verdict)
    assert second.decision is Decision.UNKNOWN
    assert "not read" in second.summary
    assert second.policy_types[0].gaps == ("not read",)


def test_an_unknown_key_is_said_with_both_outcomes() -> None:
    unknown = Unknown(needs="aws:SourceIp", if_met=Decision.ALLOW, if_not=Decision.IMPLICIT_DENY)
    result = step1_identity_policy.run(
        REQUEST,
        Evidence(),
        evaluation(Decision.UNKNOWN, layer(PolicyType.IDENTITY, Decision.UNKNOWN, unknowns=(unknown,))),
    )
    assert "aws:SourceIp is not known: allowed if it matches, implicitly denied" in result.summary


def test_the_simulator_step_says_that_offline_it_is_our_own_verdict() -> None:
    third = step3_simulator.run(REQUEST, Evidence(), DENIED_TWICE)
    assert third.id == "simulator"
    assert third.decision is Decision.EXPLICIT_DENY
    assert "AWS's simulator was not asked" in third.summary
    assert "identity policy and SCP" in third.summary


def test_the_simulator_step_shows_both_words_and_why_they_differ() -> None:
    denied = evaluation(
        Decision.EXPLICIT_DENY, layer(PolicyType.RESOURCE, Decision.EXPLICIT_DENY, blocking=True, determining=())
    )
    answer = AwsAnswer(kind="policy_simulator", decision="allow", blind_spots=("resource policies", "RCPs"))
    third = step3_simulator.run(REQUEST, Evidence(aws_answers=(answer,)), denied)
    assert third.decision is Decision.ALLOW
    assert "AWS's simulator: allowed; our own evaluation: explicitly denied" in third.summary
    assert "does not evaluate the bucket policy" in third.summary
    assert "It does not see: resource policies and RCPs" in third.summary


def test_the_simulator_step_says_when_both_agree() -> None:
    answer = AwsAnswer(kind="policy_simulator", decision="explicit_deny")
    assert "They agree" in step3_simulator.run(REQUEST, Evidence(aws_answers=(answer,)), DENIED_TWICE).summary


def test_steps_of_a_denial_without_a_request_say_so() -> None:
    for step in (step1_identity_policy, step2_resource_policy, step3_simulator, step4_scp):
        result = step.run(None, Evidence(), None)
        assert result.decision is Decision.UNKNOWN
        assert "does not say which principal" in result.summary
