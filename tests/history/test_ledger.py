from __future__ import annotations

import random
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshooter.history.folding import MANY, KeyTree
from troubleshooter.history.ledger import Ledger
from troubleshooter.history.tally import Tally
from troubleshooter.model.scan import GroupKey
from troubleshooter.model.vocabulary import PrincipalKind

_KEYS = st.lists(
    st.lists(st.integers(0, 14).map(str) | st.just(""), min_size=1, max_size=4).map("/".join).filter(bool), max_size=120
)


def _add(tally: Tally, number: int) -> None:
    while tally.moved_to is not None:
        tally = tally.moved_to
    time = f"2026-03-02T{number % 24:02d}:00:00Z"
    tally.add(time, f"e{number:04d}", "AccessDenied", "1" * 12, "eu-west-1", f"10.0.0.{number % 250}", number)


def _figures(tally: Tally) -> tuple[object, ...]:
    return tally.count, tally.first, tally.last, tally.last_id, tally.hours, tally.sources, tally.earliest, tally.sample


def _tree(keys: list[tuple[int, str]]) -> dict[tuple[str, bool], tuple[object, ...]]:
    tree = KeyTree()
    kept = [(tree.tally(key), number) for number, key in keys]
    for tally, number in kept:
        _add(tally, number)
    return {(name, folded): _figures(tally) for name, tally, folded in tree.items() if tally.count}


@settings(max_examples=150, deadline=None)
@given(_KEYS, st.randoms(use_true_random=False))
def test_folding_does_not_depend_on_order(keys: list[str], rng: random.Random) -> None:
    numbered = list(enumerate(keys))
    shuffled = numbered[:]
    rng.shuffle(shuffled)
    assert _tree(numbered) == _tree(shuffled)


@settings(max_examples=150, deadline=None)
@given(_KEYS, st.integers(1, 4))
def test_parts_merge_into_the_whole(keys: list[str], count: int) -> None:
    def ledger_of(numbers: list[tuple[int, str]]) -> Ledger:
        ledger = Ledger()
        for number, key in numbers:
            group = GroupKey(
                principal="p",
                principal_kind=PrincipalKind.IAM_USER,
                action="s3:GetObject",
                resource=f"arn:aws:s3:::b/{key}",
            )
            _add(ledger.tally(group), number)
        return ledger

    numbered = list(enumerate(keys))
    merged = Ledger()
    for part in range(count):
        merged.merge(ledger_of(numbered[part::count]))
    whole = ledger_of(numbered)
    assert {key: _figures(tally) for key, tally in merged.items() if tally.count} == {
        key: _figures(tally) for key, tally in whole.items() if tally.count
    }
    assert sum(tally.count for _, tally in merged.items()) == len(keys)


def test_keys_fold_once_they_are_many() -> None:
    few = _tree([(number, f"daily/{number}") for number in range(MANY)])
    assert len(few) == MANY
    many = _tree([(number, f"daily/{number}") for number in range(MANY + 1)])
    assert list(many) == [("daily/", True)]
    assert len(_tree([(number, f"daily/{number}/x") for number in range(3)])) == 3


def test_only_object_keys_fold() -> None:
    ledger = Ledger()
    for number in range(50):
        resource = f"arn:aws:kms:eu-west-1:111122223333:key/{number}"
        key = GroupKey(principal="p", principal_kind=PrincipalKind.ROOT, action="kms:Decrypt", resource=resource)
        _add(ledger.tally(key), number)
    assert len(list(ledger.items())) == 50


def test_sources_and_samples_are_bounded_and_the_same_in_any_order() -> None:
    numbers = list(range(500))
    first, second = Tally(), Tally()
    for number in numbers:
        first.add(
            "2026-03-02T00:00:00Z", f"e{number:04d}", "a", None, None, f"10.0.{number // 256}.{number % 256}", None
        )
    for number in reversed(numbers):
        second.add(
            "2026-03-02T00:00:00Z", f"e{number:04d}", "a", None, None, f"10.0.{number // 256}.{number % 256}", None
        )
    assert len(first.sources) == 100
    assert first.sources == second.sources
    assert first.earliest == second.earliest
    assert Counter(first.codes) == Counter(second.codes)


def test_the_commonest_code_names_the_group() -> None:
    tally = Tally()
    for code in ("b", "a", "b", "a"):
        tally.add("", "", code, None, None, None, None)
    assert tally.code == "a"
