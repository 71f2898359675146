"""S3 access points: their policy, and the bucket behind, whose policy must allow too.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""

from __future__ import annotations

from troubleshooter.evidence.api import call
from troubleshooter.evidence.collectors.service import keep_policy
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import Arn

GET = call("s3control.get_access_point", "s3:GetAccessPoint", absent=("NoSuchAccessPoint",))
POLICY = call(
    "s3control.get_access_point_policy",
    "s3:GetAccessPointPolicy",
    none=("NoSuchAccessPointPolicy",),
    absent=("NoSuchAccessPoint",),
)
CALLS = (GET, POLICY)


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read the access point of ``arn:…:s3:<region>:<account>:accesspoint/<name>[/object/<key>]``, then its bucket."""
    if arn.resource_type != "accesspoint":
        return
    name = arn.resource_id.split("/", 1)[0]
    point = f"arn:{arn.partition}:s3:{arn.region}:{arn.account}:accesspoint/{name}"
    policy = collecting.reader.read(POLICY, point, AccountId=arn.account, Name=name)
    keep_policy(collecting, point, policy, policy.get("Policy"))
    bucket = collecting.reader.read(GET, point, AccountId=arn.account, Name=name).get("Bucket")
    if bucket:
        collecting.resource(f"arn:{arn.partition}:s3:::{bucket}")
