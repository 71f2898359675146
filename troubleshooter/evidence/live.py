"""From a denial to evidence: ask AWS what this denial needs, read-only.

What cannot be read becomes a gap that names the permission; only unusable credentials or an unreachable
AWS stop everything (UnreachableError).
"""

from __future__ import annotations

from collections.abc import Sequence

from troubleshooter.evidence.access import Access
from troubleshooter.evidence.collection import Collection
from troubleshooter.evidence.focus import focus_of
from troubleshooter.evidence.options import LiveOptions
from troubleshooter.model.denial import Denial
from troubleshooter.model.evidence import Evidence

__all__ = ["LiveOptions", "collect_account", "collect_for", "collect_for_all"]


def collect_for(denial: Denial, options: LiveOptions) -> Evidence:
    """Return what AWS holds about this denial: identity, resource, session, organization, AWS's own answers.

    Raises UnreachableError where there are no usable credentials or AWS cannot be reached.
    """
    return collect_for_all((denial,), options)


def collect_for_all(denials: Sequence[Denial], options: LiveOptions) -> Evidence:
    """Return the evidence of several denials; what they share is read once."""
    first = focus_of(denials[0]) if denials else None
    access = Access(options, region=first.region if first else None, partition=first.partition if first else "aws")
    collection = Collection(access)
    for denial in denials:
        collection.add(denial)
    return collection.evidence()


def collect_account(access: Access, account: str, regions: Sequence[str], denials: Sequence[Denial] = ()) -> Evidence:
    """Return everything that the collectors find in one account."""
    collection = Collection(access)
    collection.add_account(account, regions)
    for denial in denials:
        collection.add(denial)
    return collection.evidence()
