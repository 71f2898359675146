"""How many decisions a CPU second holds, and how the cost grows with statements and with hostile patterns.

One fixed, seeded workload: a role with 5 identity policies (120 statements in all), a permissions boundary, two
SCP levels, a bucket policy and a key policy; 10,000 distinct s3, dynamodb, ec2 and kms requests with 10 context
keys each. Absolute figures move from machine to machine, so each is also given as a ratio to a yardstick, a fixed
pure-Python loop timed in the same run. Every decision carries its reasons (determining statements, per layer).

    python benchmarks/engine.py            all of it
    python benchmarks/engine.py --quick    a tenth of the requests
    python benchmarks/engine.py --write D  write snapshot and requests for ``simulate --requests`` to folder D
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from troubleshooter.engine.compiled import CompiledPolicies, compile_policies
from troubleshooter.engine.patterns import as_pattern, compile_pattern
from troubleshooter.model.policy import PolicySource, SourcedPolicy
from troubleshooter.model.principal import Principal
from troubleshooter.model.request import OrganizationLevel, PolicySet, Request
from troubleshooter.model.vocabulary import PolicyType, PrincipalKind

ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app/worker"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/worker/run-1"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
VERSION = "2012-10-17"
ACTIONS = {
    "s3": ("GetObject", "PutObject", "DeleteObject", "ListBucket", "GetObjectTagging", "AbortMultipartUpload"),
    "dynamodb": ("GetItem", "PutItem", "Query", "Scan", "UpdateItem", "DeleteItem", "BatchGetItem"),
    "ec2": ("StartInstances", "StopInstances", "TerminateInstances", "RunInstances", "DescribeInstances"),
    "kms": ("Decrypt", "Encrypt", "GenerateDataKey", "DescribeKey", "ReEncryptFrom"),
}
Json = dict[str, Any]


def yardstick() -> float:
    """Return the CPU seconds of a fixed loop of dictionary, string and list work."""
    start = time.process_time()
    table: dict[str, int] = {}
    for number in range(300_000):
        key = f"k{number % 997}"
        table[key] = table.get(key, 0) + len(key)
    if len(table) != 997:
        raise AssertionError
    return time.process_time() - start


def arn_of(service: str, rng: random.Random) -> str:
    """Return a random resource of a service."""
    number = rng.randrange(400)
    if service == "s3":
        return f"arn:aws:s3:::bucket-{number % 8}/team-{number % 23}/{rng.randrange(10**6)}.csv"
    if service == "dynamodb":
        return f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders-{number}"
    if service == "ec2":
        return f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/i-{rng.randrange(16**8):08x}"
    return KEY


def statement(number: int, rng: random.Random) -> Json:
    """Return one random identity statement."""
    service = rng.choice(tuple(ACTIONS))
    names = ACTIONS[service]
    actions = [f"{service}:{name}" for name in rng.sample(names, rng.randrange(1, 4))]
    if rng.random() < 0.2:
        actions = [f"{service}:{rng.choice(('Get*', 'Describe*', '*Item', 'List*'))}"]
    resource = arn_of(service, rng)
    if rng.random() < 0.6:
        resource = resource.rsplit("/", 1)[0] + "/*"
    found: Json = {"Sid": f"S{number}", "Effect": "Allow", "Action": actions, "Resource": resource}
    if rng.random() < 0.3:
        found["Condition"] = rng.choice(
            (
                {"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]}},
                {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "198.51.100.0/24"]}},
                {"Bool": {"aws:SecureTransport": "true"}},
                {"StringLike": {"aws:PrincipalTag/team": ["team-*"]}},
                {"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}},
            )
        )
    if rng.random() < 0.03:
        found["Effect"] = "Deny"
    return found


def document(*statements: Json) -> Json:
    """Return a policy document."""
    return {"Version": VERSION, "Statement": list(statements)}


BROAD = (
    {"Sid": "Data", "Effect": "Allow", "Action": ["s3:*", "dynamodb:*"], "Resource": "*"},
    {"Sid": "Machines", "Effect": "Allow", "Action": ["ec2:*", "kms:*", "logs:*"], "Resource": "*"},
)
REGIONS = {
    "Sid": "Regions",
    "Effect": "Deny",
    "NotAction": ["iam:*", "sts:*", "organizations:*", "support:*"],
    "Resource": "*",
    "Condition": {
        "StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", "eu-central-1"]},
        "ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/break-glass"},
    },
}
FULL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
TLS = {
    "Sid": "Tls",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


def bucket_policy() -> Json:
    """Return the bucket policy of every bucket."""
    partner = {"AWS": "arn:aws:iam::999988887777:root"}
    grant = {"Sid": "Partner", "Effect": "Allow", "Principal": partner, "Action": "s3:GetObject", "Resource": "*"}
    return document(TLS, grant)


def key_policy() -> Json:
    """Return the key policy: it delegates to the account."""
    owner = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    return document({"Sid": "Iam", "Effect": "Allow", "Principal": owner, "Action": "kms:*", "Resource": "*"})


def identity_documents(statements: int, rng: random.Random) -> list[Json]:
    """Return 5 identity policies with so many statements together."""
    made = [statement(number, rng) for number in range(statements)]
    return [document(*made[start::5]) for start in range(5)]


def policy_sets(statements: int, rng: random.Random) -> Mapping[str, CompiledPolicies]:
    """Return the compiled policies by the service of the request."""
    identity = tuple(
        _policy(PolicyType.IDENTITY, f"identity-{number}", found)
        for number, found in enumerate(identity_documents(statements, rng))
    )
    resources = {"s3": bucket_policy(), "kms": key_policy(), "dynamodb": None, "ec2": None}
    levels = (
        OrganizationLevel(org_identifier="r-1", policies=(_policy(PolicyType.SCP, "root", document(FULL, REGIONS)),)),
        OrganizationLevel(org_identifier="ou-1", policies=(_policy(PolicyType.SCP, "ou", document(*BROAD)),)),
    )
    return {
        service: compile_policies(
            PolicySet(
                identity=identity,
                permissions_boundary=(_policy(PolicyType.BOUNDARY, "boundary", document(*BROAD)),),
                resource=None if found is None else _policy(PolicyType.RESOURCE, None, found),
                scp=levels,
            )
        )
        for service, found in resources.items()
    }


def _policy(kind: PolicyType, name: str | None, found: Json) -> SourcedPolicy:
    return SourcedPolicy(source=PolicySource(policy_type=kind, policy_name=name), document=found)


def context(rng: random.Random) -> dict[str, tuple[str, ...]]:
    """Return 10 condition keys."""
    return {
        "aws:PrincipalArn": (ROLE,),
        "aws:PrincipalAccount": (ACCOUNT,),
        "aws:RequestedRegion": (rng.choice(("eu-west-1", "eu-west-1", "eu-central-1", "us-east-1")),),
        "aws:SourceIp": (f"203.0.{rng.choice((113, 113, 114))}.{rng.randrange(256)}",),
        "aws:SecureTransport": ("true",),
        "aws:PrincipalTag/team": (f"team-{rng.randrange(5)}",),
        "aws:CurrentTime": (f"2026-0{rng.randrange(1, 9)}-11T10:00:00Z",),
        "aws:MultiFactorAuthPresent": ("false",),
        "aws:PrincipalOrgID": ("o-1111111111",),
        "aws:UserAgent": ("boto3",),
    }


def requests(count: int, rng: random.Random) -> list[tuple[str, Request]]:
    """Return distinct requests with their service."""
    made: dict[tuple[str, str, int], tuple[str, Request]] = {}
    while len(made) < count:
        service = rng.choice(tuple(ACTIONS))
        action = f"{service}:{rng.choice(ACTIONS[service])}"
        resource = arn_of(service, rng)
        if action == "ec2:DescribeInstances":
            resource = "*"
        principal = Principal(arn=SESSION, kind=PrincipalKind.ROLE_SESSION, account=ACCOUNT, session_issuer_arn=ROLE)
        request = Request(
            principal=principal,
            action=action,
            resource=resource,
            resource_account=ACCOUNT,
            context=context(rng),
            context_complete=True,
        )
        made[action, resource, len(made)] = (service, request)
    return list(made.values())


def best_of(work: Callable[[], object], runs: int = 3) -> float:
    """Return the least CPU seconds of several runs."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


