"""The call hands a role to a service, and the caller may not pass that role."""

from __future__ import annotations

from troubleshooter.diagnosis.case import Blocked
from troubleshooter.diagnosis.cause import Cause
from troubleshooter.diagnosis.sentences import does_not_allow
from troubleshooter.model.vocabulary import PolicyType
from troubleshooter.steps.words import sentence


def _explain(blocked: Blocked) -> str | None:
    if blocked.policy_type is not PolicyType.IDENTITY or blocked.explicit:
        return None
    if blocked.request.action.lower() != "iam:passrole":
        return None
    call = blocked.case.denial.api_call or "the call"
    lead = blocked.judgement.why or f"{call} hands over {blocked.request.resource}, which needs iam:PassRole on it"
    return f"{sentence(lead)} {does_not_allow(blocked)}"


CAUSE = Cause(
    id="pass-role-behind-call",
    title="The caller may not pass the role that the call hands over",
    source_url="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    explain=_explain,
)
