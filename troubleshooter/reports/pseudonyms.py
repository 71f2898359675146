"""Names that stand for secrets: the same secret gets the same pseudonym, different secrets different ones.

Each pseudonym keeps the form of what it replaces (twelve digits, an IP address of the documentation range,
an access key id), so that a masked report is read by the same tools.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field

from troubleshooter.model.arn import parse_arn

_PIECES = re.compile(r"\$\{[^}]*\}|[*?]+|[/:]|[^/:*?$]+|\$")
_QUAD = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_DIGITS = re.compile(r"\d{12}")
_PUBLIC = {
    "token.actions.githubusercontent.com", "accounts.google.com", "cognito-identity.amazonaws.com", "www.amazon.com",
    "graph.facebook.com", "service-role", "aws-service-role", "aws-reserved", "sso.amazonaws.com", "default", "root",
    "FullAWSAccess", "RCPFullAWSAccess", "p-FullAWSAccess", "p-RCPFullAWSAccess", "OrganizationAccountAccessRole",
    "service_control_policy", "resource_control_policy", "alias", "aws",
}  # fmt: skip
"""Words of AWS and of public identity providers that name nobody."""

_NAMES_ONLY = {"s3", "sqs", "sns", "apigateway", "execute-api"}
"""Services whose ARN's resource field has no type word before the name."""

_TYPE_WORD = re.compile(r"[a-z][a-z_-]*")
_SSO = "AWSReservedSSO_"
_KINDS = {"assumed-role": ("role", "session"), "federated-user": ("user",), "object": ("part",)}
_IPV4_ROOM = 254


@dataclass(slots=True)
class Pseudonyms:
    """``known`` maps each secret seen so far to its pseudonym; it grows as values are masked."""

    known: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def number(self, kind: str) -> int:
        """Return the next number of a kind, from 1."""
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return self._counts[kind]

    def name(self, text: str, kind: str = "name") -> str:
        """Return the pseudonym of a name: ``role-1``; a public word or an empty text stays."""
        if not text or text in _PUBLIC or text.endswith(".amazonaws.com"):
            return text
        if text not in self.known:
            if _DIGITS.fullmatch(text):
                return self.account(text)
            prefix = _SSO if text.startswith(_SSO) else ""
            self.known[text] = f"{prefix}{kind}-{self.number(kind)}"
        return self.known[text]

    def account(self, text: str) -> str:
        """Return twelve digits for an account id; anything else (``aws``, ``*``, nothing) stays."""
        if not _DIGITS.fullmatch(text):
            return text
        if text not in self.known:
            self.known[text] = f"{self.number('account'):012d}"
        return self.known[text]

    def address(self, text: str) -> str:
        """Return an address of the documentation ranges, the prefix length kept; no address stays as it is."""
        host, slash, length = text.partition("/")
        try:
            parsed = ipaddress.ip_address(host)
        except ValueError:
            if not _QUAD.fullmatch(host):
                return text
            parsed = None  # four numbers that are no address (a log that others masked): masked like one
        if parsed and (parsed.is_unspecified or parsed.is_loopback):
            return text
        if host not in self.known:
            version = parsed.version if parsed else 4
            number = self.number(f"v{version}")
            masked = f"2001:db8::{number:x}"
            if version == 4:  # noqa: PLR2004 - the version of IP
                masked = f"192.0.2.{number}" if number <= _IPV4_ROOM else f"198.18.{number // 250}.{number % 250}"
            self.known[host] = masked
        return f"{self.known[host]}{slash}{length}"

    def key_id(self, text: str) -> str:
        """Return an id of AWS's four-letter kinds (``AKIA...``, ``AROA...``) with its kind kept."""
        if text not in self.known:
            self.known[text] = f"{text[:4]}MASKED{self.number('key id'):010d}"
        return self.known[text]

    def uuid(self, text: str) -> str:
        """Return a UUID that counts."""
        if text not in self.known:
            self.known[text] = f"00000000-0000-0000-0000-{self.number('uuid'):012d}"
        return self.known[text]

    def resource_id(self, text: str) -> str:
        """Return an EC2-style or organization id with its prefix kept: ``vpce-00000001``, ``ou-0001-00000001``."""
        if text in _PUBLIC:
            return text
        if text not in self.known:
            kind = text.partition("-")[0]
            number = self.number(f"id {kind}")
            self.known[text] = f"ou-0000-{number:08d}" if kind == "ou" else f"{kind}-{number:010d}"
        return self.known[text]

    def email(self, text: str) -> str:
        """Return an address at example.com."""
        if text not in self.known:
            self.known[text] = f"person-{self.number('person')}@example.com"
        return self.known[text]

    def arn(self, text: str) -> str:
        """Return an ARN with account and names masked; AWS's own ARNs and wildcards stay; no ARN stays as it is."""
        parsed = parse_arn(text)
        if parsed is None or parsed.account == "aws":
            return text
        masked = self._resource(parsed.service, parsed.resource)
        head = f"arn:{parsed.partition}:{parsed.service}:{parsed.region}:{self.account(parsed.account)}"
        whole = f"{head}:{masked}"
        if whole != text:
            self.known.setdefault(text, whole)
        return whole

    def _resource(self, service: str, resource: str) -> str:
        pieces = _PIECES.findall(resource)
        typed = service not in _NAMES_ONLY and len(pieces) > 1 and pieces[1] in {"/", ":"}
        typed = typed and _TYPE_WORD.fullmatch(pieces[0]) is not None
        if not typed and service == "s3" and pieces[:1] == ["accesspoint"]:
            typed = True
        word = pieces[0] if typed else {"s3": "bucket", "sqs": "queue", "sns": "topic"}.get(service, "name")
        kinds = list(_KINDS.get(word, (word,)))
        out: list[str] = []
        for place, piece in enumerate(pieces):
            if (typed and place == 0) or piece in {"/", ":", "$"} or piece[0] in "*?" or piece.startswith("${"):
                out.append(piece)
                continue
            kind = kinds.pop(0) if kinds else "part"
            out.append(self._segment(piece, kind))
        return "".join(out)

    def _segment(self, piece: str, kind: str) -> str:
        if re.fullmatch(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", piece):
            return self.uuid(piece)
        if RESOURCE_ID.fullmatch(piece):
            return self.resource_id(piece)
        return self.name(piece, kind)


RESOURCE_ID = re.compile(
    r"(?:vpce|vpc|subnet|sg|eni|ami|vol|snap|rtb|nat|igw|acl|eipalloc|lt|fs|fsap|tgw|pcx|mi|i)-[0-9a-f]{8,17}"
    r"|ou-[0-9a-z]{4,32}-[0-9a-z-]{4,32}|o-[0-9a-z]{6,32}|r-[0-9a-z]{4,32}|p-[0-9a-zA-Z]{8,32}"
)
"""Ids with a prefix that says what they are."""
