"""The VPC endpoint a request came through, and its policy.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from __future__ import annotations

from troubleshooter.engine.applicability.context import value_of
from troubleshooter.engine.applicability.identity import document_of
from troubleshooter.model.arn import partition_of
from troubleshooter.model.evidence import Evidence, JsonObject
from troubleshooter.model.policy import PolicySource, SourcedPolicy
from troubleshooter.model.request import LayerGap, Request
from troubleshooter.model.shapes import as_text
from troubleshooter.model.vocabulary import PolicyType

_SERVICE_REGION = 2
"""``com.amazonaws.<region>.<service>``: where the Region stands in an endpoint's service name."""


def find_endpoint(request: Request, evidence: Evidence) -> tuple[str, JsonObject] | None:
    """Return the endpoint's owner account and its describe-vpc-endpoints entry, or None."""
    wanted = value_of(request.context, "aws:sourcevpce")
    for account_id, account in evidence.accounts.items():
        for entry in account.vpc_endpoints or ():
            if wanted is not None and entry.get("VpcEndpointId") == wanted:
                return as_text(entry.get("OwnerId")) or account_id, entry
    return None


def endpoint_policy(
    request: Request, evidence: Evidence
) -> tuple[tuple[SourcedPolicy, ...] | None, tuple[LayerGap, ...]]:
    """Return the endpoint's policy; None where the request came through none, or its policy is full access."""
    wanted = value_of(request.context, "aws:sourcevpce")
    if wanted is None:
        return None, ()
    found = find_endpoint(request, evidence)
    if found is None:
        gap = LayerGap(
            policy_type=PolicyType.VPC_ENDPOINT,
            reason=f"the policy of VPC endpoint {wanted} was not read",
            remedy="ec2:DescribeVpcEndpoints in the account that owns the endpoint",
            scope=wanted,
        )
        return (), (gap,)
    owner, entry = found
    document = document_of(entry.get("PolicyDocument"))
    if document is None:
        return None, ()
    source = PolicySource(policy_type=PolicyType.VPC_ENDPOINT, attached_to=endpoint_arn(owner, entry, request))
    return (SourcedPolicy(source=source, document=document),), ()


def endpoint_arn(owner: str, entry: JsonObject, request: Request) -> str:
    """Return ``arn:<partition>:ec2:<region>:<owner>:vpc-endpoint/<id>``; the Region is in its service name."""
    parts = str(entry.get("ServiceName") or "").split(".")
    named = parts[_SERVICE_REGION] if len(parts) > _SERVICE_REGION else ""
    region = named or value_of(request.context, "aws:requestedregion") or ""
    partition = partition_of(request.principal.arn)
    return f"arn:{partition}:ec2:{region}:{owner}:vpc-endpoint/{entry.get('VpcEndpointId')}"
