"""Group denials by session issuer, action and resource, in bounded memory and mergeable parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from troubleshooter.history.folding import KeyTree
from troubleshooter.history.tally import Tally
from troubleshooter.model.arn import s3_bucket_arn
from troubleshooter.model.scan import GroupKey
from troubleshooter.model.vocabulary import PrincipalKind

_Place = tuple[str | None, PrincipalKind, str | None, str]
"""Principal, its kind, action and bucket: what the keys of one tree share."""

MOST_GROUPS = 200_000
"""Beyond this many groups, further resources of a principal and action count as resource ``*``."""


class Ledger:
    """All tallies of a scan by group key. Object keys of one S3 bucket share a tree that folds."""

    def __init__(self) -> None:
        """Start empty."""
        self._single: dict[GroupKey, Tally] = {}
        self._trees: dict[_Place, KeyTree] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked of it yet."""
        return not self._single and not self._trees

    def tally(self, key: GroupKey) -> Tally:
        """Return the tally that a denial with ``key`` counts in; follow ``moved_to`` when keeping it."""
        split = _bucket_and_key(key.resource)
        if split is None:
            return self._of_single(key)
        bucket, name = split
        return self._tree(key, bucket).tally(name)

    def merge(self, other: Ledger) -> None:
        """Add what ``other`` counted."""
        for key, tally in other._single.items():
            self._of_single(key).absorb(tally)
        for place, theirs in other._trees.items():
            mine = self._trees.setdefault(place, KeyTree())
            for name, tally, folded in theirs.items():
                (mine.fold(name) if folded else mine.tally(name)).absorb(tally)

    def fold(self, key: GroupKey) -> Tally:
        """Return the tally of a whole prefix: ``key.resource`` is an S3 ARN ending in ``/*`` for many keys."""
        split = _bucket_and_key(key.resource)
        if split is None:
            return self._of_single(key)
        bucket, name = split
        return self._tree(key, bucket).fold(name.removesuffix("*"))

    def items(self) -> Iterator[tuple[GroupKey, Tally]]:
        """Yield every group and its tally."""
        yield from self._single.items()
        for (principal, kind, action, bucket), tree in self._trees.items():
            for name, tally, folded in tree.items():
                resource = f"{bucket}/{name}{'*' if folded else ''}"
                yield GroupKey(principal=principal, principal_kind=kind, action=action, resource=resource), tally

    def _tree(self, key: GroupKey, bucket: str) -> KeyTree:
        place = (key.principal, key.principal_kind, key.action, bucket)
        tree = self._trees.get(place)
        if tree is None:
            tree = self._trees[place] = KeyTree()
        return tree

    def _of_single(self, key: GroupKey) -> Tally:
        tally = self._single.get(key)
        if tally is None:
            if len(self._single) >= MOST_GROUPS:
                key = replace(key, resource="*")
                return self._single.setdefault(key, Tally())
            tally = self._single[key] = Tally()
        return tally


def _bucket_and_key(resource: str | None) -> tuple[str, str] | None:
    """Split an S3 object's ARN into its bucket's ARN and its key; None for anything else."""
    bucket = s3_bucket_arn(resource) if resource and "/" in resource else None
    if bucket is None or resource is None or not resource.startswith(f"{bucket}/"):
        return None
    key = resource[len(bucket) + 1 :]
    return (bucket, key) if key else None
