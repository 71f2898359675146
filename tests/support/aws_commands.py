"""Check AWS CLI commands without running them: ``bash -n``, then operation and parameters against botocore."""

from __future__ import annotations

import re
import shlex
import subprocess
from functools import cache

import botocore.session
from botocore import xform_name
from botocore.model import ServiceModel

SHELL_FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
HERE_DOCUMENT = re.compile(r" <<'(\w+)'\n.*?^\1$", re.MULTILINE | re.DOTALL)
SUBSTITUTION = re.compile(r'"?\$\(([^()]*)\)"?')

GLOBAL_OPTIONS = {"query", "output", "region", "profile", "max-items", "no-paginate", "endpoint-url"}
NOT_IN_BOTOCORE = {("configure", "get"), ("configure", "list")}
READ_ONLY = ("get-", "list-", "describe-", "lookup-", "head-", "simulate-", "validate-", "decode-", "check-")


def bash_accepts(script: str) -> None:
    done = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True, check=False)
    assert done.returncode == 0, f"{done.stderr}\n{script}"


def commands_of(script: str) -> list[list[str]]:
    """Return the words of each ``aws`` command, those inside ``$(...)`` too; comments are left out."""
    script = HERE_DOCUMENT.sub("", script)
    found: list[list[str]] = []
    for line in script.splitlines():
        if line.lstrip().startswith("#") or not line.strip():
            continue
        inner = SUBSTITUTION.findall(line)
        for part in (SUBSTITUTION.sub("SUBSTITUTED", line), *inner):
            words = bash_words(part.split(" > ")[0])
            if words[:1] == ["aws"]:
                found.append(words)
    return found


def bash_words(line: str) -> list[str]:
    """Return the words as bash parts and unquotes them."""
    if "$'" not in line:
        return shlex.split(line)
    script = f"set -f; printf '%s\\0' {line}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=True)
    return [word.decode("utf-8", "surrogateescape") for word in done.stdout.split(b"\0")[:-1]]


@cache
def service_model(name: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model({"s3api": "s3"}.get(name, name))


@cache
def operations(service: str) -> dict[str, str]:
    return {xform_name(name, "-"): name for name in service_model(service).operation_names}


def check_command(words: list[str], *, read_only: bool = True) -> None:
    """Assert that service, operation and parameters exist and that the required ones are given."""
    _, service, operation, *options = words
    if (service, operation) in NOT_IN_BOTOCORE:
        return
    assert operation in operations(service), f"aws {service} has no {operation}"
    if read_only:
        assert operation.startswith(READ_ONLY) or (service, operation) == ("sts", "get-session-token")
    shape = service_model(service).operation_model(operations(service)[operation]).input_shape
    members = {xform_name(name, "-"): member for name, member in (shape.members if shape else {}).items()}
    given = {word.removeprefix("--") for word in options if word.startswith("--")}
    paging = {"max-results"} & set(members)
    flags = {"set-as-default", "remove-all-permissions"} & set(members)
    unknown = given - set(members) - GLOBAL_OPTIONS - paging - flags
    assert not unknown, f"aws {service} {operation} has no --{unknown}"
    required = {xform_name(name, "-") for name in (shape.required_members if shape else [])}
    assert required <= given, f"aws {service} {operation} lacks {required - given}"


def check_script(script: str, *, read_only: bool = True) -> int:
    """Check every ``aws`` command of a script; return how many there were."""
    bash_accepts(script)
    found = commands_of(script)
    for words in found:
        check_command(words, read_only=read_only)
    return len(found)
