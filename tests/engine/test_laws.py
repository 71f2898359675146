"""Laws that hold whatever the policies say, after Cedar's four: they need no expectation, only two decisions."""

import copy
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.engine.reference_engine import decide
from tests.engine.strategies import FAMILIES, cases, statement
from troubleshooter.engine.cases import decide_case

Json = dict[str, Any]
Decide = Callable[[Json], Json]
EVALUATORS = pytest.mark.parametrize("evaluate", [decide_case, decide], ids=["engine", "reference"])
LAW = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
UNGOVERNED = {"sts:GetCallerIdentity"}
KINDS = {"identity": "identity_policy", "permissions_boundary": "permissions_boundary", "session": "session_policy"}
LEVELS = ("scp", "rcp")


def documents(case: Json) -> list[tuple[str, Json]]:
    """Every document of a case, with its kind; changing one changes the case."""
    policies = case["policies"]
    trust = case["request"]["action"].startswith("sts:")
    found = [(kind, entry["document"]) for name, kind in KINDS.items() for entry in policies[name] or []]
    found += [("vpc_endpoint_policy", entry["document"]) for entry in policies["vpc_endpoint"]]
    found += [(kind, entry["document"]) for kind in LEVELS for level in policies[kind] for entry in level["policies"]]
    if policies["resource"] is not None:
        found.append(("trust_policy" if trust else "resource_policy", policies["resource"]))
    return found


def statements(document: Json) -> list[Json]:
    found = document.get("Statement", [])
    return found if isinstance(found, list) else [found]


def governed(case: Json) -> bool:
    request = case["request"]
    return request["action"] not in UNGOVERNED and not request["principal"].endswith(":root")


def extended(case: Json, rng: Random, effect: str, *, allowed: set[str]) -> Json | None:
    """The case with one more random statement of that effect in one of its documents of the allowed kinds."""
    changed = copy.deepcopy(case)
    places = [(kind, document) for kind, document in documents(changed) if kind in allowed]
    if not places:
        return None
    kind, document = rng.choice(places)
    family = next((item for item in FAMILIES if item[0] == case["request"]["action"]), FAMILIES[0])
    more = {**statement(rng, kind, family, case["request"]["resource"]), "Effect": effect}
    if "NotPrincipal" in more:
        more["Principal"] = more.pop("NotPrincipal")
    document["Statement"] = [*statements(document), more]
    return changed


@EVALUATORS
@LAW
@given(case=cases(), layer=st.sampled_from(["identity", "resource"]))
def test_an_explicit_deny_wins(evaluate: Decide, case: Json, layer: str) -> None:
    request, denial = case["request"], {"Effect": "Deny", "Action": "*", "Resource": "*"}
    assume(governed(case) and evaluate(case)["error"] is None)
    changed = copy.deepcopy(case)
    if layer == "identity":
        assume(request["principal"].startswith("arn:") and "provider" not in request["principal"])
        changed["policies"]["identity"].append({"name": "deny", "document": {"Statement": denial}})
    else:
        assume(request["resource"] != "*" and not request["action"].startswith("iam:"))
        if request["action"].startswith("sts:"):
            denial.pop("Resource")
        own = changed["policies"]["resource"]
        found = statements(own) if own else []
        changed["policies"]["resource"] = {**(own or {}), "Statement": [*found, {**denial, "Principal": "*"}]}
    answer = evaluate(changed)
    assert answer["decision"] == "explicit_deny"
    assert ("trust_policy" in answer["blocked_by"] or f"{layer}_policy" in answer["blocked_by"]) is True


@EVALUATORS
@LAW
@given(case=cases())
def test_the_default_is_deny(evaluate: Decide, case: Json) -> None:
    assume(governed(case) and evaluate(case)["error"] is None)
    case = copy.deepcopy(case)
    for _, document in documents(case):
        document["Statement"] = [
            {**item, "Effect": "Deny"} for item in statements(document) if item.get("Effect") == "Deny"
        ] or {"Effect": "Deny", "Action": "none:None", "Resource": "*"}
    for kind, document in documents(case):
        if kind == "trust_policy":
            for item in statements(document):
                item.pop("Resource", None)
        if kind == "rcp":
            document["Statement"] = [{**item, "Principal": "*"} for item in statements(document)]
    assert evaluate(case)["decision"] != "allow"


@EVALUATORS
@LAW
@given(case=cases(), rng=st.randoms(use_true_random=False))
def test_order_and_repetition_do_not_matter(evaluate: Decide, case: Json, rng: Random) -> None:
    before = evaluate(case)
    assume(before["error"] is None)
    changed = copy.deepcopy(case)
    for _, document in documents(changed):
        found = statements(document)
        document["Statement"] = rng.sample([*found, rng.choice(found)], len(found) + 1)
    for name in ("identity", "session"):
        found = changed["policies"][name]
        changed["policies"][name] = rng.sample(found * 2, len(found) * 2)
    changed["policies"]["scp"] = changed["policies"]["scp"][::-1]
    after = evaluate(changed)
    assert (after["decision"], sorted(after["blocked_by"])) == (before["decision"], sorted(before["blocked_by"]))


@EVALUATORS
@LAW
@given(case=cases(), rng=st.randoms(use_true_random=False))
def test_one_more_deny_allows_nothing_new(evaluate: Decide, case: Json, rng: Random) -> None:
    everywhere = {*KINDS.values(), *LEVELS, "vpc_endpoint_policy", "resource_policy", "trust_policy"}
    changed = extended(case, rng, "Deny", allowed=everywhere)
    before = evaluate(case)
    # One more statement can mend a broken document; that is another law's matter.
    assume(changed is not None and before["error"] is None and before["decision"] != "allow")
    assert changed is not None
    assert evaluate(changed)["decision"] != "allow"


@EVALUATORS
@LAW
@given(case=cases(), rng=st.randoms(use_true_random=False))
def test_one_more_allow_denies_nothing_new(evaluate: Decide, case: Json, rng: Random) -> None:
    # Not in a bucket policy: there one more Allow can make the policy public, and so close it to other accounts.
    layers = {*KINDS.values(), "scp", "vpc_endpoint_policy", "trust_policy"}
    changed = extended(case, rng, "Allow", allowed=layers)
    assume(changed is not None and evaluate(case)["decision"] == "allow")
    assert changed is not None
    assert evaluate(changed)["decision"] == "allow"
