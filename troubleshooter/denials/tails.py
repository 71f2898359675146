"""What follows the action in a refusal sentence: the reason, the policy's ARN, ids, and literals in between.

Wording per policy type: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from troubleshooter.denials.phrases import any_of, compiled, joined, tolerant, worded

_TYPES: tuple[tuple[str, str], ...] = (
    ("vpc_endpoint_policy", any_of("VPC endpoint policy", "VPC endpoint policies", "VPC endpoint")),
    ("identity_policy", any_of("identity-based policy", "identity-based policies", "identity based policy")),
    ("resource_policy", any_of("resource-based policy", "resource-based policies", "resource based policy")),
    ("permissions_boundary", any_of("permissions boundary", "permission boundary", "permissions boundaries")),
    ("session_policy", any_of("session policy", "sessions policy", "session policies")),
    ("scp", any_of("service control policy", "service control policies")),
    ("rcp", any_of("resource control policy", "resource control policies")),
    ("trust_policy", any_of("role trust policy", "trust policy")),
)


def _type_at(prefix: str) -> str:
    """Return a pattern of any policy type, in groups that start with ``prefix``."""
    return "(?:" + "|".join(f"(?P<{prefix}{name}>{pattern})" for name, pattern in _TYPES) + ")"


_MISSING = r"(?P<missing>[A-Za-z0-9\n-]{1,80}:\n?[A-Za-z0-9*?\n]{1,110}?)"
_KMS = tolerant("the resource does not exist in this Region, no resource-based policies allow access")
_KMS_END = tolerant("resource-based policy explicitly denies access")
_REASON = compiled(
    rf"[ \n]{{0,3}}(?:{tolerant('because')}[ \n]{{1,3}}(?P<kms>{_KMS})(?:[^\f]{{0,40}}?{_KMS_END})?"
    rf"|{any_of('because no', 'because the')}[ \n]{{1,3}}{_type_at('no_')}"
    rf"[ \n]{{1,3}}{any_of('allows', 'allow')}"
    rf"(?:[ \n]{{1,3}}(?:{tolerant('the')}[ \n]{{1,3}})?(?:{_MISSING}[ \n]{{1,3}})?{tolerant('action')}"
    rf"|[ \n]{{1,3}}(?:{tolerant('the')}[ \n]{{1,3}})?(?P<cut>[A-Za-z0-9-]{{1,80}}:[A-Za-z0-9*?]{{1,110}}))?"
    rf"|(?P<explicit>{any_of('with an explicit deny', 'with explicit deny', 'due to an explicit deny')})"
    rf"(?:[ \n]{{1,3}}{tolerant('in')}[ \n]{{1,3}}(?:{any_of('the', 'an', 'a')}[ \n]{{1,3}})?{_type_at('in_')}"
    rf"(?:[ \n]{{1,3}}{tolerant('transitively through a')}[ \n]{{1,3}}{_type_at('via_')})?)?"
    rf"|{tolerant('because')}[ \n]{{1,3}}(?P<bpa>{any_of('public ACLs are', 'public policies are', 'public access is')}"
    rf"[ \n]{{1,3}}{any_of('prevented', 'blocked')}[^\f]{{0,120}}?{tolerant('Block Public Access')})"
    rf"|{tolerant('because')}[ \n]{{1,3}}"
    rf"(?P<sse_c>{tolerant('this bucket has blocked upload requests')}[^\f\"<]{{0,120}}))"
)
_POLICY_ARN = re.compile(r"[ \n]{0,2}:[ \n]{0,2}(?=arn:)")
_AUTHORIZATION = compiled(
    rf"{tolerant('authorization id')}[ \n]*:[ \n]*(?P<id>[A-Za-z0-9_+/=-]{{6,200}}"
    rf"(?:\n[A-Za-z0-9_+/=-]{{1,200}}(?=[\s.,\"]|$))?)"
    rf"|#/authorization-details/(?P<url>[A-Za-z0-9_+=-]{{6,200}})"
)
_ENCODED = compiled(rf"{tolerant('Encoded authorization failure message')}[ \n]*:[ \n]*")
_BLOB_LINE = re.compile(r"[A-Za-z0-9_-]+=*")
_OPENERS = {'"': '"', "'": "'", "`": "`", "\u201c": "\u201d"}
_NAMED = re.compile(
    r"(?:role|user|group|policy path|policy|instance profile|access key|saml provider|oidc provider|server certificate)"
    r" [^\s\"'`<>]{1,300}",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"(?:<[^<>\n/][^<>\n]{0,60}>|\[[^\[\]\n]{1,60}\]|\*{1,3}[A-Za-z ]{1,40}\*{1,3}|[^\s\"`<>])+")
_CONTINUES = re.compile(r"[A-Za-z0-9_+=,.@:/*$-]+(?=$|[\n\f\"'`]|\.? \(Service|\. |; |\)|</)")
_WORD_BREAK = frozenset({"at", "end", "exit", "traceback", "error", "null", "none", "caused", "exited"})
_NARROW = 20
_MAX_BLOB = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """The end of a refusal sentence. ``start``/``end`` are its span within the text it was sought in.

    ``kms`` marks KMS's own sentence, which leaves open whether the deny is implicit or explicit.
    ``via`` is the second policy type of "transitively through a …".
    """

    start: int
    end: int
    found: bool = False
    policy_type: str | None = None
    decision: str | None = None
    missing_action: str | None = None
    policy_arn: str | None = None
    via: str | None = None
    kms: bool = False
    block_public_access: bool = False
    sse_c_blocked: bool = False


NONE = Tail(start=0, end=0)


def find(text: str) -> Tail:
    """Return the first reason in ``text``; where there is none, a Tail that starts at its end."""
    match = _REASON.search(text)
    if match is None:
        return Tail(start=len(text), end=len(text))
    groups = match.groupdict()
    implicit = _type_of(groups, "no_")
    missing = groups["missing"] or groups["cut"]
    arn, end = _policy_arn(text, match.end())
    decision = "explicit_deny" if groups["explicit"] else "implicit_deny" if implicit else None
    return Tail(
        start=match.start(),
        end=end,
        found=True,
        policy_type=_policy_type(groups, implicit),
        decision=decision,
        missing_action=joined(missing) if missing else None,
        policy_arn=arn,
        via=_type_of(groups, "via_"),
        kms=groups["kms"] is not None,
        block_public_access=groups["bpa"] is not None,
        sse_c_blocked=groups["sse_c"] is not None,
    )


def authorization_id(text: str) -> str | None:
    """Return the id that GetRequestAuthorizationDetails takes, from the sentence or the console's URL."""
    match = _AUTHORIZATION.search(text)
    return joined(match.group("id") or match.group("url")) if match else None


