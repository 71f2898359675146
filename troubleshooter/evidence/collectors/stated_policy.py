"""The policy whose ARN the denial message names: read it where these credentials may.

Since 2026 messages can end in the ARN of the policy that refused; its account is often not the caller's.
"""

from __future__ import annotations

from dataclasses import replace

from troubleshooter.evidence.collectors import organization
from troubleshooter.evidence.context import Collecting
from troubleshooter.evidence.plain_json import document
from troubleshooter.model.evidence import AwsAnswer
from troubleshooter.model.vocabulary import PolicyType

KIND = "stated_policy"
CALLS = (organization.POLICY,)


def collect_organization_policy(collecting: Collecting, arn: str, policy_type: PolicyType) -> None:
    """Read an SCP or RCP by the id in its ARN; kept as AWS's answer: where it is attached is not known from it."""
    policy_id = organization.policy_id_in(arn)
    if policy_id is None:
        return
    answer = collecting.reader.read(replace(organization.POLICY, policy_type=policy_type), arn, PolicyId=policy_id)
    if not answer.read:
        return
    content = document(answer.get("Policy", "Content"))
    collecting.reader.store.answer(
        AwsAnswer(
            kind=KIND,
            policy_types=(policy_type.value,),
            statements=(),
            raw={"arn": arn, "summary": answer.get("Policy", "PolicySummary") or {}, "document": content},
            blind_spots=("the policy as it is now, not as it was at the denial",),
        )
    )
