"""Evidence -> a snapshot folder: AWS's own API shapes, one file each, written so that no half of it is ever seen.

A folder is written beside its place and moved there when it is whole. Files are readable by their owner
only (0600, folders 0700): a snapshot tells an attacker where to start.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from troubleshooter import __version__
from troubleshooter.errors import UsageError
from troubleshooter.model.arn import is_account_id
from troubleshooter.model.evidence import (
    AccountEvidence,
    AwsAnswer,
    Evidence,
    Gap,
    OrganizationEvidence,
    OrganizationPolicy,
)
from troubleshooter.model.plain import to_plain

SCHEMA_VERSION = 1
_FILE_MODE = 0o600
_FOLDER_MODE = 0o700


def save_snapshot(evidence: Evidence, folder: str | Path) -> None:
    """Write ``evidence`` as the snapshot ``folder``, replacing a snapshot that is there.

    Raises UsageError where the folder cannot be written or holds something that is no snapshot.
    """
    place = Path(folder)
    partial = partial_folder(place)
    try:
        shutil.rmtree(partial, ignore_errors=True)
        make_folder(partial)
        for account in evidence.accounts.values():
            write_account(partial, account)
        write_root(partial, evidence)
        publish(partial, place)
    except OSError as trouble:
        raise UsageError(f"cannot write the snapshot {place}: {trouble.strerror or trouble}") from trouble


def partial_folder(place: Path) -> Path:
    """Return where a snapshot is written until it is whole."""
    return place.with_name(f"{place.name}.partial")


def publish(partial: Path, place: Path) -> None:
    """Move a whole snapshot to its place; an older snapshot there goes only when the new one is in.

    Raises UsageError where something that is no snapshot is in the way.
    """
    if not place.exists():
        partial.rename(place)
        return
    if not may_replace(place):
        raise UsageError(f"{place} exists and is no snapshot: give another --out")
    old = place.with_name(f"{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    place.rename(old)
    partial.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def may_replace(place: Path) -> bool:
    """Return whether nothing but a snapshot would be lost."""
    return place.is_dir() and ((place / "snapshot.json").is_file() or not any(place.iterdir()))


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner can look into; folders above it are made as usual."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=_FOLDER_MODE, exist_ok=True)


def write_json(path: Path, value: object) -> None:
    """Write one file whole or not at all, readable by its owner only."""
    temporary = path.with_name(f".{path.name}.writing")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _FILE_MODE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1, ensure_ascii=False)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def write_root(folder: Path, evidence: Evidence) -> None:
    """Write the files that are about no single account; ``snapshot.json`` last."""
    if evidence.organization is not None:
        write_json(folder / "organization.json", _organization(evidence.organization))
    if evidence.aws_answers:
        write_json(folder / "aws-answers.json", [_answer(answer) for answer in evidence.aws_answers])
    write_json(folder / "gaps.json", gaps_json(evidence.gaps))
    header = {"schema_version": SCHEMA_VERSION, "collected_at": evidence.collected_at, "tool_version": __version__}
    write_json(folder / "snapshot.json", header)


def gaps_json(gaps: Iterable[Gap]) -> list[dict[str, str]]:
    """Return gaps as the contract's list."""
    return [to_plain(gap) for gap in gaps]


def write_account(folder: Path, account: AccountEvidence) -> None:
    """Write one account's folder, whole or not at all; what was not read gets no file.

    Raises UsageError for an account that has no 12-digit id.
    """
    if not is_account_id(account.account_id):
        raise UsageError(f"{account.account_id!r} is no account id: its evidence cannot be saved")
    target = folder / "accounts" / account.account_id
    make_folder(folder / "accounts")
    writing = Path(tempfile.mkdtemp(prefix=f".{account.account_id}.", dir=folder / "accounts"))
    for name, value in _account_files(account):
        write_json(writing / name, value)
    shutil.rmtree(target, ignore_errors=True)
    writing.rename(target)


def _account_files(account: AccountEvidence) -> Iterable[tuple[str, object]]:
    if any(part is not None for part in (account.users, account.groups, account.roles, account.managed_policies)):
        yield "authorization-details.json", _details(account)
    plain: dict[str, Mapping[str, Any] | None] = {
        "resource-policies.json": account.resource_policies,
        "s3.json": account.s3,
        "kms-grants.json": account.kms_grants,
        "resource-tags.json": account.resource_tags,
        "sessions.json": account.sessions,
        "encryption-keys.json": account.encryption_keys,
    }
    yield from ((name, to_plain(value)) for name, value in plain.items() if value is not None)
    if account.vpc_endpoints is not None:
        yield "vpc-endpoints.json", {"VpcEndpoints": to_plain(account.vpc_endpoints)}


def _details(account: AccountEvidence) -> dict[str, object]:
    lists = {
        "UserDetailList": account.users,
        "GroupDetailList": account.groups,
        "RoleDetailList": account.roles,
        "Policies": account.managed_policies,
    }
    found: dict[str, object] = {
        name: [to_plain(entry) for entry in entries.values()] for name, entries in lists.items() if entries is not None
    }
    if not account.identities_complete:
        found["IdentitiesComplete"] = False
    return found


def _organization(found: OrganizationEvidence) -> object:
    """Return organization.json; ``null`` where AWS said that there is no organization."""
    if not found.exists:
        return None
    units = [name for name in (*found.parents, *found.arns) if name.startswith("ou-")]
    accounts = [name for name in (*found.parents, *found.arns) if is_account_id(name)]
    document: dict[str, object] = {
        "Organization": {"Id": found.id, "MasterAccountId": found.management_account},
        "Roots": _roots(found),
        "OrganizationalUnits": [_node(found, name) for name in dict.fromkeys(units)],
        "Accounts": [_node(found, name) for name in dict.fromkeys(accounts)],
        "Policies": [_policy(policy) for policy in found.policies],
    }
    if not found.policies_read:
        document["PoliciesComplete"] = False
    return document


def _roots(found: OrganizationEvidence) -> list[dict[str, object]]:
    roots: list[dict[str, object]] = [dict(_node(found, name)) for name in found.root_ids]
    if found.enabled_types is not None and roots:
        roots[0]["PolicyTypes"] = [{"Type": kind, "Status": "ENABLED"} for kind in found.enabled_types]
    return roots


def _node(found: OrganizationEvidence, name: str) -> dict[str, str]:
    values = {"Arn": found.arns.get(name), "Name": found.names.get(name), "ParentId": found.parents.get(name)}
    return {"Id": name, **{key: value for key, value in values.items() if value is not None}}


def _policy(policy: OrganizationPolicy) -> dict[str, object]:
    summary = {
        "Id": policy.id,
        "Arn": policy.arn,
        "Name": policy.name,
        "Type": policy.type,
        "AwsManaged": policy.aws_managed,
    }
    return {"PolicySummary": summary, "Content": to_plain(policy.document), "Targets": list(policy.targets)}


def _answer(answer: AwsAnswer) -> dict[str, Any]:
    return dict(to_plain(answer))
