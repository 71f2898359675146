"""Many statements for one action: looking resources up finds what trying each statement finds."""

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.reference_engine import decide
from troubleshooter.engine.cases import decide_case

ACCOUNT = "111122223333"
Json = dict[str, Any]
BUCKETS = ("one", "two", "o*", "${aws:username}")
KEYS = ("a", "a/b", "a/b/c", "b", "b/c.csv", "")
CONDITIONS: tuple[Json, ...] = (
    {},
    {},
    {"Bool": {"aws:SecureTransport": "true"}},
    {"StringEquals": {"aws:PrincipalTag/team": "x"}},
)


def statement(rng: Random) -> Json:
    resources = [
        f"arn:aws:s3:::{rng.choice(BUCKETS)}/{rng.choice(KEYS)}{rng.choice(('', '*', '/*', '?'))}"
        for _ in range(rng.randrange(1, 4))
    ]
    return {
        "Effect": rng.choice(("Allow", "Allow", "Deny")),
        "Action": rng.choice(("s3:GetObject", "s3:*", "s3:Get*")),
        rng.choice(("Resource", "Resource", "Resource", "NotResource")): resources,
        "Condition": rng.choice(CONDITIONS),
    }


def case(seed: int) -> Json:
    rng = Random(seed)
    document = {"Version": "2012-10-17", "Statement": [statement(rng) for _ in range(rng.randrange(8, 40))]}
    if rng.random() < 0.7:
        document["Statement"] = [item for item in document["Statement"] if item["Effect"] == "Allow"]  # type: ignore[index]
    return {
        "id": seed,
        "request": {
            "principal": f"arn:aws:iam::{ACCOUNT}:user/one",
            "action": "s3:GetObject",
            "resource": f"arn:aws:s3:::{rng.choice(('one', 'two'))}/{rng.choice(KEYS)}{rng.choice(('', 'x', '/x'))}",
            "resource_account": ACCOUNT,
            "context": {"aws:SecureTransport": rng.choice(("true", "false")), "aws:username": "one"},
        },
        "policies": {"identity": [{"name": "p", "document": document}]} if document["Statement"] else {},
    }


@settings(max_examples=1000, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_many_statements_decide_as_each_alone(seed: int) -> None:
    given = case(seed)
    assert decide_case(given)["decision"] == decide(given)["decision"]
