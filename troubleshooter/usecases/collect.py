"""Write a snapshot of what AWS holds: for one denial, whole accounts, or a whole organization, resumable.

A run writes to ``<out>.partial`` and moves it to ``<out>`` at its end. What a cut run finished is kept there:
the same command goes on after the last whole account.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Lock

from troubleshooter.errors import UnreachableError, UsageError
from troubleshooter.evidence.access import Access
from troubleshooter.evidence.collection import read_whole_organization
from troubleshooter.evidence.live import LiveOptions, collect_account, collect_for_all
from troubleshooter.evidence.pool import Pool
from troubleshooter.evidence.snapshot_write import (
    gaps_json,
    make_folder,
    may_replace,
    partial_folder,
    publish,
    save_snapshot,
    write_account,
    write_json,
    write_root,
)
from troubleshooter.model.arn import is_account_id, parse_arn
from troubleshooter.model.denial import Denial
from troubleshooter.model.evidence import AwsAnswer, Evidence, Gap
from troubleshooter.model.shapes import as_text, objects

_STATE = ".collect.json"
_ANY_ACCOUNT = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectPlan:
    """What to collect and where to.

    ``denials``: only what these need, unless ``whole_account``. ``organization``: every account of the
    organization. ``roles`` are ARNs, ARNs with ``*`` for the account, or a bare role name for every account.
    """

    out: Path
    denials: tuple[Denial, ...] = ()
    whole_account: bool = False
    organization: bool = False
    regions: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    overwrite: bool = False
    jobs: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What was written."""

    out: Path
    accounts: tuple[str, ...]
    resumed: int
    gaps: tuple[Gap, ...]


Progress = Callable[[int, int, str], None]
"""Called with accounts done, accounts in all, and the account that was just finished."""


def collect(plan: CollectPlan, options: LiveOptions, on_progress: Progress | None = None) -> Collected:
    """Collect as planned and write the snapshot.

    Raises UsageError where ``out`` is in the way, UnreachableError where AWS cannot be read at all or the
    time was up before every account was read (what was read is kept for the next run).
    """
    _check_place(plan)
    exact = tuple(role for role in plan.roles if _exact(role))
    options = replace(options, assume_role=exact)
    if plan.denials and not plan.whole_account and not plan.organization:
        evidence = collect_for_all(plan.denials, options)
        save_snapshot(evidence, plan.out)
        return Collected(out=plan.out, accounts=tuple(evidence.accounts), resumed=0, gaps=evidence.gaps)
    return _Run(plan, Access(options), on_progress or _silent).run()


def _silent(done: int, total: int, account: str) -> None:
    """Report nothing."""


def _check_place(plan: CollectPlan) -> None:
    if not plan.out.exists():
        return
    if not may_replace(plan.out):
        raise UsageError(f"--out {plan.out} exists and is no snapshot: give another folder")
    if any(plan.out.iterdir()) and not plan.overwrite:
        raise UsageError(f"--out {plan.out} holds a snapshot already: add --overwrite, or give another folder")


def _exact(role: str) -> bool:
    arn = parse_arn(role)
    return arn is not None and is_account_id(arn.account)


def role_in(pattern: str, account: str, partition: str) -> str:
    """Return the role ARN that a pattern (``arn:…:iam::*:role/x``, or a bare name) means in an account."""
    arn = parse_arn(pattern)
    if arn is None:
        return f"arn:{partition}:iam::{account}:role/{pattern}"
    return str(replace(arn, account=account))


