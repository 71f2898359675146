"""Resources that the evidence cannot tell apart: what applies to one of them applies to all.

Ten thousand objects of one bucket share their bucket's policy, owner and settings. A class names everything of
the evidence on which the choice of policies and the derived condition keys depend.
"""

from __future__ import annotations

from collections.abc import Mapping

from troubleshooter.engine.applicability.resource_keys import listing_keys
from troubleshooter.model.evidence import AccountEvidence, Evidence
from troubleshooter.model.shapes import as_object

_FIELDS = 6
_MOST = 65_536
_EXACT = frozenset({"iam", "sts"})
"""Services whose resources are found by more than the ARNs that lead to them: roles without their path."""


class ResourceClasses:
    """The classes of one evidence, found once per resource."""

    def __init__(self, evidence: Evidence) -> None:
        """Index everything that the evidence lists by ARN."""
        self._listed: dict[str, list[object]] = {}
        self._known: dict[str, object] = {}
        for account in evidence.accounts.values():
            self._index(account)

    def _index(self, account: AccountEvidence) -> None:
        name = account.account_id
        listings: tuple[tuple[str, Mapping[str, object] | None], ...] = (
            ("policy", account.resource_policies),
            ("tags", account.resource_tags),
            ("grants", account.kms_grants),
        )
        for kind, found in listings:
            for arn, content in (found or {}).items():
                self._add(arn, (name, kind, arn if content else None))
        for found in (account.users, account.roles):
            for arn in found or {}:
                self._add(arn, (name, "identity", arn))
        for bucket in as_object((account.s3 or {}).get("Buckets")) or {}:
            for partition in ("aws", "aws-cn", "aws-us-gov"):
                self._add(f"arn:{partition}:s3:::{bucket}", (name, "bucket", bucket))

    def _add(self, arn: str, what: object) -> None:
        self._listed.setdefault(arn, []).append(what)

    def of(self, resource: str) -> object:
        """Return the class of a resource."""
        found = self._known.get(resource)
        if found is None:
            if len(self._known) >= _MOST:
                self._known.clear()
            found = self._known[resource] = self._find(resource)
        return found

    def _find(self, resource: str) -> object:
        fields = resource.split(":", _FIELDS - 1)
        if len(fields) < _FIELDS or fields[2] in _EXACT:
            return resource
        own, *parents = listing_keys(resource)
        listed: tuple[object, ...] = tuple(
            (number, tuple(self._listed.get(key, ()))) for number, key in enumerate((own, *parents))
        )
        kind = fields[5].replace(":", "/").split("/", 1)[0] if "/" in fields[5] or ":" in fields[5] else ""
        special = fields[2] in {"s3", "kms"} and kind in {"accesspoint", "alias"}
        if special:
            return resource
        if fields[2] == "secretsmanager":
            # A secret may be named without the suffix of its ARN, and is then found by its beginning.
            listed += tuple(key for key in self._listed if key.startswith(resource))
        bucket = fields[5].split("/", 1)[0] if fields[2] == "s3" else None
        return (*fields[:5], kind if bucket is None else bucket, "*" in resource.partition("/")[0], listed)
