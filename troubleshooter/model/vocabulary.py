"""The closed vocabularies of the public contract, as string enums.

Every member's value is the exact word that JSON output carries.
"""

from __future__ import annotations

from enum import Enum, StrEnum


class PolicyType(StrEnum):
    """The kinds of policy (and near relatives) that can refuse a request."""

    IDENTITY = "identity_policy"
    BOUNDARY = "permissions_boundary"
    SESSION = "session_policy"
    RESOURCE = "resource_policy"
    TRUST = "trust_policy"
    VPC_ENDPOINT = "vpc_endpoint_policy"
    SCP = "scp"
    RCP = "rcp"
    S3_PUBLIC_ACCESS_BLOCK = "s3_public_access_block"
    KMS_GRANT = "kms_grant"
    NONE = "none"


class Decision(StrEnum):
    """A verdict: of the whole request, of one policy type, or of one step."""

    ALLOW = "allow"
    EXPLICIT_DENY = "explicit_deny"
    IMPLICIT_DENY = "implicit_deny"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"

    @property
    def denies(self) -> bool:
        """True for both kinds of deny."""
        return self in {Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY}


class Match(Enum):
    """Three-valued outcome of matching one element; UNKNOWN where evidence is missing."""

    NO = 0
    YES = 1
    UNKNOWN = 2


class Confidence(StrEnum):
    """How sure a finding is; ``rank`` orders them, larger is surer."""

    POSSIBLE = "possible"
    LIKELY = "likely"
    CERTAIN = "certain"

    @property
    def rank(self) -> int:
        """0 for possible, 1 for likely, 2 for certain."""
        return ("possible", "likely", "certain").index(self.value)


class Basis(StrEnum):
    """What a claim rests on, best first."""

    AWS_SAID = "aws_said"
    EVALUATED = "evaluated"
    SIMULATED = "simulated"
    STATED = "stated"
    INFERRED = "inferred"


class Element(StrEnum):
    """The statement element in which a near miss failed."""

    ACTION = "action"
    RESOURCE = "resource"
    PRINCIPAL = "principal"
    CONDITION = "condition"


class Disposition(StrEnum):
    """How a fix may be used."""

    SAFE = "safe"
    NEEDS_REVIEW = "needs_review"
    NEEDS_ORG_ADMIN = "needs_org_admin"
    DO_NOT_APPLY = "do_not_apply"


class Operation(StrEnum):
    """What a change does to the policy it names."""

    CREATE = "create"
    REPLACE = "replace"


class PrincipalKind(StrEnum):
    """Who asked, in CloudTrail's userIdentity terms."""

    IAM_USER = "iam_user"
    ROLE_SESSION = "role_session"
    FEDERATED_USER = "federated_user"
    WEB_IDENTITY = "web_identity"
    SAML = "saml"
    ROOT = "root"
    AWS_SERVICE = "aws_service"
    AWS_ACCOUNT = "aws_account"
    IDENTITY_CENTER_USER = "identity_center_user"
    ANONYMOUS = "anonymous"
    UNKNOWN = "unknown"
