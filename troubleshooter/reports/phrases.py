"""The contract's words said for a person: policy types, decisions, confidence, dispositions."""

from __future__ import annotations

from troubleshooter.model.vocabulary import Basis, Confidence, Decision, Disposition, PolicyType
from troubleshooter.steps.words import layer_words

DECISION = {
    Decision.ALLOW: "allow",
    Decision.EXPLICIT_DENY: "explicit deny",
    Decision.IMPLICIT_DENY: "implicit deny",
    Decision.UNKNOWN: "unknown",
    Decision.NOT_APPLICABLE: "not applicable",
}

DISPOSITION = {
    Disposition.SAFE: "safe to apply",
    Disposition.NEEDS_REVIEW: "needs review",
    Disposition.NEEDS_ORG_ADMIN: "needs an organization administrator",
    Disposition.DO_NOT_APPLY: "do not apply",
}

BASIS = {
    Basis.AWS_SAID: "AWS itself said so",
    Basis.EVALUATED: "evaluated from the policies that were read",
    Basis.SIMULATED: "AWS's policy simulator said so",
    Basis.STATED: "the message states it; the policy itself was not read",
    Basis.INFERRED: "inferred; neither the message nor a policy says so",
}

HEDGE = {Confidence.CERTAIN: "", Confidence.LIKELY: "most likely ", Confidence.POSSIBLE: "possibly "}


def policy_type(kind: PolicyType | str, resource: str | None = None) -> str:
    """Return the kind of policy in words; a resource policy by its resource's own word (``bucket policy``)."""
    try:
        known = PolicyType(kind)
    except ValueError:
        return str(kind).replace("_", " ")
    return "no policy" if known is PolicyType.NONE else layer_words(known, resource)
