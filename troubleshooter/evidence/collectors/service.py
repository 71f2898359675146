"""What a service's collector is made of, and the few things that all of them do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from troubleshooter.evidence.api import Answer, ApiCall, call
from troubleshooter.evidence.context import Collecting
from troubleshooter.evidence.plain_json import document
from troubleshooter.evidence.trouble import Kind
from troubleshooter.model.arn import Arn
from troubleshooter.model.evidence import JsonObject
from troubleshooter.model.policy import JsonValue
from troubleshooter.model.vocabulary import PolicyType


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCollector:
    """Reads one service's resource policies (and tags, and the key behind a resource).

    ``service`` is the service field of its ARNs; ``calls`` are all calls that ``collect`` makes.
    ``find`` lists the ARNs of an account and Region for whole-account collection, with ``find_calls``;
    ``everywhere``: the service is not regional, so one Region's listing is the account's.
    """

    service: str
    calls: tuple[ApiCall, ...]
    collect: Callable[[Collecting, Arn], None]
    find_calls: tuple[ApiCall, ...] = ()
    find: Callable[[Collecting], Iterable[str]] | None = None
    everywhere: bool = False


def tags_call(name: str, action: str, items: str = "", token: tuple[str, str] | None = None) -> ApiCall:
    """Declare a call that reads a resource's tags."""
    return call(name, action, PolicyType.NONE, items=items, token=token)


def find_call(name: str, action: str, items: str, token: tuple[str, str] | None = None) -> ApiCall:
    """Declare a call that lists resources."""
    return call(name, action, PolicyType.RESOURCE, items=items, token=token)


def found_all(collecting: Collecting, listing: ApiCall, **parameters: object) -> Answer:
    """List resources; the gap's scope is the account and Region."""
    reader = collecting.reader
    return reader.read_all(listing, f"account {reader.account} in {reader.region}", **parameters)


def keep_tags(collecting: Collecting, arn: str, answer: Answer, tags: object = None) -> None:
    """Keep tags given as ``[{Key, Value}]`` in any spelling or as a mapping; an unread answer keeps nothing."""
    if answer.known:
        collecting.reader.store.tags(
            collecting.reader.account, arn, tag_map(tags if tags is not None else answer.items)
        )


def tag_map(tags: object) -> dict[str, str]:
    """Return tags as a dictionary; services spell the pair's names in many ways."""
    if isinstance(tags, dict):
        return {str(key): str(value) for key, value in tags.items()}
    return dict(_pairs(tags))


def _pairs(tags: object) -> Iterator[tuple[str, str]]:
    for tag in tags if isinstance(tags, list | tuple) else ():
        lowered = {name.lower(): value for name, value in tag.items()}
        key = lowered.get("key", lowered.get("tagkey"))
        if key is not None:
            yield str(key), str(lowered.get("value", lowered.get("tagvalue")) or "")


def keep_policy(collecting: Collecting, arn: str, answer: Answer, policy: JsonValue | JsonObject = None) -> None:
    """Keep a resource's policy, or that there is none; an unread answer keeps nothing."""
    if answer.known:
        collecting.reader.store.policy(collecting.reader.account, arn, document(policy))


def keep_policy_if_it_exists(
    collecting: Collecting, arn: str, answer: Answer, policy: JsonValue, *, exists: Answer, read: ApiCall
) -> None:
    """Keep a policy whose service says "not found" both for a missing policy and for a missing resource.

    Only where ``exists`` was read does "not found" mean that there is no policy.
    """
    if answer.read or (answer.known and exists.read):
        keep_policy(collecting, arn, answer, policy)
    elif answer.known and exists.get("Kind") != Kind.ABSENT.value:
        action = " and ".join(read.actions)
        collecting.reader.gap(
            PolicyType.RESOURCE,
            arn,
            f"{arn}: AWS found nothing, which may mean no policy or no such resource ({answer.get('Code')})",
            f"allow {action} on {arn}",
        )


def keep_key(collecting: Collecting, arn: str, key: object) -> None:
    """Note which KMS key is behind a resource, and read that key; ``key`` is an ARN, id or alias, or None.

    An AWS-managed key (``alias/aws/…``) is left: its policy cannot be changed and lets the account's callers in.
    """
    if not isinstance(key, str) or not key or "alias/aws/" in key:
        return
    full = key if key.startswith("arn:") else _key_arn(collecting, key)
    collecting.reader.store.put(collecting.reader.account, "encryption_keys", arn, full)
    collecting.resource(full)


def _key_arn(collecting: Collecting, key: str) -> str:
    reader = collecting.reader
    kind = "" if key.startswith("alias/") else "key/"
    return f"arn:{reader.access.partition}:kms:{reader.region}:{reader.account}:{kind}{key}"
