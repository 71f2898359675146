"""Group denials by session issuer, action and resource, in bounded memory and mergeable parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from troubleshooter.history.folding import KeyTree
from troubleshooter.history.tally import Tally
from troubleshooter.model.arn import parse_arn
from troubleshooter.model.scan import GroupKey

MOST_GROUPS = 200_000
"""Beyond this many groups, further resources of a principal and action count as resource ``*``."""


class Ledger:
    """All tallies of a scan by group key. Object keys of one S3 bucket share a tree that folds."""

    def __init__(self) -> None:
        """Start empty."""
        self._single: dict[GroupKey, Tally] = {}
        self._trees: dict[GroupKey, KeyTree] = {}

    def tally(self, key: GroupKey) -> Tally:
        """Return the tally that a denial with ``key`` counts in; follow ``moved_to`` when keeping it."""
        split = _bucket_and_key(key.resource)
        if split is None:
            return self._of_single(key)
        bucket, name = split
        tree_key = replace(key, resource=bucket)
        tree = self._trees.get(tree_key)
        if tree is None:
            tree = self._trees[tree_key] = KeyTree()
        return tree.tally(name)

    def merge(self, other: Ledger) -> None:
        """Add what ``other`` counted."""
        for key, tally in other._single.items():  # noqa: SLF001 - the same class
            self._of_single(key).absorb(tally)
        for key, theirs in other._trees.items():  # noqa: SLF001 - the same class
            mine = self._trees.setdefault(key, KeyTree())
            for name, tally, folded in theirs.items():
                (mine.fold(name) if folded else mine.tally(name)).absorb(tally)

    def fold(self, key: GroupKey) -> Tally:
        """Return the tally of a whole prefix: ``key.resource`` is an S3 ARN ending in ``/*`` that stands for many keys."""
        split = _bucket_and_key(key.resource)
        if split is None:
            return self._of_single(key)
        bucket, name = split
        return self._trees.setdefault(replace(key, resource=bucket), KeyTree()).fold(name.removesuffix("*"))

    def items(self) -> Iterator[tuple[GroupKey, Tally]]:
        """Yield every group and its tally."""
        yield from self._single.items()
        for key, tree in self._trees.items():
            for name, tally, folded in tree.items():
                yield replace(key, resource=f"{key.resource}/{name}{'*' if folded else ''}"), tally

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
    arn = parse_arn(resource)
    if arn is None or arn.service != "s3" or arn.account or arn.region:
        return None
    bucket, slash, key = arn.resource.partition("/")
    return (str(replace(arn, resource=bucket)), key) if slash and key else None
