"""One refused request, as read from a message or a log record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from troubleshooter.model.evidence import JsonObject
from troubleshooter.model.policy import NOT_JSON
from troubleshooter.model.principal import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """A denial with the fields of the contract; None is "the input does not say".

    ``stated_policy_type`` and ``stated_decision`` use the contract's words and come from the message
    only. ``context`` maps condition keys, in AWS's spelling, to their values. ``provenance`` says for
    each filled field where it came from (``errorMessage``, ``requestParameters``, ``inferred …``).

    The fields not in JSON: ``absent_keys`` are condition keys (lowercase) that this request is known
    not to have carried; ``from_event`` is True for a log record (whose silence means more than a
    pasted sentence's); ``source_kind`` names the client or wrapper; ``encoded_message`` the whole
    encoded blob; ``resource_hint`` a resource that the text around a bare refusal mentions;
    ``not_iam`` names a refusal that no IAM policy fixes (its reason);
    ``raw`` is the CloudTrail record.
    """

    principal: Principal = field(default_factory=Principal)
    action: str | None = None
    resource: str | None = None
    resource_account: str | None = None
    api_call: str | None = None
    event_source: str | None = None
    region: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    event_id: str | None = None
    event_time: str | None = None
    source_ip: str | None = None
    vpc_endpoint_id: str | None = None
    request_id: str | None = None
    stated_policy_type: str | None = None
    stated_policy_arn: str | None = None
    stated_decision: str | None = None
    authorization_id: str | None = None
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    provenance: Mapping[str, str] = field(default_factory=dict)
    absent_keys: frozenset[str] = field(default=frozenset(), metadata=NOT_JSON)
    from_event: bool = field(default=False, metadata=NOT_JSON)
    source_kind: str | None = field(default=None, metadata=NOT_JSON)
    encoded_message: str | None = field(default=None, metadata=NOT_JSON)
    not_iam: str | None = field(default=None, metadata=NOT_JSON)
    resource_hint: str | None = field(default=None, metadata=NOT_JSON)
    raw: JsonObject | None = field(default=None, metadata=NOT_JSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotADenial:
    """Input that was recognised as something else: ``kind`` names it in one plain phrase.

    ``error_code`` is the code as printed, if any; ``advice`` is what to do about it.
    """

    kind: str
    error_code: str | None = None
    advice: str = ""
