"""The request that is evaluated: who, what, on which resource, with which context."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from troubleshooter.model.policy import SourcedPolicy
from troubleshooter.model.principal import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One authorization request.

    ``context`` maps condition keys (any case) to values. A key that is not in it is *absent* when
    ``context_complete`` is True or its lowercase name is in ``absent_keys`` (an entry ending in ``/``
    covers a whole family, such as ``aws:requesttag/``); otherwise it is *unknown*.
    ``resource_account`` None is unknown.
    """

    principal: Principal
    action: str
    resource: str
    resource_account: str | None = None
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    absent_keys: frozenset[str] = frozenset()
    context_complete: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationLevel:
    """The SCPs (or RCPs) attached at one level: the root, an OU or the account."""

    org_identifier: str
    policies: tuple[SourcedPolicy, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerGap:
    """A layer that could not be read (wholly or in part), which makes its answer less than known."""

    policy_type: str
    reason: str
    remedy: str
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Facts about the request that policies do not hold; None is unknown or not said.

    ``principal_in_management_account`` / ``resource_in_management_account`` exempt from SCP / RCP;
    ``service_linked_role`` from both; ``principal_role_arn`` is the role's ARN with its path;
    ``wildcard_only_action``: the action has no resource type and matches only ``*``;
    ``public_access_block``: whether S3 RestrictPublicBuckets is in force for the bucket;
    ``bucket_abac_enabled``: whether the bucket's tags count for authorization.
    """

    principal_in_management_account: bool | None = None
    resource_in_management_account: bool | None = None
    service_linked_role: bool | None = None
    principal_role_arn: str | None = None
    wildcard_only_action: bool | None = None
    public_access_block: bool | None = None
    bucket_abac_enabled: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySet:
    """Every policy that applies to one request, by layer.

    ``permissions_boundary`` and ``session`` None: there is none. ``resource`` holds the resource's
    policy (trust policy for ``sts:AssumeRole*``, key policy for ``kms:*``), None: there is none.
    ``access_point`` holds an S3 access point's policy where the request goes through one.
    ``vpc_endpoint`` None: the request did not pass an endpoint. ``scp``/``rcp``: root to account,
    empty: no organization (or not subject). A layer named in ``gaps`` was not (completely) read.
    """

    identity: tuple[SourcedPolicy, ...] = ()
    permissions_boundary: tuple[SourcedPolicy, ...] | None = None
    session: tuple[SourcedPolicy, ...] | None = None
    resource: SourcedPolicy | None = None
    access_point: SourcedPolicy | None = None
    scp: tuple[OrganizationLevel, ...] = ()
    rcp: tuple[OrganizationLevel, ...] = ()
    vpc_endpoint: tuple[SourcedPolicy, ...] | None = None
    kms_grants: tuple[Mapping[str, object], ...] = ()
    settings: Settings = field(default_factory=Settings)
    gaps: tuple[LayerGap, ...] = ()
