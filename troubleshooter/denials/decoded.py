"""The output of ``aws sts decode-authorization-message`` -> Denial, with the whole request context.

https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
"""

from __future__ import annotations

from troubleshooter.denials.fields import Object, decoded, items, mapping, text
from troubleshooter.denials.identity import principal_from_text
from troubleshooter.denials.keys import Keys
from troubleshooter.model.arn import account_of
from troubleshooter.model.denial import Denial


def parse_decoded(value: object) -> Denial | None:
    """Return the denial that a decoded authorization message describes; None for any other JSON."""
    if not isinstance(value, dict):
        return None
    message = decoded(value.get("DecodedMessage", value))
    if not isinstance(message, dict) or "context" not in message or not {"allowed", "explicitDeny"} & message.keys():
        return None
    context = mapping(message, "context")
    action, resource = text(context, "action"), text(context, "resource")
    if message.get("allowed") is True or not action:
        return None
    keys = _keys(context)
    origin = "decoded authorization message"
    return Denial(
        principal=principal_from_text(text(mapping(context, "principal"), "arn")),
        action=action,
        resource=resource,
        resource_account=account_of(resource),
        stated_decision="explicit_deny" if message.get("explicitDeny") is True else "implicit_deny",
        error_message=None,
        context=keys.context,
        provenance=dict.fromkeys(("principal", "action", "resource", "stated_decision", "context"), origin),
        source_kind="decoded_message",
    )


def _keys(context: Object) -> Keys:
    """Read ``conditions.items[].key`` and ``values.items[].value``; keys of no namespace (``StatementId``) included."""
    keys = Keys()
    for condition in items(mapping(context, "conditions").get("items")):
        if not isinstance(condition, dict):
            continue
        key = text(condition, "key")
        values = [
            value
            for item in items(condition.get("values"))
            if isinstance(item, dict) and (value := text(item, "value"))
        ]
        if key and values:
            keys.put(key, values)
    return keys