def encoded_blob(text: str) -> tuple[str, int] | None:
    """Return the encoded authorization message, joined across wraps, and where it ends; None if there is none."""
    match = _ENCODED.search(text)
    if match is None:
        return None
    position = match.end()
    parts: list[str] = []
    while position < min(len(text), match.end() + _MAX_BLOB):
        piece = _BLOB_LINE.match(text, position)
        if piece is None or (parts and not _looks_encoded(piece.group(), text, piece.end())):
            break
        parts.append(piece.group())
        position = piece.end()
        if text[position : position + 1] in {"\n", " "} and text[position + 1 : position + 2].strip():
            position += 1
        else:
            break
    blob = "".join(parts)
    return (blob, position) if len(blob) > _NARROW else None


def literal(text: str, begin: int, *, closed: bool) -> tuple[str, int]:
    """Return the literal at ``begin`` (a resource) and where it ends.

    ``closed`` says that ``text`` ends where the sentence's reason begins, so that everything up to
    there belongs to the literal, spaces and wraps included.
    """
    while begin < len(text) and text[begin] in " \n:":
        begin += 1
    closer = _OPENERS.get(text[begin : begin + 1])
    if closer:
        close = text.find(closer, begin + 1, begin + 2000)
        if close > 0:
            return joined(text[begin + 1 : close]), close + 1
        begin += 1
    if closed:
        raw = text[begin:].strip().rstrip("`'\",;")
        return (joined(raw) if joined(raw).startswith(("arn:", "*")) else worded(raw)), len(text)
    named = _NAMED.match(text, begin)
    if named:
        return named.group().rstrip("`'\".,;)}]\\"), named.end()
    return token(text, begin)


def token(text: str, begin: int) -> tuple[str, int]:
    """Return the unquoted token at ``begin``, joined across a hard wrap, without closing punctuation."""
    match = _TOKEN.match(text, begin)
    if match is None:
        return "", begin
    value, end = match.group(), match.end()
    while text[end : end + 1] == "\n":
        more = _CONTINUES.match(text, end + 1)
        if more is None or not _wrapped(text, end) or more.group().rstrip(".,:;").lower() in _WORD_BREAK:
            break
        value, end = value + more.group(), more.end()
    if value.startswith("arn:") and "[" in value and "]" not in value:
        value = value.partition("[")[0]
    return _trimmed(value), end


def _trimmed(value: str) -> str:
    """Drop what surrounds an ARN in prose, JSON or code: quotes, full stops, unbalanced brackets."""
    if re.fullmatch(r"[.*]+", value):
        return "" if "." in value else value
    value = re.sub(r"\.\[[^\]]*\]$", "", value)
    while value and (
        value[-1] in "`'\",;\\."
        or (value[-1] in ")}]" and value.count(value[-1]) > value.count("([{"[")}]".index(value[-1])]))
    ):
        if value.endswith("..."):
            break
        value = value[:-1]
    return value


def _wrapped(text: str, newline: int) -> bool:
    """Return whether the line that ends at ``newline`` looks cut by a terminal: none nearby is longer."""
    start = text.rfind("\n", 0, newline) + 1
    length = newline - max(start, text.rfind("\f", 0, newline) + 1)
    following = text.find("\n", newline + 1)
    beyond = (following if following >= 0 else len(text)) - newline - 1
    previous = start - 1 - (text.rfind("\n", 0, max(start - 1, 0)) + 1) if start else 0
    return length >= _NARROW and beyond <= length + 1 and previous <= length + 8


def _looks_encoded(piece: str, text: str, end: int) -> bool:
    """Return whether a further line or word is still part of a blob and not the next sentence."""
    mixed = any(letter.isdigit() for letter in piece) or (piece != piece.lower() and piece[1:] != piece[1:].lower())
    following = text[end : end + 1]
    return (mixed or len(piece) > 2 * _NARROW) and following not in {":", "/", "(", "."} and len(piece) > 1


def _type_of(groups: dict[str, str | None], prefix: str) -> str | None:
    return next((name for name, _ in _TYPES if groups.get(f"{prefix}{name}")), None)


def _policy_type(groups: dict[str, str | None], implicit: str | None) -> str | None:
    if groups["kms"]:
        return "resource_policy"
    if groups["bpa"]:
        return "s3_public_access_block"
    return implicit or _type_of(groups, "in_")


def _policy_arn(text: str, position: int) -> tuple[str | None, int]:
    """Return the policy ARN that newer messages append, and where it ends."""
    colon = _POLICY_ARN.match(text, position)
    if colon is None:
        return None, position
    value, end = token(text, colon.end())
    return (value or None), end
