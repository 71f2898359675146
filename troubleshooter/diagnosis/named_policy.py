"""The one organization policy that AWS's message names, evaluated on its own.

Where the organization could not be read, its document (read by its id) still tells which statement denies.
"""

from __future__ import annotations

from troubleshooter.diagnosis.case import Case
from troubleshooter.engine.authorize import authorize
from troubleshooter.model.evidence import AwsAnswer
from troubleshooter.model.policy import PolicySource, SourcedPolicy, Statement
from troubleshooter.model.request import OrganizationLevel, PolicySet
from troubleshooter.model.shapes import as_object, as_text
from troubleshooter.model.vocabulary import Decision, PolicyType

_KIND = "stated_policy"


def denying_statements(case: Case, policy_type: PolicyType) -> tuple[Statement, ...]:
    """Return the statements of the named policy that explicitly deny the request; empty where it was not read."""
    answer = next((item for item in case.evidence.aws_answers if item.kind == _KIND), None)
    policy = _sourced(answer, policy_type) if answer else None
    if policy is None or case.primary is None or policy_type not in {PolicyType.SCP, PolicyType.RCP}:
        return ()
    level = (OrganizationLevel(org_identifier="", policies=(policy,)),)
    policies = PolicySet(scp=level) if policy_type is PolicyType.SCP else PolicySet(rcp=level)
    layer = authorize(case.primary.request, policies).layer(policy_type)
    return layer.determining if layer and layer.decision is Decision.EXPLICIT_DENY else ()


def _sourced(answer: AwsAnswer, policy_type: PolicyType) -> SourcedPolicy | None:
    raw = answer.raw
    document = as_object(raw.get("document")) or as_text(raw.get("document"))
    summary = as_object(raw.get("summary")) or {}
    if document is None:
        return None
    source = PolicySource(
        policy_type=policy_type, policy_name=as_text(summary.get("Name")), policy_arn=as_text(raw.get("arn"))
    )
    return SourcedPolicy(source=source, document=document)
