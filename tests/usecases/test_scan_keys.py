"""The quick reading of a record says what the full parse says, or nothing."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.corpus import record_texts
from tests.sources.logs import ACCOUNT, record
from troubleshooter.denials.record import parse_record
from troubleshooter.history.ledger import Ledger
from troubleshooter.model.denial import Denial
from troubleshooter.model.scan import GroupKey, ScanFilters
from troubleshooter.sources.log_record import hit_of
from troubleshooter.usecases.group_keys import Counter, key_of
from troubleshooter.usecases.quick_keys import principal_in, quick_reading


def _quick(item: dict[str, Any]) -> GroupKey | None:
    parts, _ = hit_of(item)
    reading = quick_reading(parts)
    who = principal_in(bytes(parts.userIdentity), reading[0] if reading else None)
    return key_of(who.principal, reading[1], reading[2]) if reading and who else None


def _full(item: dict[str, Any]) -> GroupKey:
    parsed = parse_record(item)
    assert isinstance(parsed, Denial)
    return key_of(parsed.principal, parsed.action, parsed.resource)


def _ledger(items: list[dict[str, Any]]) -> dict[GroupKey, int]:
    ledger = Ledger()
    counter = Counter(ScanFilters(), ledger)
    for item in items:
        counter.add(hit_of(item))
    return {key: tally.count for key, tally in ledger.items()}


def test_on_a_realistic_corpus() -> None:
    rng = random.Random(11)
    records = [json.loads(text) for text in record_texts(rng, ACCOUNT, "eu-west-1", 6000, 0)]
    denied = [item for item in records if item.get("errorCode") in {"AccessDenied", "Client.UnauthorizedOperation"}]
    quick = [(item, _quick(item)) for item in denied]
    assert sum(key is not None for _, key in quick) > 0.6 * len(denied)
    for item, key in quick:
        assert key is None or key == _full(item)


_WORDS = st.sampled_from(
    [
        "User: ", f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/s", f"arn:aws:iam::{ACCOUNT}:user/ana", "anonymous",
        " is not authorized to perform: ", "kms:Decrypt", "SNS:Publish", "s3:getobject", "iam:PassRole",
        " on resource: ",
        '"arn:aws:s3:::b/k"', "arn:aws:s3:::b/key with space", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1", "*",
        "role deploy",
        " because no identity-based policy allows the kms:Decrypt action",
        " because no permissions boundary allows the iam:PassRole action",
        " with an explicit deny in a service control policy", " with an explicit deny in an identity-based policy",
        " with an explicit deny",
        ": arn:aws:organizations::999999999999:policy/o-a/service_control_policy/p-a", ".", "Access Denied", " ", "\n",
        "You are not authorized to perform this operation. ", "Encoded authorization failure message: abcDEF",
    ]
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(_WORDS, max_size=9).map("".join), st.booleans())
def test_on_any_message(message: str, with_resources: bool) -> None:
    resources: dict[str, Any] = (
        {"resources": [{"ARN": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/9", "accountId": ACCOUNT}]}
        if with_resources
        else {}
    )
    item = record(errorMessage=message, eventSource="kms.amazonaws.com", eventName="Decrypt", **resources)
    key = _quick(item)
    assert key is None or key == _full(item)


@pytest.mark.parametrize(
    "fields",
    [
        {"resources": [{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::b/k"}, {"ARN": "arn:aws:s3:::b"}]},
        {"resources": [{"ARN": "arn:aws:s3:::b"}]},
        {"resources": [{"ARNPrefix": "arn:aws:s3:::b/"}, {"ARN": "arn:aws:s3:::b"}]},
        {
            "resources": [{"ARN": "arn:aws:s3:::b/k"}],
            "requestParameters": {"versionId": "x", "key": "k", "bucketName": "b"},
        },
        {"resources": [{"ARN": "arn:aws:s3:::b/k"}], "requestParameters": {"x-amz-copy-source": "y", "key": "k"}},
        {"resources": []},
        {"resources": "text"},
        {"resources": [5, None, {"ARN": 7}]},
    ],
)
@pytest.mark.parametrize(
    "name", ["GetObject", "PutObject", "HeadObject", "ListObjectsV2", "DeleteObjects", "GetBucketPolicy"]
)
def test_on_bare_messages(name: str, fields: dict[str, Any]) -> None:
    item = record(errorMessage="Access Denied", eventSource="s3.amazonaws.com", eventName=name, **fields)
    key = _quick(item)
    assert key is None or key == _full(item)


def test_what_repeats_is_counted_as_if_parsed_each_time() -> None:
    rng = random.Random(3)
    records = [json.loads(text) for text in record_texts(rng, ACCOUNT, "eu-west-1", 8000, 0)]
    denied = [item for item in records if item.get("errorCode") in {"AccessDenied", "Client.UnauthorizedOperation"}]
    expected = Ledger()
    for item in denied:
        expected.tally(_full(item)).add(item["eventTime"], item["eventID"], item["errorCode"], None, None, None, None)
    assert _ledger(denied) == {key: tally.count for key, tally in expected.items()}
