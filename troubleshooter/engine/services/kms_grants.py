"""KMS grants: a further way to be allowed to use a key.

https://docs.aws.amazon.com/kms/latest/developerguide/grants.html and, for constraints,
https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html. Entries have list-grants' shape.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from troubleshooter.engine.principals import parse_principal
from troubleshooter.engine.subject import Caller, Subject
from troubleshooter.engine.truth import NO, UNKNOWN, YES
from troubleshooter.model.policy import Statement
from troubleshooter.model.vocabulary import PolicyType

_PREFIX = "kms:encryptioncontext:"


class CompiledGrant:
    """One grant, ready to be matched."""

    __slots__ = ("_shown", "denies", "exact", "grantee", "index", "key", "operations", "order", "pairs", "raw")

    def __init__(self, raw: Mapping[str, object], index: int) -> None:
        """Read one list-grants entry; ``index`` is its place in the list."""
        self.raw = raw
        self.index = self.order = index
        self.denies = False
        self._shown: Statement | None = None
        who = raw.get("GranteePrincipal")
        text = who if isinstance(who, str) else ""
        service = text.endswith((".amazonaws.com", ".amazonaws.com.cn"))
        self.grantee = parse_principal({"Service" if service else "AWS": text})
        operations = raw.get("Operations")
        names = operations if isinstance(operations, list | tuple) else ()
        self.operations = frozenset(f"kms:{str(name).lower()}" for name in names)
        self.key = str(raw.get("KeyId") or "")
        constraints = raw.get("Constraints")
        equals = subset = None
        if isinstance(constraints, Mapping):
            equals, subset = constraints.get("EncryptionContextEquals"), constraints.get("EncryptionContextSubset")
        self.exact = isinstance(equals, Mapping)
        chosen = equals if isinstance(equals, Mapping) else subset
        self.pairs = {str(key): str(value) for key, value in chosen.items()} if isinstance(chosen, Mapping) else {}

    @property
    def shown(self) -> Statement:
        """The grant in the form of a statement: its id as the name, its JSON as the text."""
        if self._shown is None:
            name = self.raw.get("GrantId") or self.raw.get("Name")
            self._shown = Statement(
                policy_type=PolicyType.KMS_GRANT,
                policy_name=str(name) if name else None,
                attached_to=self.key or None,
                index=self.index,
                effect="Allow",
                text=json.dumps(dict(self.raw), ensure_ascii=False, default=str),
            )
        return self._shown

    def ways(self, caller: Caller) -> int:
        """Return in which ways the grant names the caller."""
        return self.grantee.ways(caller)

    def conditions_match(self, subject: Subject) -> int:
        """Return whether the encryption context fits the constraints; its keys are case-sensitive in AWS."""
        result = YES
        for key, value in self.pairs.items():
            name = f"{_PREFIX}{key}".lower()
            given = subject.context.get(name)
            if given is None:
                if subject.is_absent(name):
                    return NO
                result = UNKNOWN
            elif given != (value,):
                return NO
        return min(result, self._nothing_else(subject)) if self.exact else result

    def _nothing_else(self, subject: Subject) -> int:
        given = {name for name in subject.context if name.startswith(_PREFIX)}
        if given - {f"{_PREFIX}{key}".lower() for key in self.pairs}:
            return NO
        return YES if subject.is_absent(_PREFIX) or len(given) == len(self.pairs) else UNKNOWN
