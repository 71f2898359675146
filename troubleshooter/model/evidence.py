"""What is known about the policies in force: read once, never guessed.

Three states are kept apart everywhere: a value (it was read), ``None`` inside a mapping that was read
("looked, and there is none"), and a mapping that is itself ``None`` ("not read", a gap).
The shapes inside are AWS's own API shapes, as in the snapshot folder of the contract.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from troubleshooter.model.policy import Document, JsonValue

JsonObject: TypeAlias = "Mapping[str, JsonValue]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something that could not be read: for which scope, why, and what would close it.

    ``policy_type`` is a contract policy type or ``none``; ``remedy`` is the permission or flag.
    """

    policy_type: str
    scope: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountEvidence:
    """Everything read in one account. A field that is None was not read at all.

    ``users``, ``groups``, ``roles``, ``managed_policies`` hold get-account-authorization-details
    entries keyed by ARN (groups by name too are found through their ``GroupName``).
    ``identities_complete`` says that the listing covered the whole account, so an absent principal
    does not exist; False where only some principals were collected. ``encryption_keys`` maps a resource
    to the KMS key that protects it.
    """

    account_id: str
    users: Mapping[str, JsonObject] | None = None
    groups: Mapping[str, JsonObject] | None = None
    roles: Mapping[str, JsonObject] | None = None
    managed_policies: Mapping[str, JsonObject] | None = None
    identities_complete: bool = True
    resource_policies: Mapping[str, Document | None] | None = None
    vpc_endpoints: Sequence[JsonObject] | None = None
    s3: JsonObject | None = None
    kms_grants: Mapping[str, Sequence[JsonObject]] | None = None
    resource_tags: Mapping[str, Mapping[str, str]] | None = None
    sessions: Mapping[str, JsonObject] | None = None
    encryption_keys: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationPolicy:
    """One SCP or RCP and the root, OU and account ids it is attached to."""

    id: str
    arn: str
    name: str
    type: str
    document: Document
    targets: tuple[str, ...]
    aws_managed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationEvidence:
    """The organization: its tree and its policies.

    ``parents`` maps an account or OU id to its parent's id, ``arns`` an id to its ARN, ``names`` an id
    to its name. ``exists`` is False where AWS said the account is in no organization; ``policies_read``
    is False where the tree is known and its policies are not.
    """

    exists: bool = True
    id: str | None = None
    management_account: str | None = None
    root_ids: tuple[str, ...] = ()
    parents: Mapping[str, str] = field(default_factory=dict)
    arns: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    enabled_types: tuple[str, ...] | None = None
    policies: tuple[OrganizationPolicy, ...] = ()
    policies_read: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsAnswer:
    """What AWS itself said about this denial (live only): one rung of the evidence ladder.

    ``kind`` is ``authorization_details``, ``decoded_message`` or ``policy_simulator``; ``decision``,
    ``policy_types`` and ``statements`` are its words mapped to ours, ``raw`` the response itself,
    ``blind_spots`` what this rung is known not to see.
    """

    kind: str
    decision: str | None = None
    policy_types: tuple[str, ...] = ()
    statements: tuple[JsonObject, ...] = ()
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    raw: JsonObject = field(default_factory=dict)
    blind_spots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that was read, over all accounts. ``Evidence()`` is "nothing was read".

    ``organization`` None means not read. ``context`` holds condition keys that the user supplied.
    """

    accounts: Mapping[str, AccountEvidence] = field(default_factory=dict)
    organization: OrganizationEvidence | None = None
    gaps: tuple[Gap, ...] = ()
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    aws_answers: tuple[AwsAnswer, ...] = ()
    collected_at: str | None = None
    source: str | None = None

    @property
    def is_empty(self) -> bool:
        """True where nothing at all was read (message-only diagnosis)."""
        return not self.accounts and self.organization is None and not self.aws_answers
