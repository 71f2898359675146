"""EC2's encoded authorization message: whole, it can be decoded; cut by the log, it cannot.

CloudTrail cuts ``errorMessage`` at about 1,024 characters, so a blob from a log is usually broken
(https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html).
"""

from __future__ import annotations

import shlex

from troubleshooter.model.denial import Denial

_CUT_FROM = 950


def is_cut(denial: Denial) -> bool:
    """Return whether the encoded blob comes from a log record whose message reached the log's limit."""
    return bool(denial.encoded_message) and denial.from_event and len(denial.error_message or "") >= _CUT_FROM


def encoded_words(denial: Denial) -> str:
    """Return what to do with the encoded message, empty where there is none."""
    if not denial.encoded_message:
        return ""
    if is_cut(denial):
        return (
            "The log cut the encoded authorization message at its length limit, so it cannot be decoded: "
            "take the whole message from the output of the client that made the call."
        )
    if denial.from_event:
        return (
            "The message carries AWS's own encoded answer: decode it first. Logs often cut it: if it is invalid, "
            "take the whole message from the output of the client that made the call."
        )
    return "The message carries AWS's own encoded answer: decode it first."


def decode_command(denial: Denial) -> str | None:
    """Return the command that decodes a whole blob, None where there is none or it is cut."""
    if not denial.encoded_message or is_cut(denial):
        return None
    blob = shlex.quote(denial.encoded_message)
    return f"aws sts decode-authorization-message --query DecodedMessage --output text --encoded-message {blob}"