class _Run:
    """One run over whole accounts, one after the other's end kept on disk."""

    def __init__(self, plan: CollectPlan, access: Access, progress: Progress) -> None:
        """Start nothing yet."""
        self.plan, self.access, self.progress = plan, access, progress
        self.partial = partial_folder(plan.out)
        self.regions = plan.regions or (access.region,)
        self.answers: list[AwsAnswer] = []
        self.stopped = False

    def run(self) -> Collected:
        """Read the organization, then every account beside each other; publish when all are in."""
        own = self.access.own_account
        if own is None:
            raise UnreachableError("AWS would not say which account these credentials are of (sts:GetCallerIdentity)")
        organization, gaps = read_whole_organization(self.access, own)
        members = () if organization is None else tuple(name for name in organization.parents if is_account_id(name))
        accounts = self._accounts(own, members)
        done = self._resume(accounts)
        self._collect([account for account in accounts if account not in done], len(accounts), len(done))
        missing = [account for account in accounts if not self._is_done(account)]
        if missing:
            raise UnreachableError(
                f"time was up after {len(accounts) - len(missing)} of {len(accounts)} accounts; "
                "run the same command again to go on, or give a longer --timeout"
            )
        gaps = tuple(dict.fromkeys((*gaps, *self._account_gaps(accounts))))
        answers = tuple(sorted(self.answers, key=lambda answer: answer.kind))
        write_root(
            self.partial,
            Evidence(organization=organization, gaps=gaps, aws_answers=answers, collected_at=_now()),
        )
        self._clean()
        publish(self.partial, self.plan.out)
        return Collected(out=self.plan.out, accounts=tuple(accounts), resumed=len(done), gaps=gaps)

    def _accounts(self, own: str, members: Sequence[str]) -> list[str]:
        """Return the accounts to read, own first; patterns give a role in every member account."""
        patterns = [role for role in self.plan.roles if not _exact(role)]
        if patterns and not members:
            raise UnreachableError(
                "the organization's accounts could not be listed: name a role's ARN per account with --assume-role"
            )
        for account in members:
            for pattern in patterns:
                if account != own:
                    self.access.roles.setdefault(account, role_in(pattern, account, self.access.partition))
        wanted = [own, *self.access.roles]
        if self.plan.organization:
            wanted.extend(members)
        return list(dict.fromkeys(wanted))

    def _resume(self, accounts: Sequence[str]) -> set[str]:
        """Return the accounts that an earlier, cut run of the same plan finished; another plan starts anew."""
        state = {"accounts": sorted(accounts), "regions": list(self.regions), "roles": sorted(self.plan.roles)}
        found = _read_json(self.partial / _STATE)
        if found != state:
            shutil.rmtree(self.partial, ignore_errors=True)
            make_folder(self.partial)
            write_json(self.partial / _STATE, state)
        return {account for account in accounts if self._is_done(account)}

    def _collect(self, accounts: Sequence[str], total: int, already: int) -> None:
        """Read accounts beside each other; Ctrl-C ends at once and leaves what is finished."""
        pool = Pool(self.plan.jobs)
        lock = Lock()
        finished = [already]

        def one(account: str) -> None:
            self._one(account)
            with lock:
                finished[0] += 1
                self.progress(finished[0], total, account)

        for account in accounts:
            pool.add(partial(one, account), _unfinished(account))
        try:
            pool.wait(self.access.deadline)
        finally:
            self.stopped = True
            pool.close()

    def _one(self, account: str) -> None:
        """Read one account and keep it; one that time cut short is not kept, so that the next run reads it."""
        if self.access.time_left <= 0:
            return
        denials = self.plan.denials if account == self.access.own_account else ()
        evidence = collect_account(self.access, account, self.regions, denials)
        if self.stopped or (self.access.time_left <= 0 and self.access.roles):
            return
        self.answers.extend(evidence.aws_answers)
        found = evidence.accounts.get(account)
        if found is not None:
            write_account(self.partial, found)
        # The gaps' file is also the mark that the account is done, so it comes last.
        write_json(self._gaps_file(account), gaps_json(evidence.gaps))

    def _gaps_file(self, account: str) -> Path:
        return self.partial / f".gaps-{account}.json"

    def _is_done(self, account: str) -> bool:
        """Return whether an account is done, which its written gaps say: an unreadable account has nothing else."""
        return self._gaps_file(account).is_file()

    def _account_gaps(self, accounts: Sequence[str]) -> list[Gap]:
        return [
            Gap(
                policy_type=as_text(entry.get("policy_type")) or "none",
                scope=as_text(entry.get("scope")) or "",
                reason=as_text(entry.get("reason")) or "",
                remedy=as_text(entry.get("remedy")) or "",
            )
            for account in accounts
            for entry in objects(_read_json(self._gaps_file(account)))
        ]

    def _clean(self) -> None:
        for path in self.partial.glob(".*.json"):
            path.unlink()
        for path in (self.partial / "accounts").glob(".*"):
            shutil.rmtree(path, ignore_errors=True)


def _unfinished(account: str) -> Gap:
    """Return what the pool wants for each task; a run that is cut is gone on with, so nobody sees it."""
    return Gap(
        policy_type="none", scope=f"account {account}", reason="not read yet", remedy="run the same command again"
    )


def _read_json(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
