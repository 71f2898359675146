"""Refusals that no IAM policy fixes, told by their words; each gets a short reason.

Where each is documented stands beside it.
"""

from __future__ import annotations

import re

_RULES: tuple[tuple[str, tuple[str, ...]], ...] = (
    # https://docs.aws.amazon.com/lake-formation/latest/dg/access-control-underlying-data.html
    ("lake-formation", (r"lake ?formation permission", r"insufficient lake formation")),
    # https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html
    (
        "bedrock-model-access",
        (
            r"(?:don'?t|do not|does not) have access to the model",
            r"model access is denied",
            r"access to (?:this )?model .{0,60}not (?:been )?(?:granted|enabled)",
            r"model use case details have not been submitted",
        ),
    ),
    # https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
    (
        "kubernetes-rbac",
        (
            r"(?:is )?forbidden: user \"?[^\"]{1,200}\"? cannot ",
            r"cannot (?:get|list|watch|create|update|patch|delete) resource \"[^\"]{1,80}\" in api group",
            r"you must be logged in to the server",
            r"current iam principal doesn'?t have access to kubernetes objects",
        ),
    ),
    # https://docs.aws.amazon.com/cost-management/latest/userguide/ce-access.html
    ("billing-access-not-activated", (r"iam (?:user )?access (?:is )?not activated",)),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    (
        "s3-block-public-access",
        (
            r"s3 block public access",
            r"blockpublicacls|blockpublicpolicy",
            r"(?:acls|policies) are (?:prevented|blocked) by",
        ),
    ),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html
    ("sse-c-blocked", (r"has blocked upload requests that specify server.side.encryption with customer",)),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
    ("requester-pays", (r"requester.?pays",)),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
    ("object-lock", (r"protected by object lock", r"object lock .{0,40}(?:prevent|protect)")),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
    ("bucket-acls-disabled", (r"bucket does not allow acls", r"accesscontrollistnotsupported")),
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html
    ("image-not-shared", (r"not authorized for images",)),
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_declarative.html
    ("declarative-policy", (r"declarative polic",)),
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
    ("session-credentials", (r"cannot call get(?:sessiontoken|federationtoken) with session credentials",)),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_sync.html
    (
        "invalid-mfa-code",
        (
            r"multifactorauthentication failed[,]? (?:with invalid mfa one time pass code|unable to validate mfa code)",
            r"must provide (?:both )?mfa serial number and one time pass code",
        ),
    ),
    # https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    ("root-cannot-assume-roles", (r"roles may not be assumed by root accounts",)),
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-presigned-url.html
    (
        "presigned-url",
        (
            r"request has expired",
            r"headers present in the request which were not signed",
            r"query-string authentication (?:version 4 )?requires",
        ),
    ),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
    ("s3-post-policy", (r"invalid according to policy: policy",)),
    # https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    ("access-disabled-by-aws", (r"all access to this object has been disabled", r"\ballaccessdisabled\b")),
    # https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
    ("identity-center-assignment", (r"when calling the getrolecredentials operation: no access",)),
    # https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html
    ("appsync-field-authorization", (r"not authorized to access \w+ on type \w+",)),
    # https://docs.aws.amazon.com/opensearch-service/latest/developerguide/fgac.html
    ("opensearch-fine-grained-access", (r"no permissions for \[", r"security_exception")),
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    ("cross-account-pass-role", (r"cross.account pass ?role",)),
    # https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    (
        "account-not-authorized",
        (
            r"your account is not authorized",
            r"account (?:is )?not (?:been )?(?:authorized|allowlisted|whitelisted|verified)",
            r"account (?:has been|is currently) (?:suspended|blocked|restricted)",
        ),
    ),
    ("service-closed-to-new-customers", (r"no longer available to new customers", r"not available to new customers")),
    # https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-troubleshooting.html
    ("malformed-queue-address", (r"the specified queue (?:url )?is (?:malformed|invalid)",)),
)
_COMPILED = tuple((reason, re.compile("|".join(patterns), re.IGNORECASE)) for reason, patterns in _RULES)
_LONGEST = 6000


def reason_outside_iam(message: str | None) -> str | None:
    """Return a short reason where the message is a refusal that no IAM policy fixes, else None."""
    if not message:
        return None
    text = " ".join(message[:_LONGEST].split())
    return next((reason for reason, pattern in _COMPILED if pattern.search(text)), None)
