"""VPC endpoints and their policies.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from __future__ import annotations

from troubleshooter.evidence.api import call
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.vocabulary import PolicyType

ENDPOINTS = call(
    "ec2.describe_vpc_endpoints",
    "ec2:DescribeVpcEndpoints",
    PolicyType.VPC_ENDPOINT,
    absent=("InvalidVpcEndpointId.NotFound", "InvalidVpcEndpointIdNotFound", "InvalidVpcEndpoint.NotFound"),
    items="VpcEndpoints",
)
CALLS = (ENDPOINTS,)


def collect_one(collecting: Collecting, endpoint_id: str) -> None:
    """Read the endpoint that the event names."""
    reader = collecting.reader
    answer = reader.read_all(ENDPOINTS, endpoint_id, VpcEndpointIds=[endpoint_id])
    if not answer.read:
        return
    for endpoint in answer.items:
        reader.store.put(reader.account, "vpc_endpoints", str(endpoint["VpcEndpointId"]), endpoint)
    if not answer.items:
        reader.gap(
            PolicyType.VPC_ENDPOINT,
            endpoint_id,
            f"{endpoint_id} was not found in account {reader.account}, {reader.region}",
            "--assume-role of a role in the account that owns the endpoint, or the right --region",
        )


def collect_all(collecting: Collecting) -> None:
    """Read all endpoints of the account in this Region."""
    reader = collecting.reader
    answer = reader.read_all(ENDPOINTS, f"account {reader.account} in {reader.region}")
    if answer.read:
        reader.store.looked(reader.account, "vpc_endpoints")
        for endpoint in answer.items:
            reader.store.put(reader.account, "vpc_endpoints", str(endpoint["VpcEndpointId"]), endpoint)
