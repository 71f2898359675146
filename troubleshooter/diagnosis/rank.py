"""The one order of findings: what keeps the request denied first, then what is surest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from troubleshooter.model.denial import Denial
from troubleshooter.model.diagnosis import Finding
from troubleshooter.model.vocabulary import Basis, Confidence, Decision

REMARKS = frozenset({"identity-center-permission-set", "service-linked-or-reserved-role", "policy-document-invalid"})
"""Causes that go with any verdict: worth knowing, but never the reason found for a denial."""


def sort_key(finding: Finding, denial: Denial) -> tuple[int, ...]:
    """Return the sort key of a finding, smallest first.

    1. a refusal that is not IAM's: no other cause matters then;
    2. blocking before not blocking;
    3. findings that name a cause before remarks that go with any;
    4. the surer confidence;
    5. the layer that AWS's own message names;
    6. explicit deny before implicit: it wins over every allow, so it is met first;
    7. the better basis.

    What is still equal keeps the order in which it was found: the refused request before those behind it,
    specific causes before plain ones. So do the findings that are only possible, by how often each is met.
    """
    surer = (
        finding.policy_type.value != denial.stated_policy_type,
        finding.decision is not Decision.EXPLICIT_DENY,
        tuple(Basis).index(finding.basis),
    )
    return (
        finding.cause != "not-an-iam-denial",
        not finding.blocking,
        finding.cause in REMARKS,
        -finding.confidence.rank,
        *(() if finding.confidence is Confidence.POSSIBLE else surer),
    )


def rank(findings: Iterable[Finding], denial: Denial) -> tuple[Finding, ...]:
    """Return the findings in order, ``rank`` counting from 1."""
    ordered = sorted(findings, key=lambda finding: sort_key(finding, denial))
    return tuple(replace(finding, rank=place) for place, finding in enumerate(ordered, start=1))
