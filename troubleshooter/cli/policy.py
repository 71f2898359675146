"""``troubleshooter policy``: the least read-only IAM policy that this program needs."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated, Any

import typer

from troubleshooter.cli import options as shared
from troubleshooter.cli.output import deliver
from troubleshooter.usecases.policy import NOT_READ_BY_NAME, AccountKind, Locations, Mode, needed_policy

_EXAMPLE = """Example:

  troubleshooter policy --mode collect --account management > policy.json
"""


class PolicyFormat(StrEnum):
    """The forms the policy is printed in."""

    JSON = "json"
    TEXT = "text"


def policy(  # noqa: D103 - its help is below, for the terminal
    *,
    mode: Annotated[Mode, typer.Option("--mode", help="What the policy is for.")] = Mode.EXPLAIN,
    account: Annotated[
        AccountKind, typer.Option("--account", help="Attach it in a member account or the management account.")
    ] = AccountKind.MEMBER,
    log_location: Annotated[
        str, typer.Option("--log-location", metavar="S3-URL", help="scan: where CloudTrail's files are.")
    ] = Locations().logs,
    output_location: Annotated[
        str, typer.Option("--output-location", metavar="S3-URL", help="scan: where Athena keeps results.")
    ] = Locations().results,
    form: Annotated[PolicyFormat, typer.Option("--format", help="Form of the policy.")] = PolicyFormat.JSON,
    output: shared.OutputOption = None,
) -> None:
    document = needed_policy(mode, account, Locations(logs=log_location, results=output_location))
    report = json.dumps(document, indent=2) if form is PolicyFormat.JSON else _text(document, mode, account)
    deliver(report, output)


policy.__doc__ = f"""Print the least IAM policy this program needs: read-only, generated from the calls it makes.

{_EXAMPLE}"""


def _text(document: dict[str, Any], mode: Mode, account: AccountKind) -> str:
    lines = [f"What `{mode.value}` reads in a {account.value} account:"]
    for statement in document["Statement"]:
        resource = statement["Resource"]
        where = "" if resource == "*" else f" on {resource if isinstance(resource, str) else ', '.join(resource)}"
        lines += ["", f"{statement['Sid']}{where}"]
        for action in statement["Action"]:
            why = NOT_READ_BY_NAME.get(action)
            lines.append(f"  {action}" + (f"  ({why})" if why else ""))
    lines += [
        "",
        "sts:GetCallerIdentity needs no permission. Roles of --assume-role also need sts:AssumeRole on their ARN,",
        "and a trust policy that lets you in.",
    ]
    if mode is Mode.SCAN:
        lines.append("Logs or results under a customer managed KMS key need that key's owner to let you decrypt them.")
    return "\n".join(lines)
