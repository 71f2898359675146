"""Who reads: one session of credentials per account, one client per service and Region.

The first session is the profile's; other accounts are read with the roles of ``--assume-role``.
boto3 is imported in here only, when live evidence is asked for.
"""

from __future__ import annotations

import time
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from troubleshooter.errors import UnreachableError, UsageError
from troubleshooter.evidence.options import LiveOptions
from troubleshooter.evidence.trouble import Trouble, classify, why_unusable
from troubleshooter.model.arn import account_of, parse_arn, partition_of

if TYPE_CHECKING:
    import boto3
    import botocore.session

SESSION_NAME = "access-denied-troubleshooter"
_HOME_REGIONS = {
    "aws": "us-east-1",
    "aws-cn": "cn-north-1",
    "aws-us-gov": "us-gov-west-1",
    "aws-eusc": "eusc-de-east-1",
}
_ATTEMPTS = 4


class Access:
    """Clients for every account that can be read, made once each."""

    def __init__(self, options: LiveOptions, *, region: str | None = None, partition: str = "aws") -> None:
        """Open the profile's session and ask AWS who it is.

        ``region`` is the denial's: used where the options name none; the profile's comes last. Raises
        UnreachableError where there are no usable credentials or AWS cannot be reached, UsageError for
        an ``--assume-role`` that is no role ARN.
        """
        self.options = options
        self.deadline = time.monotonic() + options.timeout
        self._lock = Lock()
        self._telling = Lock()
        self._clients: dict[tuple[str | None, str, str], Any] = {}
        self._sessions: dict[str | None, boto3.session.Session] = {}
        self._role_locks: dict[str, Lock] = {}
        self.partition = partition
        self.roles = _roles_by_account(options.assume_role)
        self.region = options.region or region or ""
        own = self._open()
        self.region = self.region or _HOME_REGIONS.get(partition, "us-east-1")
        self._sessions[None] = own
        self.caller_arn: str | None = None
        self.own_account: str | None = None
        self.own_account = self._who_am_i()

    def _open(self) -> boto3.session.Session:
        from boto3.session import Session

        try:
            made = Session(profile_name=self.options.profile, botocore_session=_core())
            # A profile that does not exist is noticed when something is asked of it.
            self.region = self.region or made.region_name or ""
        except Exception as error:
            raise UnreachableError(self._unusable(error) or f"the AWS configuration cannot be used: {error}") from error
        return made

    def _who_am_i(self) -> str | None:
        """Return the profile's account; None where even that was refused, which stops nothing."""
        started = time.perf_counter()
        try:
            found = self.client("sts", None, self.region).get_caller_identity()
        except Exception as error:
            self.tell("sts:get_caller_identity", None, self.region, started, classify(error).kind.value)
            line = self._unusable(error)
            if line:
                raise UnreachableError(line) from error
            return None
        self.tell("sts:get_caller_identity", None, self.region, started, "ok")
        self.caller_arn = str(found.get("Arn") or "") or None
        self.partition = partition_of(self.caller_arn) if self.caller_arn else self.partition
        return str(found["Account"]) if found.get("Account") else None

    def _unusable(self, error: Exception) -> str | None:
        options = self.options
        return why_unusable(error, profile=options.profile, region=self.region, endpoint_url=options.endpoint_url)

    def can_read(self, account: str) -> bool:
        """Return whether there are credentials for that account: the profile's, or a role given for it.

        Where AWS would not tell whose the profile is, it counts for every account: refusals will say.
        """
        return self.own_account in {None, account} or account in self.roles

    def client(self, service: str, account: str | None, region: str) -> Any:  # noqa: ANN401 - clients are made at run time
        """Return the client of a service for an account and Region; ``account`` None is the profile's.

        Raises whatever the SDK raises where the role cannot be assumed or the service does not exist.
        """
        key = (None if account == self.own_account else account, service, region)
        if account is not None and key[0] is not None and account not in self.roles:
            key = (None, service, region)
        session: Any = self._session(key[0])  # its stubs know each service by its literal name only
        with self._lock:
            if key not in self._clients:
                made = session.client(
                    service, region_name=region, endpoint_url=self.options.endpoint_url, config=self._config()
                )
                if self.options.endpoint_url:
                    made.meta.events.register("before-sign.s3-control", _without_account_host)
                self._clients[key] = made
            return self._clients[key]

    def _config(self) -> Any:  # noqa: ANN401 - botocore's class, imported late
        from botocore.config import Config

        return Config(
            connect_timeout=min(5.0, self.options.call_timeout),
            read_timeout=self.options.call_timeout,
            retries={"mode": "adaptive", "total_max_attempts": _ATTEMPTS},
            max_pool_connections=self.options.workers,
            user_agent_extra=SESSION_NAME,
        )

    def _session(self, account: str | None) -> boto3.session.Session:
        if account is None or account in self._sessions:
            return self._sessions[account]
        with self._lock:
            lock = self._role_locks.setdefault(account, Lock())
        with lock:
            if account not in self._sessions:
                self._sessions[account] = self._assume(self.roles[account])
            return self._sessions[account]

    def _assume(self, role: str) -> boto3.session.Session:
        """Return a session of the role; it is assumed once, its credentials are never shown."""
        from boto3.session import Session

        started = time.perf_counter()
        try:
            answer = self.client("sts", None, self.region).assume_role(RoleArn=role, RoleSessionName=SESSION_NAME)
        except Exception as error:
            self.tell("sts:assume_role", account_of(role), self.region, started, classify(error).kind.value)
            raise RoleRefusedError(role, classify(error)) from error
        self.tell("sts:assume_role", account_of(role), self.region, started, "ok")
        found = answer["Credentials"]
        return Session(
            aws_access_key_id=found["AccessKeyId"],
            aws_secret_access_key=found["SecretAccessKey"],
            aws_session_token=found["SessionToken"],
            region_name=self.region,
            botocore_session=_core(),
        )

    @property
    def time_left(self) -> float:
        """Seconds until ``--timeout``."""
        return self.deadline - time.monotonic()

    def tell(self, name: str, account: str | None, region: str, started: float, outcome: str) -> None:
        """Report one call: its name, place, duration and outcome."""
        if self.options.on_call is not None:
            seconds = time.perf_counter() - started
            with self._telling:
                self.options.on_call(
                    f"{seconds:6.3f}s  {name}  {account or self.own_account or '-'}  {region}  {outcome}"
                )


