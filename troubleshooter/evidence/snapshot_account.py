"""The files of one account's folder -> AccountEvidence, each file on its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from troubleshooter.model.evidence import AccountEvidence, Gap, JsonObject
from troubleshooter.model.policy import Document, JsonValue
from troubleshooter.model.shapes import as_items, as_object, as_text, objects, texts

_LISTS = {
    "users": ("UserDetailList", "UserName"),
    "groups": ("GroupDetailList", "GroupName"),
    "roles": ("RoleDetailList", "RoleName"),
    "managed_policies": ("Policies", "PolicyName"),
}


class Identities(TypedDict, total=False):
    """The identity fields of AccountEvidence, as one authorization-details document gives them."""

    users: Mapping[str, JsonObject] | None
    groups: Mapping[str, JsonObject] | None
    roles: Mapping[str, JsonObject] | None
    managed_policies: Mapping[str, JsonObject] | None
    identities_complete: bool


def authorization_details(document: JsonObject, account: str, name: str) -> tuple[Identities, list[Gap]]:
    """Index a get-account-authorization-details document by ARN.

    An entry without an ARN is left out and makes the listing incomplete; a list that the document does
    not hold stays None. ``name`` is the file's, for the gaps.
    """
    gaps: list[Gap] = []
    # A snapshot of one denial lists only what the denial needed, and says so.
    partial = document.get("IdentitiesComplete") is False
    parts: Identities = {"identities_complete": not document.get("IsTruncated") and not partial}
    if document.get("IsTruncated"):
        gaps.append(_gap("identity_policy", account, f"{name} is one page of several (IsTruncated)"))
    indexes: dict[str, dict[str, JsonObject] | None] = {}
    for attribute, (key, _) in _LISTS.items():
        entries = as_items(document.get(key))
        if entries is None:
            indexes[attribute] = None
            gaps.append(_gap("identity_policy", account, f"{name} holds no {key}"))
            continue
        index = {arn: entry for entry in objects(entries) if (arn := as_text(entry.get("Arn")))}
        indexes[attribute] = index
        if len(index) != len(entries):
            parts["identities_complete"] = False
            gaps.append(_gap("identity_policy", account, f"{name}: {len(entries) - len(index)} of {key} have no Arn"))
    parts["users"], parts["groups"] = indexes["users"], indexes["groups"]
    parts["roles"], parts["managed_policies"] = indexes["roles"], indexes["managed_policies"]
    return parts, gaps


def _gap(policy_type: str, account: str, reason: str) -> Gap:
    return Gap(
        policy_type=policy_type,
        scope=f"account {account}",
        reason=reason,
        remedy="collect the account again with all pages",
    )


@dataclass(slots=True)
class AccountReader:
    """Reads one account's files through ``read(name, policy_type)``, which returns None for a missing one."""

    account: str
    read: Callable[[str, str], JsonValue]
    gaps: list[Gap]

    def evidence(self) -> AccountEvidence:
        """Return all that this account's folder holds."""
        return AccountEvidence(
            account_id=self.account,
            **self._identities(),
            resource_policies=self._resource_policies(),
            vpc_endpoints=self._vpc_endpoints(),
            s3=self._object("s3.json", "s3_public_access_block"),
            kms_grants=self._kms_grants(),
            resource_tags=self._resource_tags(),
            sessions=self._sessions(),
            encryption_keys=self._encryption_keys(),
        )

    def _file(self, name: str) -> str:
        return f"accounts/{self.account}/{name}"

    def _object(self, name: str, policy_type: str) -> JsonObject | None:
        value = self.read(self._file(name), policy_type)
        if value is not None and as_object(value) is None:
            self._damaged(name, policy_type, "is not a JSON object")
        return as_object(value)

    def _damaged(self, name: str, policy_type: str, reason: str) -> None:
        file = self._file(name)
        self.gaps.append(
            Gap(
                policy_type=policy_type,
                scope=file,
                reason=f"{file} {reason}",
                remedy=f"collect again, or repair {file}",
            )
        )

    def _identities(self) -> Identities:
        name = "authorization-details.json"
        document = self._object(name, "identity_policy")
        if document is None:
            return {}
        parts, gaps = authorization_details(document, self.account, self._file(name))
        self.gaps.extend(gaps)
        return parts

    def _resource_policies(self) -> Mapping[str, Document | None] | None:
        found = self._object("resource-policies.json", "resource_policy")
        return None if found is None else {arn: _document(value) for arn, value in found.items()}

    def _vpc_endpoints(self) -> Sequence[JsonObject] | None:
        """Accept describe-vpc-endpoints as it is, or only its list."""
        name = "vpc-endpoints.json"
        value = self.read(self._file(name), "vpc_endpoint_policy")
        if value is None:
            return None
        whole = as_object(value)
        entries = as_items(value if whole is None else whole.get("VpcEndpoints", None if whole else ()))
        if entries is None:
            self._damaged(name, "vpc_endpoint_policy", "holds no VpcEndpoints list")
            return None
        return tuple(objects(entries))

    def _kms_grants(self) -> Mapping[str, Sequence[JsonObject]] | None:
        """Accept a list of grants per key, or list-grants output as it is."""
        found = self._object("kms-grants.json", "kms_grant")
        if found is None:
            return None
        return {arn: tuple(objects((as_object(value) or {}).get("Grants", value))) for arn, value in found.items()}

    def _resource_tags(self) -> Mapping[str, Mapping[str, str]] | None:
        found = self._object("resource-tags.json", "none")
        if found is None:
            return None
        return {arn: _tags(value) for arn, value in found.items()}

    def _encryption_keys(self) -> Mapping[str, str] | None:
        found = self._object("encryption-keys.json", "none")
        return None if found is None else {arn: key for arn, key in found.items() if isinstance(key, str)}

    def _sessions(self) -> Mapping[str, JsonObject] | None:
        found = self._object("sessions.json", "session_policy")
        if found is None:
            return None
        return {arn: entry for arn, value in found.items() if (entry := as_object(value)) is not None}


def _document(value: JsonValue) -> Document | None:
    """Return a policy document as read; a value of another shape as its text, which the engine then reports."""
    if value is None or isinstance(value, str):
        return value
    found = as_object(value)
    return json.dumps(value) if found is None else found


def _tags(value: JsonValue) -> Mapping[str, str]:
    """Accept ``{"key": "value"}`` and AWS's ``[{"Key", "Value"}]``."""
    whole = as_object(value)
    if whole is None:
        return {key: as_text(tag.get("Value")) or "" for tag in objects(value) for key in texts(tag.get("Key"))}
    return {key: tag if isinstance(tag, str) else json.dumps(tag) for key, tag in whole.items()}