def decide_all(sets: Mapping[str, CompiledPolicies], asked: list[tuple[str, Request]]) -> dict[str, int]:
    """Decide every request, and count the answers."""
    counts: dict[str, int] = {}
    for service, request in asked:
        answer = sets[service].decide(request).decision.value
        counts[answer] = counts.get(answer, 0) + 1
    return counts


def measure_decisions(count: int, unit: float) -> None:
    """Print decisions per CPU second, compiled once and cold."""
    rng = random.Random(20261123)
    start = time.process_time()
    sets = policy_sets(120, rng)
    compiled = time.process_time() - start
    asked = requests(count, rng)
    start = time.process_time()
    counts = decide_all(sets, asked)
    first = time.process_time() - start
    again = best_of(lambda: decide_all(sets, asked))
    print(f"workload: 120 statements, {count} requests: {counts}")
    print(f"compile: {compiled * 1000:.1f} ms ({compiled / unit:.2f} yardsticks)")
    print(f"first pass: {count / first:,.0f} decisions per CPU second ({first / unit:.2f} yardsticks)")
    print(f"later passes: {count / again:,.0f} decisions per CPU second ({again / unit:.2f} yardsticks)")


def measure_growth(count: int, unit: float) -> None:
    """Print the cost of one decision as the role's statements grow tenfold and a hundredfold."""
    for statements in (10, 100, 1000):
        rng = random.Random(7)
        sets = policy_sets(statements, rng)
        asked = requests(count // 4, rng)
        spent = best_of(lambda sets=sets, asked=asked: decide_all(sets, asked))  # type: ignore[misc]
        each = spent / len(asked)
        print(f"{statements:>5} statements: {each * 1e6:6.1f} us per decision ({spent / unit:.2f} yardsticks)")


def measure_patterns(unit: float) -> None:
    """Print that a hostile pattern against texts of doubling length stays linear."""
    match = compile_pattern(as_pattern("*a*a*a*a*b*c*"))
    for length in (10_000, 20_000, 40_000):
        text = "ab" * (length // 2)
        spent = best_of(lambda text=text: [match(text) for _ in range(200)])  # type: ignore[misc]
        print(f"*a*a*a*a*b*c* against {length} characters: {spent / 200 * 1e6:7.1f} us ({spent / unit:.3f} yardsticks)")


def write_requests(folder: Path, count: int) -> tuple[Path, Path]:
    """Write a snapshot and request lines for ``simulate --requests``."""
    rng = random.Random(20261123)
    identity = identity_documents(120, rng)
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
    role = {
        "RoleName": "worker",
        "RoleId": "AROAEXAMPLEEXAMPLE000",
        "Arn": ROLE,
        "Path": "/app/",
        "AssumeRolePolicyDocument": document(),
        "RolePolicyList": [{"PolicyName": f"p{n}", "PolicyDocument": found} for n, found in enumerate(identity)],
        "AttachedManagedPolicies": [],
        "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": boundary},
        "Tags": [],
    }
    version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": document(*BROAD)}
    managed = {"PolicyName": "boundary", "Arn": boundary, "DefaultVersionId": "v1", "PolicyVersionList": [version]}
    details = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [role], "Policies": [managed]}
    policies: Json = {f"arn:aws:s3:::bucket-{number}": bucket_policy() for number in range(8)} | {KEY: key_policy()}
    policies |= {f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/orders-{number}": None for number in range(400)}
    account = folder / "snapshot" / "accounts" / ACCOUNT
    account.mkdir(parents=True, exist_ok=True)
    files = {
        account / "authorization-details.json": details,
        account / "resource-policies.json": policies,
        account / "vpc-endpoints.json": [],
        account / "s3.json": {"PublicAccessBlock": None, "Buckets": {f"bucket-{n}": {} for n in range(8)}},
        account / "kms-grants.json": {KEY: []},
        account / "resource-tags.json": {},
        account / "sessions.json": {},
        folder / "snapshot" / "snapshot.json": {"schema_version": 1, "collected_at": "2026-11-23T00:00:00Z"},
        folder / "snapshot" / "organization.json": organization(),
        folder / "snapshot" / "gaps.json": [],
    }
    for path, found in files.items():
        path.write_text(json.dumps(found))
    lines = folder / "requests.jsonl"
    with lines.open("w") as stream:
        for number, (_, request) in enumerate(requests(count, rng)):
            values = {key: value[0] for key, value in request.context.items()}
            given = {"id": number, "principal": SESSION, "action": request.action, "resource": request.resource}
            stream.write(json.dumps({**given, "context": values}) + "\n")
    return folder / "snapshot", lines


def organization() -> Json:
    """Return an organization with SCPs at two levels."""
    top = "arn:aws:organizations::000011112222"

    def scp(number: int, content: Json, targets: list[str]) -> Json:
        arn = f"{top}:policy/o-1111111111/service_control_policy/p-{number}"
        name = {"Id": f"p-{number}", "Arn": arn, "Name": f"scp-{number}", "Type": "SERVICE_CONTROL_POLICY"}
        return {"PolicySummary": name, "Content": content, "Targets": targets}

    full = scp(0, document(FULL), ["ou-1-1", ACCOUNT])
    return {
        "Organization": {"Id": "o-1111111111", "MasterAccountId": "000011112222", "Arn": f"{top}:organization/o-1"},
        "Roots": [{"Id": "r-1", "Arn": f"{top}:root/o-1111111111/r-1", "Name": "Root"}],
        "OrganizationalUnits": [{"Id": "ou-1-1", "Arn": f"{top}:ou/o-1/ou-1-1", "Name": "apps", "ParentId": "r-1"}],
        "Accounts": [{"Id": ACCOUNT, "Arn": f"{top}:account/o-1/{ACCOUNT}", "Name": "app", "ParentId": "ou-1-1"}],
        "Policies": [full, scp(1, document(FULL, REGIONS), ["r-1"]), scp(2, document(*BROAD), ["ou-1-1"])],
    }


def measure_command(count: int, unit: float) -> None:
    """Print answer lines per CPU second of the whole command, JSON in and out."""
    with tempfile.TemporaryDirectory() as name:
        snapshot, lines = write_requests(Path(name), count)
        command = [sys.executable, "-m", "troubleshooter", "simulate", "--snapshot", str(snapshot), "--requests"]
        none = Path(name) / "none.jsonl"
        none.write_text("")
        idle = _children(command, none)
        spent = _children(command, lines) - idle
    print(f"simulate --requests: {count / spent:,.0f} lines per CPU second after {idle:.2f} s of start-up")
    print(f"                     ({spent / unit:.2f} yardsticks)")


def _children(command: list[str], lines: Path) -> float:
    before = _child_time()
    subprocess.run([*command, str(lines)], stdout=subprocess.DEVNULL, check=False)
    return _child_time() - before


def _child_time() -> float:
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    count = 1000 if given.quick else 10_000
    if given.write:
        print(*write_requests(given.write, count), sep="\n")
        return
    unit = min(yardstick() for _ in range(3))
    print(f"yardstick: {unit * 1000:.1f} ms of CPU")
    measure_decisions(count, unit)
    measure_growth(count, unit)
    measure_patterns(unit)
    measure_command(count, unit)


if __name__ == "__main__":
    main()
