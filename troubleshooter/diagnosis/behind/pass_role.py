"""iam:PassRole behind a call that hands a role to a service.

It is a check on the role's ARN with ``iam:PassedToService``, no API call of its own and no event in the log
(https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from troubleshooter.diagnosis.behind.behind import Behind, follow_up, parameters
from troubleshooter.diagnosis.behind.role_parameters import ROLE_PARAMETERS
from troubleshooter.model.arn import Arn, account_of, parse_arn, partition_of
from troubleshooter.model.denial import Denial
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.request import Request

_DATED = re.compile(r"\d{4}_?\d{2}_?\d{2}(v\d+)?$")


def pass_role(denial: Denial, primary: Request, evidence: Evidence) -> Iterable[Behind]:
    """Yield iam:PassRole for each role that the call's parameters hand over; nothing where it is the refused one."""
    if primary.action.lower() == "iam:passrole":
        return
    seen: set[tuple[str, str]] = set()
    for named, service in _handed_over(denial):
        role, surely = _role_arn(named, primary, evidence)
        if role is None or (role, service) in seen:
            continue
        seen.add((role, service))
        yield Behind(
            request=follow_up(
                primary,
                action="iam:PassRole",
                resource=role,
                resource_account=account_of(role),
                context={"iam:PassedToService": (service,)},
            ),
            role="pass_role",
            why=f"{denial.api_call} hands {role} to {service}, which needs iam:PassRole on it",
            surely=surely,
        )


def _handed_over(denial: Denial) -> Iterator[tuple[str, str]]:
    source = (denial.event_source or "").split(".", 1)[0]
    call = _DATED.sub("", denial.api_call or "")
    given = parameters(denial)
    for row_source, row_call, path, service in ROLE_PARAMETERS:
        if (row_source, row_call) == (source, call):
            for value in _walk(given, path.split(".")):
                yield value, service


def _walk(value: object, path: list[str]) -> Iterator[str]:
    """Yield the texts at ``path``; an instance profile's object gives its ARN or name."""
    if not path:
        if isinstance(value, Mapping):
            value = value.get("arn") or value.get("Arn") or value.get("name") or value.get("Name")
        if isinstance(value, str) and value:
            yield value
        return
    if not isinstance(value, Mapping):
        return
    step = path[0].removesuffix("[]").lower()
    found = next((item for key, item in value.items() if key.lower() == step), None)
    items = found if path[0].endswith("[]") and isinstance(found, list | tuple) else [found]
    for item in items:
        yield from _walk(item, path[1:])


def _role_arn(named: str, primary: Request, evidence: Evidence) -> tuple[str | None, bool]:
    """Return the role's ARN of a role ARN, a role name or an instance profile, and whether that is sure.

    An unread instance profile is taken to hold the role of the same name, as the console makes it.
    """
    arn = parse_arn(named)
    if arn and arn.resource_type == "role":
        return named, True
    account = (arn.account if arn else None) or primary.principal.account
    if not account:
        return None, False
    found = _known_role(named, arn, account, evidence)
    if found:
        return found, True
    name = arn.name if arn else named
    return f"arn:{partition_of(named if arn else primary.principal.arn)}:iam::{account}:role/{name}", False


def _known_role(named: str, arn: Arn | None, account: str, evidence: Evidence) -> str | None:
    read = evidence.accounts.get(account)
    for role_arn, role in ((read.roles or {}) if read else {}).items():
        profiles = role.get("InstanceProfileList")
        for profile in profiles if isinstance(profiles, list | tuple) else ():
            if isinstance(profile, Mapping) and named in {profile.get("Arn"), profile.get("InstanceProfileName")}:
                return role_arn
        if arn is None and role.get("RoleName") == named:
            return role_arn
    return None
