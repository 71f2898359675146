"""Which repair unblocks which layer: one line per kind of change."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from troubleshooter.fixes.explicit_deny import except_from_deny
from troubleshooter.fixes.identity_policy import allow_identity
from troubleshooter.fixes.organization_policy import allow_scp
from troubleshooter.fixes.permissions_boundary import allow_boundary
from troubleshooter.fixes.public_access_block import close_public_policy
from troubleshooter.fixes.repair import Broken, Repair, impossible
from troubleshooter.fixes.resource_policy import allow_resource
from troubleshooter.fixes.session_policy import allow_session
from troubleshooter.fixes.trust_policy import allow_trust
from troubleshooter.fixes.vpc_endpoint_policy import allow_endpoint
from troubleshooter.model.vocabulary import Decision, PolicyType

ALLOWS: Mapping[PolicyType, Callable[[Broken], Repair]] = {
    PolicyType.IDENTITY: allow_identity,
    PolicyType.RESOURCE: allow_resource,
    PolicyType.TRUST: allow_trust,
    PolicyType.BOUNDARY: allow_boundary,
    PolicyType.SESSION: allow_session,
    PolicyType.SCP: allow_scp,
    PolicyType.VPC_ENDPOINT: allow_endpoint,
    PolicyType.S3_PUBLIC_ACCESS_BLOCK: close_public_policy,
}


def repair(broken: Broken) -> Repair:
    """Return the smallest repair of one blocking layer: an Allow where none matches, a hole where a Deny fired."""
    kind = broken.layer.policy_type
    if broken.layer.decision is Decision.EXPLICIT_DENY and kind is not PolicyType.S3_PUBLIC_ACCESS_BLOCK:
        return except_from_deny(broken)
    allow = ALLOWS.get(kind)
    return allow(broken) if allow is not None else impossible(f"no edit of a {kind.value} can unblock this request")