def _core() -> botocore.session.Session:
    """Return a session core with the shared loader."""
    from botocore.session import Session

    core = Session()
    core.register_component("data_loader", _loader())
    return core


@lru_cache(maxsize=1)
def _loader() -> Any:  # noqa: ANN401 - botocore's class
    """Return the one loader of the SDK's models: they take long to read and much to hold, and never change."""
    from botocore.session import Session

    return Session().get_component("data_loader")


def _without_account_host(request: Any, **_: object) -> None:  # noqa: ANN401 - botocore's request
    """Take the account out of an S3 Control host: one endpoint given for all services has no host per account."""
    account = request.headers.get("x-amz-account-id")
    if account:
        request.url = request.url.replace(f"://{account}.", "://", 1)


class RoleRefusedError(Exception):
    """A role of ``--assume-role`` could not be assumed."""

    def __init__(self, role: str, trouble: Trouble) -> None:
        """Keep which role and why."""
        super().__init__(f"{role} could not be assumed: {trouble.code} {trouble.text}".replace("  ", " "))
        self.role = role
        self.trouble = trouble


def _roles_by_account(arns: tuple[str, ...]) -> dict[str, str]:
    """Return account -> role ARN; raises UsageError for anything that is not a role's ARN."""
    roles: dict[str, str] = {}
    for text in arns:
        arn = parse_arn(text)
        account = account_of(text)
        if arn is None or account is None or arn.service != "iam" or not arn.resource.startswith("role/"):
            raise UsageError(f"--assume-role {text}: give a role's ARN, like arn:aws:iam::123456789012:role/ReadOnly")
        roles.setdefault(account, text)
    return roles
