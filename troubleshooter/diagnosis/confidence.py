"""How sure a blocking layer's finding is, and what it rests on.

``certain`` needs complete evidence: every policy that could change this layer's answer, and whether it
blocks, was read and every condition key it turns on is known, and AWS's own message does not contradict it.
"""

from __future__ import annotations

from troubleshooter.denials.requests import UNKNOWN_RESOURCE
from troubleshooter.diagnosis.case import GRANTING, Blocked
from troubleshooter.model.vocabulary import Basis, Confidence, Decision

AWS_WORD = frozenset({"authorization_details", "decoded_message"})


def confidence_of(blocked: Blocked) -> Confidence:
    """Return ``certain`` on complete and uncontradicted evidence, else ``likely``."""
    if said_by_aws(blocked):
        return Confidence.CERTAIN
    doubtful = (
        not blocked.judgement.surely
        or contradicted(blocked)
        or guessed_request(blocked)
        or (not blocked.explicit and _incomplete(blocked))
    )
    return Confidence.LIKELY if doubtful else Confidence.CERTAIN


def basis_of(blocked: Blocked) -> Basis:
    """Return ``aws_said`` where AWS's own details name this layer, else ``evaluated``."""
    return Basis.AWS_SAID if said_by_aws(blocked) else Basis.EVALUATED


def said_by_aws(blocked: Blocked) -> bool:
    """Return whether AWS's authorization details or decoded message name this layer as denying."""
    return blocked.primary and any(
        answer.kind in AWS_WORD and blocked.policy_type.value in answer.policy_types
        for answer in blocked.case.evidence.aws_answers
    )


def contradicted(blocked: Blocked) -> bool:
    """Return whether AWS's message names a layer and none of the blocking ones is it."""
    return blocked.case.denial.stated_policy_type is not None and not blocked.case.names_blocking_layer


def guessed_request(blocked: Blocked) -> bool:
    """Return whether what was judged is only a guess from the API call, or the resource is not known."""
    provenance = blocked.case.denial.provenance
    guessed = any(provenance.get(name, "").startswith("inferred") for name in ("action", "resource", "principal"))
    return blocked.primary and (guessed or blocked.request.resource == UNKNOWN_RESOURCE)


def _incomplete(blocked: Blocked) -> bool:
    if blocked.layer.gaps or blocked.layer.unknowns:
        return True
    if blocked.policy_type not in GRANTING:
        return False
    others = [layer for layer in blocked.judgement.evaluation.layers if layer.policy_type in GRANTING]
    return any(layer.decision is Decision.UNKNOWN for layer in others)
