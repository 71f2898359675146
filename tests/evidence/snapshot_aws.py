"""A snapshot folder, answering as AWS would: every call of live evidence served from its files.

Emulators choose account, key and organization ids themselves; here the sample's own are kept. Shapes are
checked against the SDK's models by the wire.
"""

# ruff: noqa: N802 - methods are named after the operations that they answer

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from botocore.client import BaseClient

from tests.evidence.conftest import refusal

Parameters = dict[str, Any]


class SnapshotAws:
    """Answers calls with what the snapshot in ``folder`` holds; ``own`` is the account of the profile."""

    def __init__(self, folder: Path, own: str, access_key: str | None) -> None:
        self.folder, self.own, self.access_key = folder, own, access_key
        self.accounts = sorted(path.name for path in (folder / "accounts").iterdir())

    def __call__(self, client: BaseClient, operation: str, parameters: Parameters) -> dict[str, Any]:
        service = client.meta.service_model.service_name.replace("-", "_")
        answer: Callable[..., dict[str, Any]] | None = getattr(self, f"{service}_{operation}", None)
        if answer is None:
            raise refusal(operation)
        key = str(client._request_signer._credentials.access_key)  # type: ignore[attr-defined]
        account = key[4:16] if key.startswith("ASIA") else self.own
        return answer(account, parameters)

    def file(self, account: str, name: str) -> Any:
        path = self.folder / "accounts" / account / f"{name}.json"
        return json.loads(path.read_text()) if path.exists() else None

    # --- who, and other accounts

    def sts_GetCallerIdentity(self, account: str, _: Parameters) -> dict[str, Any]:
        return {"Account": account, "Arn": f"arn:aws:iam::{account}:user/auditor", "UserId": "AIDAEXAMPLE"}

    def sts_AssumeRole(self, _: str, parameters: Parameters) -> dict[str, Any]:
        account = parameters["RoleArn"].split(":")[4]
        credentials = {
            "AccessKeyId": f"ASIA{account}XXXX",
            "SecretAccessKey": "made-up",
            "SessionToken": "made-up",
            "Expiration": 2_000_000_000,
        }
        return {"Credentials": credentials}

    # --- identities

    def _entry(self, account: str, kind: str, name: str) -> dict[str, Any]:
        details = self.file(account, "authorization-details") or {}
        for entry in details.get(f"{kind}DetailList", []):
            if entry[f"{kind}Name"] == name:
                return dict(entry)
        raise refusal(f"Get{kind}", "NoSuchEntity")

    def iam_GetUser(self, account: str, parameters: Parameters) -> dict[str, Any]:
        entry = self._entry(account, "User", parameters["UserName"])
        return {"User": _only(entry, "Path UserName UserId Arn CreateDate PermissionsBoundary Tags")}

    def iam_GetRole(self, account: str, parameters: Parameters) -> dict[str, Any]:
        entry = self._entry(account, "Role", parameters["RoleName"])
        found = _only(entry, "Path RoleName RoleId Arn CreateDate PermissionsBoundary Tags RoleLastUsed")
        # boto3 hands documents over as objects: the SDK's model calls them strings, decoded on the way in.
        return {"Role": {**found, "AssumeRolePolicyDocument": entry["AssumeRolePolicyDocument"]}}

    def iam_ListGroupsForUser(self, account: str, parameters: Parameters) -> dict[str, Any]:
        entry = self._entry(account, "User", parameters["UserName"])
        groups = [self._entry(account, "Group", name) for name in entry.get("GroupList", [])]
        return {"Groups": [_only(group, "Path GroupName GroupId Arn CreateDate") for group in groups]}

    def _names(self, account: str, kind: str, parameters: Parameters) -> dict[str, Any]:
        entry = self._entry(account, kind, parameters[f"{kind}Name"])
        return {"PolicyNames": [policy["PolicyName"] for policy in entry.get(f"{kind}PolicyList", [])]}

    def _inline(self, account: str, kind: str, parameters: Parameters) -> dict[str, Any]:
        entry = self._entry(account, kind, parameters[f"{kind}Name"])
        policies = {policy["PolicyName"]: policy["PolicyDocument"] for policy in entry[f"{kind}PolicyList"]}
        return {
            f"{kind}Name": parameters[f"{kind}Name"],
            "PolicyName": parameters["PolicyName"],
            "PolicyDocument": policies[parameters["PolicyName"]],
        }

    def _attached(self, account: str, kind: str, parameters: Parameters) -> dict[str, Any]:
        return {"AttachedPolicies": self._entry(account, kind, parameters[f"{kind}Name"])["AttachedManagedPolicies"]}

    def iam_ListUserPolicies(self, account: str, parameters: Parameters) -> dict[str, Any]:
        return self._names(account, "User", parameters)

    def iam_ListGroupPolicies(self, account: str, parameters: Parameters) -> dict[str, Any]:
        return self._names(account, "Group", parameters)

    def iam_ListRolePolicies(self, account: str, parameters: Parameters) -> dict[str, Any]:
        return self._names(account, "Role", parameters)

    def iam_GetUserPolicy(self, account: str, parameters: Parameters) -> dict[str, Any]:
        return self._inline(account, "User", parameters)

    def iam_GetGroupPolicy(self, account: str, parameters: Parameters) -> dict[str, Any]:
        return self._inline(account, "Group", parameters)

    def iam_GetRolePolicy(self, account: str, parameters: Parameters) -> dict[str, Any]:
        return self._inline(account, "Role", parameters)

    def iam_ListAttachedUserPolicies(self, account: str, parameters: Parameters) -> dict[str, Any]:
        return self._attached(account, "User", parameters)

    def iam_ListAttachedGroupPolicies(self, account: str, parameters: Parameters) -> dict[str, Any]:
        return self._attached(account, "Group", parameters)

    def iam_ListAttachedRolePolicies(self, account: str, parameters: Parameters) -> dict[str, Any]:
        return self._attached(account, "Role", parameters)

    def _managed(self, account: str, arn: str) -> dict[str, Any]:
        details = self.file(account, "authorization-details") or {}
        for entry in details.get("Policies", []):
            if entry["Arn"] == arn:
                return dict(entry)
        raise refusal("GetPolicy", "NoSuchEntity")

    def iam_GetPolicy(self, account: str, parameters: Parameters) -> dict[str, Any]:
        entry = self._managed(account, parameters["PolicyArn"])
        return {"Policy": _only(entry, "PolicyName PolicyId Arn Path DefaultVersionId AttachmentCount IsAttachable")}

    def iam_GetPolicyVersion(self, account: str, parameters: Parameters) -> dict[str, Any]:
        entry = self._managed(account, parameters["PolicyArn"])
        versions = {version["VersionId"]: version for version in entry["PolicyVersionList"]}
        return {"PolicyVersion": _only(versions[parameters["VersionId"]], "Document VersionId IsDefaultVersion")}

    def iam_GetAccountAuthorizationDetails(self, account: str, _: Parameters) -> dict[str, Any]:
        return dict(self.file(account, "authorization-details"))

    # --- sessions

    def cloudtrail_LookupEvents(self, account: str, parameters: Parameters) -> dict[str, Any]:
        wanted = parameters["LookupAttributes"][0]["AttributeValue"]
        for arn, session in (self.file(account, "sessions") or {}).items():
            if wanted in {arn, self.access_key}:
                return {"Events": [{"CloudTrailEvent": json.dumps(_assume_role(arn, session, self.access_key))}]}
        return {"Events": []}

    # --- resources

    def _policy(self, account: str, arn: str, code: str) -> str | None:
        """Return the policy's text; raises ``code`` for an unlisted resource."""
        found = self.file(account, "resource-policies") or {}
        if arn not in found:
            raise refusal("Get", code)
        policy = found[arn]
        return policy if policy is None or isinstance(policy, str) else json.dumps(policy)

    def _tags(self, account: str, arn: str) -> dict[str, str]:
        return dict((self.file(account, "resource-tags") or {}).get(arn, {}))

    def _bucket(self, account: str, parameters: Parameters, key: str, none: str) -> Any:
        buckets = (self.file(account, "s3") or {}).get("Buckets", {})
        value = buckets.get(parameters["Bucket"], {}).get(key)
        if value is None:
            raise refusal(key, none)
        return value

    def s3_GetBucketPolicy(self, account: str, parameters: Parameters) -> dict[str, Any]:
        arn = f"arn:aws:s3:::{parameters['Bucket']}"
        text = self._policy(account, arn, "AccessDenied")
        if text is None:
            raise refusal("GetBucketPolicy", "NoSuchBucketPolicy")
        return {"Policy": text}

    def s3_GetPublicAccessBlock(self, account: str, parameters: Parameters) -> dict[str, Any]:
        found = self._bucket(account, parameters, "PublicAccessBlock", "NoSuchPublicAccessBlockConfiguration")
        return {"PublicAccessBlockConfiguration": found}

    def s3_GetBucketOwnershipControls(self, account: str, parameters: Parameters) -> dict[str, Any]:
        found = self._bucket(account, parameters, "ObjectOwnership", "OwnershipControlsNotFoundError")
        return {"OwnershipControls": {"Rules": [{"ObjectOwnership": found}]}}

    def s3_GetBucketEncryption(self, account: str, parameters: Parameters) -> dict[str, Any]:
        code = "ServerSideEncryptionConfigurationNotFoundError"
        return {"ServerSideEncryptionConfiguration": self._bucket(account, parameters, "Encryption", code)}

    def s3_GetBucketRequestPayment(self, account: str, parameters: Parameters) -> dict[str, Any]:
        return {"Payer": self._bucket(account, parameters, "RequestPayer", "AccessDenied")}

    def s3_GetBucketTagging(self, account: str, parameters: Parameters) -> dict[str, Any]:
        tags = self._tags(account, f"arn:aws:s3:::{parameters['Bucket']}")
        if not tags:
            raise refusal("GetBucketTagging", "NoSuchTagSet")
        return {"TagSet": _pairs(tags)}

    def s3_GetBucketAbac(self, account: str, parameters: Parameters) -> dict[str, Any]:
        return {"AbacStatus": self._bucket(account, parameters, "Abac", "NoSuchAbacConfiguration")}

    def s3control_GetPublicAccessBlock(self, account: str, _: Parameters) -> dict[str, Any]:
        found = (self.file(account, "s3") or {}).get("PublicAccessBlock")
        if found is None:
            raise refusal("GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration")
        return {"PublicAccessBlockConfiguration": found}

    def kms_GetKeyPolicy(self, account: str, parameters: Parameters) -> dict[str, Any]:
        return {"Policy": self._policy(account, parameters["KeyId"], "NotFoundException")}

    def kms_ListGrants(self, account: str, parameters: Parameters) -> dict[str, Any]:
        return {"Grants": (self.file(account, "kms-grants") or {}).get(parameters["KeyId"], [])}

    def kms_ListResourceTags(self, account: str, parameters: Parameters) -> dict[str, Any]:
        tags = self._tags(account, parameters["KeyId"])
        return {"Tags": [{"TagKey": key, "TagValue": value} for key, value in tags.items()]}

    def sqs_GetQueueAttributes(self, account: str, parameters: Parameters) -> dict[str, Any]:
        region = parameters["QueueUrl"].split(".")[1]
        arn = f"arn:aws:sqs:{region}:{account}:{parameters['QueueUrl'].rsplit('/', 1)[-1]}"
        text = self._policy(account, arn, "QueueDoesNotExist")
        return {"Attributes": {"Policy": text} if text else {}}

    def sqs_ListQueueTags(self, account: str, parameters: Parameters) -> dict[str, Any]:
        region = parameters["QueueUrl"].split(".")[1]
        arn = f"arn:aws:sqs:{region}:{account}:{parameters['QueueUrl'].rsplit('/', 1)[-1]}"
        return {"Tags": self._tags(account, arn)}

    def sns_GetTopicAttributes(self, account: str, parameters: Parameters) -> dict[str, Any]:
        text = self._policy(account, parameters["TopicArn"], "NotFound")
        return {"Attributes": {"Policy": text} if text else {}}

    def sns_ListTagsForResource(self, account: str, parameters: Parameters) -> dict[str, Any]:
        return {"Tags": _pairs(self._tags(account, parameters["ResourceArn"]))}

    def secretsmanager_GetResourcePolicy(self, account: str, parameters: Parameters) -> dict[str, Any]:
        text = self._policy(account, parameters["SecretId"], "ResourceNotFoundException")
        return {"ARN": parameters["SecretId"], **({"ResourcePolicy": text} if text else {})}

    def secretsmanager_DescribeSecret(self, account: str, parameters: Parameters) -> dict[str, Any]:
        return {"ARN": parameters["SecretId"], "Tags": _pairs(self._tags(account, parameters["SecretId"]))}

    def dynamodb_GetResourcePolicy(self, account: str, parameters: Parameters) -> dict[str, Any]:
        text = self._policy(account, parameters["ResourceArn"], "ResourceNotFoundException")
        if text is None:
            raise refusal("GetResourcePolicy", "PolicyNotFoundException")
        return {"Policy": text}

    def dynamodb_ListTagsOfResource(self, account: str, parameters: Parameters) -> dict[str, Any]:
        return {"Tags": _pairs(self._tags(account, parameters["ResourceArn"]))}

    def dynamodb_DescribeTable(self, _: str, __: Parameters) -> dict[str, Any]:
        return {"Table": {}}

    def lambda_ListTags(self, account: str, parameters: Parameters) -> dict[str, Any]:
        self._policy(account, parameters["Resource"], "ResourceNotFoundException")
        return {"Tags": self._tags(account, parameters["Resource"])}

    def lambda_GetPolicy(self, account: str, parameters: Parameters) -> dict[str, Any]:
        text = self._policy(account, parameters["FunctionName"], "ResourceNotFoundException")
        if text is None:
            raise refusal("GetPolicy", "ResourceNotFoundException")
        return {"Policy": text}

    def ec2_DescribeVpcEndpoints(self, account: str, parameters: Parameters) -> dict[str, Any]:
        found = (self.file(account, "vpc-endpoints") or {}).get("VpcEndpoints", [])
        wanted = parameters.get("VpcEndpointIds")
        return {"VpcEndpoints": [one for one in found if not wanted or one["VpcEndpointId"] in wanted]}

    def ec2_DescribeTags(self, account: str, parameters: Parameters) -> dict[str, Any]:
        wanted = parameters["Filters"][0]["Values"][0]
        for arn, tags in (self.file(account, "resource-tags") or {}).items():
            if arn.endswith(f"/{wanted}"):
                return {"Tags": _pairs(tags)}
        return {"Tags": []}

    # --- organization

    @property
    def organization(self) -> Any:
        path = self.folder / "organization.json"
        return json.loads(path.read_text()) if path.exists() else None

    def organizations_DescribeOrganization(self, _: str, __: Parameters) -> dict[str, Any]:
        if not self.organization:
            raise refusal("DescribeOrganization", "AWSOrganizationsNotInUseException")
        return {"Organization": self.organization["Organization"]}

    def organizations_ListRoots(self, _: str, __: Parameters) -> dict[str, Any]:
        return {"Roots": self.organization["Roots"]}

    def _nodes(self) -> Iterator[Mapping[str, Any]]:
        yield from self.organization["Accounts"]
        yield from self.organization["OrganizationalUnits"]

    def organizations_ListParents(self, _: str, parameters: Parameters) -> dict[str, Any]:
        for node in self._nodes():
            if node["Id"] == parameters["ChildId"]:
                return {"Parents": [{"Id": node["ParentId"]}]}
        raise refusal("ListParents", "ChildNotFoundException")

    def organizations_DescribeOrganizationalUnit(self, _: str, parameters: Parameters) -> dict[str, Any]:
        wanted = parameters["OrganizationalUnitId"]
        return {
            "OrganizationalUnit": next(_only(node, "Id Arn Name") for node in self._nodes() if node["Id"] == wanted)
        }

    def organizations_ListPoliciesForTarget(self, _: str, parameters: Parameters) -> dict[str, Any]:
        return {
            "Policies": [
                policy["PolicySummary"]
                for policy in self.organization["Policies"]
                if parameters["TargetId"] in policy["Targets"]
                and policy["PolicySummary"]["Type"] == parameters["Filter"]
            ]
        }

    def organizations_DescribePolicy(self, _: str, parameters: Parameters) -> dict[str, Any]:
        for policy in self.organization["Policies"]:
            if policy["PolicySummary"]["Id"] == parameters["PolicyId"]:
                content = policy["Content"]
                return {"Policy": {"Content": content if isinstance(content, str) else json.dumps(content)}}
        raise refusal("DescribePolicy", "PolicyNotFoundException")


def _only(entry: Mapping[str, Any], names: str) -> dict[str, Any]:
    return {name: entry[name] for name in names.split() if name in entry}


def _pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _assume_role(arn: str, session: Mapping[str, Any], access_key: str | None) -> dict[str, Any]:
    policies = session.get("SessionPolicies") or []
    parameters: dict[str, Any] = {
        "tags": [{"key": key, "value": value} for key, value in (session.get("SessionTags") or {}).items()]
    }
    if policies:
        parameters["policy"] = policies[0] if isinstance(policies[0], str) else json.dumps(policies[0])
    response = {"credentials": {"accessKeyId": access_key}, "assumedRoleUser": {"arn": arn}}
    return {"eventName": "AssumeRole", "requestParameters": parameters, "responseElements": response}
