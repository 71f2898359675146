"""Random but meaningful cases of ``simulate --cases``: small pools, so that what is drawn often matches.

``random_case`` draws from any ``Random``: seeded ones in bulk, Hypothesis's own where a failure should shrink.
What AWS's documentation leaves open, and what both evaluators would only guess at, is left out of the pools.
"""

import copy
from collections.abc import Callable
from random import Random
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]

OWN, OTHER, THIRD = "111122223333", "444455556666", "777788889999"
ROLE, PATH_ROLE = f"arn:aws:iam::{OWN}:role/app", f"arn:aws:iam::{OWN}:role/team/app"
LINKED_ROLE = f"arn:aws:iam::{OWN}:role/aws-service-role/ecs.amazonaws.com/app"
USER, SESSION = f"arn:aws:iam::{OWN}:user/ana", f"arn:aws:sts::{OWN}:assumed-role/app/run-1"
FEDERATED, ROOT = f"arn:aws:sts::{OWN}:federated-user/ana", f"arn:aws:iam::{OWN}:root"
OTHER_USER, OTHER_SESSION = f"arn:aws:iam::{OTHER}:user/ana", f"arn:aws:sts::{OTHER}:assumed-role/app/run-1"
OTHER_ROLE, OTHER_ROOT = f"arn:aws:iam::{OTHER}:role/app", f"arn:aws:iam::{OTHER}:root"
SERVICE, ANONYMOUS = "sns.amazonaws.com", "anonymous"
PROVIDER = f"arn:aws:iam::{OWN}:oidc-provider/token.example.com"

CALLERS = [USER] * 5 + [SESSION] * 6 + [ROLE] + [FEDERATED, FEDERATED, ROOT, SERVICE, SERVICE, ANONYMOUS]
CALLERS += [OTHER_USER] * 2 + [OTHER_SESSION] * 2 + [OTHER_ROOT]

# (action, its neighbours in policies, resources of one account, whether AWS accounts own it by ARN)
FAMILIES: list[tuple[str, list[str], str]] = [
    (
        "s3:GetObject",
        ["s3:Get*", "s3:*", "s3:getobject", "s3:PutObject", "s3:GetObject?"],
        "arn:aws:s3:::data/in/ana.csv",
    ),
    ("s3:PutObject", ["s3:Put*", "s3:?utObject", "s3:*", "s3:GetObject"], "arn:aws:s3:::data/home/ana"),
    ("s3:ListBucket", ["s3:List*", "s3:*", "s3:GetObject"], "arn:aws:s3:::data"),
    ("sqs:SendMessage", ["sqs:*", "SQS:Send*", "sqs:ReceiveMessage"], "arn:aws:sqs:eu-west-1:{}:orders"),
    (
        "dynamodb:GetItem",
        ["dynamodb:*", "dynamodb:*Item", "dynamodb:Query"],
        "arn:aws:dynamodb:eu-west-1:{}:table/orders",
    ),
    ("ec2:StartInstances", ["ec2:*", "ec2:St*", "ec2:StopInstances"], "arn:aws:ec2:eu-west-1:{}:instance/i-1"),
    ("logs:PutLogEvents", ["logs:*", "logs:Put*"], "arn:aws:logs:eu-west-1:{}:log-group:/app/a:log-stream:x"),
    ("kms:Decrypt", ["kms:*", "kms:Dec*", "kms:Encrypt"], "arn:aws:kms:eu-west-1:{}:key/1234abcd"),
    ("kms:RetireGrant", ["kms:*", "kms:Retire*"], "arn:aws:kms:eu-west-1:{}:key/1234abcd"),
    ("sts:AssumeRole", ["sts:*", "sts:Assume*", "sts:TagSession"], "arn:aws:iam::{}:role/target"),
    ("sts:TagSession", ["sts:*", "sts:Tag*", "sts:AssumeRole"], "arn:aws:iam::{}:role/target"),
    ("iam:PassRole", ["iam:*", "iam:Pass*", "iam:GetRole"], "arn:aws:iam::{}:role/target"),
    ("s3:ListAllMyBuckets", ["s3:*", "s3:List*"], "*"),
    ("sts:GetCallerIdentity", ["sts:*"], "*"),
]

# Key, values in a request, values in a policy; by the type of its operators.
STRINGS: dict[str, tuple[list[str], list[str]]] = {
    "aws:PrincipalTag/team": (["blue", "red", "b*"], ["blue", "red", "Blue", "b*", "bl?e", "${aws:ResourceTag/team}"]),
    "aws:ResourceTag/team": (["blue", "red"], ["blue", "red", "*", "${aws:PrincipalTag/team}", "${aws:username}"]),
    "aws:username": (["ana", "bob", "a*"], ["ana", "a*", "${aws:PrincipalTag/team, 'ana'}", "a${*}", "a${?}a"]),
    "aws:RequestedRegion": (["eu-west-1", "us-east-1"], ["eu-west-1", "us-east-1", "eu-*"]),
    "aws:PrincipalOrgID": (["o-1", "o-2"], ["o-1", "o-2", "o-?"]),
    "aws:SourceVpc": (["vpc-1", "vpc-2"], ["vpc-1", "vpc-*"]),
    "sts:ExternalId": (["x1", "X1"], ["x1", "x*"]),
}
ARNS: dict[str, tuple[list[str], list[str]]] = {
    "aws:SourceArn": (
        [f"arn:aws:sns:eu-west-1:{OWN}:alarms", f"arn:aws:s3:::data:{OWN}:x", "alarms"],
        [
            f"arn:aws:sns:eu-west-1:{OWN}:alarms",
            f"arn:aws:sns:*:{OWN}:*",
            "arn:aws:s3:::*",
            f"arn:aws:sns:*:{OTHER}:al?rms",
        ],
    ),
    "aws:PrincipalArn": ([], [USER, ROLE, PATH_ROLE, f"arn:aws:iam::{OWN}:role/*", "arn:aws:iam::*:root"]),
}
NUMBERS = {"s3:max-keys": (["9", "10", "10.0", "11", "ten"], ["10", "9.5", "11", 10])}
DATES: dict[str, tuple[list[str], list[str]]] = {
    "aws:CurrentTime": (
        ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2025-12-31T23:59:59Z", "1767225600"],
        ["2026-01-01T00:00:00Z", "2026-01-01", "1767225600", "2025-12-31T18:59:59-05:00", "2027-01"],
    ),
    "aws:EpochTime": (["1767225599", "1767225600"], ["2026-01-01T00:00:00Z", "1767225600"]),
}
BOOLEANS: dict[str, tuple[list[Any], list[Any]]] = {
    "aws:SecureTransport": (["true", "false", True], ["true", "false", "TRUE", False]),
    "aws:MultiFactorAuthPresent": (["true", "false"], ["true", "false", True]),
}
ADDRESSES: dict[str, tuple[list[str], list[str]]] = {
    "aws:SourceIp": (
        ["203.0.113.7", "198.51.100.1", "2001:db8::1"],
        ["203.0.113.0/24", "203.0.113.7", "198.51.100.0/25", "2001:db8::/32", "0.0.0.0/1"],
    ),
}
BINARIES = {"svc:key": (["QUJD", "eHl6"], ["QUJD", "quJD"])}
MANY = {"aws:TagKeys": (["env", "team", "owner"], ["env", "team", "Env", "t*"])}

STRING_OPERATORS = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"]
STRING_OPERATORS += ["StringNotEqualsIgnoreCase"]
COMPARISONS = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
FAMILY_OPERATORS: list[tuple[list[str], dict[str, Any]]] = [
    (STRING_OPERATORS, STRINGS),
    (STRING_OPERATORS, STRINGS),
    (["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringLike", "StringEquals"], ARNS),
    ([f"Numeric{name}" for name in COMPARISONS], NUMBERS),
    ([f"Date{name}" for name in COMPARISONS], DATES),
    (["Bool"], BOOLEANS),
    (["IpAddress", "NotIpAddress"], ADDRESSES),
    (["BinaryEquals"], BINARIES),
]
REQUEST_KEYS: dict[str, list[Any]] = {
    key: pools[0] for _, keys in FAMILY_OPERATORS for key, pools in keys.items() if pools[0]
}
GRADED = [
    USER,
    SESSION,
    ROLE,
    PATH_ROLE,
    FEDERATED,
    OWN,
    ROOT,
    OTHER,
    OTHER_ROOT,
    OTHER_USER,
    OTHER_SESSION,
    OTHER_ROLE,
]
NOBODY = [f"arn:aws:iam::{OWN}:user/*", "AIDACKCEVSQ6C2EXAMPLE", THIRD, f"arn:aws:sts::{OWN}:assumed-role/app/*"]
FULL: Json = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
FULL_RCP: Json = {"Version": "2012-10-17", "Statement": [{**FULL["Statement"][0], "Principal": "*"}]}


def chance(rng: Random, percent: int) -> bool:
    return rng.randrange(100) < percent


def some(rng: Random, pool: list[Any], most: int) -> list[Any]:
    return [rng.choice(pool) for _ in range(rng.randint(1, most))]


def one_or_list(rng: Random, values: list[Any]) -> Any:
    return values[0] if len(values) == 1 and chance(rng, 50) else values


def odd_case(rng: Random, key: str) -> str:
    """Key names ignore case."""
    return rng.choice([key, key, key, key.upper(), key.lower()])


def condition(rng: Random) -> Json:
    found: Json = {}
    for _ in range(rng.choice([1, 1, 1, 2])):
        if chance(rng, 12):
            key = rng.choice([*REQUEST_KEYS, *MANY])
            found.setdefault("Null", {})[key] = rng.choice(["true", "false", True, False])
            continue
        if chance(rng, 15):
            key, (_, values) = rng.choice(list(MANY.items()))
            operator = f"{rng.choice(['ForAllValues', 'ForAnyValue'])}:{rng.choice(STRING_OPERATORS)}"
            suffix = "IfExists" if operator.startswith("ForAll") and chance(rng, 15) else ""
        else:
            operators, keys = rng.choice([*FAMILY_OPERATORS, (STRING_OPERATORS, MANY)])
            key, (_, values) = rng.choice(list(keys.items()))
            operator = rng.choice(operators)
            suffix = "IfExists" if chance(rng, 20) else ""
        found.setdefault(operator + suffix, {})[odd_case(rng, key)] = one_or_list(rng, some(rng, values, 2))
    return found


def patterns(rng: Random, resource: str) -> list[str]:
    """Resource patterns near the request's resource."""
    head, _, tail = resource.rpartition(":")
    if not head:
        return some(rng, ["*", "*", "arn:aws:s3:::*", "arn:aws:s3:::data"], 2)
    near = ["*", "*", resource, resource, f"{head}:*", f"{head}:{tail[:3]}*", f"{head}:{tail.upper()}"]
    near += [resource.replace("arn:aws:", "arn:aws-cn:"), resource.replace("arn:aws:", "arn:*:")]
    near += [
        resource.replace("ana", "${aws:username}"),
        resource.replace(OWN, "*"),
        resource.replace("eu-west-1", "eu-*"),
    ]
    near += [
        f"{head}:{tail.replace('a', '?')}",
        ":".join(resource.split(":")[:3]),
        f"{head}:{tail}/*",
        "arn:aws:s3:::other/*",
    ]
    return some(rng, near, 2)


def principal(rng: Random, trust: bool) -> Any:
    if chance(rng, 22):
        return rng.choice(["*", {"AWS": "*"}])
    if trust and chance(rng, 25):
        return {"Federated": rng.choice([PROVIDER, "accounts.google.com"])}
    if chance(rng, 15):
        return {"Service": one_or_list(rng, some(rng, [SERVICE, "s3.amazonaws.com"], 2))}
    found: Json = {"AWS": one_or_list(rng, some(rng, [*GRADED, *GRADED, *NOBODY], 3))}
    return {**found, "Service": SERVICE} if chance(rng, 8) else found


def not_principal(rng: Random) -> Json:
    """Lists that except somebody wholly, or nobody: between the two the documentation does not say."""
    roles = [ROLE, PATH_ROLE, LINKED_ROLE]
    whole = [[USER, ROOT], [SESSION, *roles, OWN], [*roles, ROOT], [FEDERATED, ROOT], [OTHER_USER, OTHER]]
    whole += [[OTHER_SESSION, OTHER_ROLE, OTHER], [OTHER_ROLE, OTHER_ROOT]]
    return {"AWS": rng.choice([*whole, [THIRD]])}


def statement(rng: Random, kind: str, family: tuple[str, list[str], str], resource: str) -> Json:
    action, neighbours, _ = family
    found: Json = {"Effect": "Deny" if chance(rng, 18) else "Allow"}
    actions = some(rng, [action, action, *neighbours, "*", "*", "iam:Get*"], 2)
    found["NotAction" if kind != "rcp" and chance(rng, 8) else "Action"] = one_or_list(rng, actions)
    if kind != "trust_policy":
        element = "NotResource" if chance(rng, 8) else "Resource"
        found[element] = one_or_list(rng, patterns(rng, resource))
    if kind in ("resource_policy", "trust_policy", "vpc_endpoint_policy") and not chance(rng, 4):
        if found["Effect"] == "Deny" and kind == "resource_policy" and chance(rng, 25):
            found["NotPrincipal"] = not_principal(rng)
        else:
            found["Principal"] = principal(rng, kind == "trust_policy")
    if kind == "rcp":
        found |= {"Effect": "Deny", "Principal": "*"}
    if chance(rng, 35):
        found["Condition"] = condition(rng)
    return found


def document(rng: Random, kind: str, family: tuple[str, list[str], str], resource: str) -> Json:
    statements = [statement(rng, kind, family, resource) for _ in range(rng.choice([1, 1, 1, 2, 2, 3]))]
    version = rng.choice(["2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17", None])
    found: Json = {} if version is None else {"Version": version}
    return {**found, "Statement": one_or_list(rng, statements)}


BREAKAGES: list[Callable[[Json], Json]] = [
    lambda good: {**good, "Effect": "allow"},
    lambda good: {key: value for key, value in good.items() if key != "Effect"},
    lambda good: {**good, "Action": "s3:*", "NotAction": "s3:*"},
    lambda good: {**good, "Condition": {"StringMatches": {"aws:username": "ana"}}},
    lambda good: {**good, "Condition": {"NullIfExists": {"aws:username": "true"}}},
    lambda good: {**good, "Condition": "none"},
    lambda good: {**good, "Actions": "s3:*"},
    lambda good: {**good, "Condition": {"StringEquals": {"aws:username": None}}},
    lambda good: {**good, "Condition": {"ForSomeValues:StringEquals": {"aws:username": "ana"}}},
    lambda good: {**good, "Action": ["s3:*", 7]},
    lambda good: {**good, "Resource": "not-an-arn", "NotResource": "not-an-arn"},
    lambda good: {**good, "Principal": "arn:aws:iam::111122223333:user/ana"},
    lambda good: {**good, "Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}},
    lambda good: {key: value for key, value in good.items() if key not in ("Action", "NotAction")},
]


def broken(rng: Random, good: Json) -> Json:
    """A document that AWS would not store."""
    found = good["Statement"] if isinstance(good["Statement"], list) else [good["Statement"]]
    if chance(rng, 25):
        return rng.choice([{**good, "Version": "2012-10-18"}, {**good, "Statements": []}, {"Version": "2012-10-17"}])
    return {**good, "Statement": [rng.choice(BREAKAGES)(found[0]), *found[1:]]}


def context(rng: Random, caller: str) -> Json:
    found: Json = {}
    for key, values in REQUEST_KEYS.items():
        if chance(rng, 45):
            found[odd_case(rng, key)] = rng.choice(values)
    if chance(rng, 60):
        found["aws:TagKeys"] = rng.sample(MANY["aws:TagKeys"][0], rng.randint(0, 3))
    if caller.startswith("arn:"):
        found["aws:PrincipalArn"] = caller
    return found


def layer(rng: Random, count: int, kind: str, family: tuple[str, list[str], str], resource: str) -> list[Json]:
    return [{"name": f"p{number}", "document": document(rng, kind, family, resource)} for number in range(count)]


def levels(rng: Random, kind: str, family: tuple[str, list[str], str], resource: str) -> list[Json]:
    full = {"name": "Full", "document": copy.deepcopy(FULL if kind == "scp" else FULL_RCP)}
    found = []
    for name in ["r-1", "ou-1", OWN][: rng.randint(1, 3)]:
        policies = layer(rng, rng.choice([0, 0, 1, 1, 2]), kind, family, resource)
        found.append({"org_identifier": name, "policies": [full, *policies] if chance(rng, 80) else policies})
    return found


def settings(rng: Random, caller: str) -> Json:
    found: Json = {}
    if chance(rng, 6):
        found["principal_in_management_account"] = True
    if chance(rng, 6):
        found["resource_in_management_account"] = True
    if caller == SESSION and chance(rng, 60):
        found["principal_role_arn"] = rng.choice([ROLE, ROLE, PATH_ROLE, PATH_ROLE, LINKED_ROLE])
        if found["principal_role_arn"] == LINKED_ROLE:
            found["service_linked_role"] = True
    if chance(rng, 20):
        shape = rng.choice([True, False])
        four = {
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": True,
            "RestrictPublicBuckets": shape,
        }
        found["s3"] = {"block_public_access": four, "bucket_abac_enabled": chance(rng, 50)}
    return found


def random_case(rng: Random) -> Json:
    """One whole case, expectation left open."""
    family = rng.choice(FAMILIES)
    action, _, template = family
    caller = rng.choice(CALLERS)
    owner = OTHER if chance(rng, 12) else OWN
    if action.startswith("sts:Assume") and chance(rng, 15):
        caller, action = PROVIDER, "sts:AssumeRoleWithWebIdentity"
        family = (action, ["sts:*", "sts:Assume*", "sts:AssumeRole"], template)
    if action.startswith(("sts:", "iam:")) and caller in (FEDERATED, ROOT, OTHER_ROOT):
        caller = USER  # those sessions and root may not call STS and IAM at all, whatever the policies say
    if template == "*" and caller in (SERVICE, ANONYMOUS):
        caller = USER
    resource = template.format(owner)
    extra = settings(rng, caller)
    if template == "*":
        extra["wildcard_only_action"] = True
        owner = {OTHER_USER: OTHER, OTHER_SESSION: OTHER, OTHER_ROOT: OTHER}.get(caller, OWN)
    kind = "trust_policy" if action.startswith("sts:") else "resource_policy"
    is_session = "assumed-role" in caller or "federated-user" in caller
    limits = caller not in (ROOT, OTHER_ROOT, SERVICE, ANONYMOUS, PROVIDER)
    policies: Json = {
        "identity": layer(rng, rng.choice([0, 1, 1, 2]), "identity_policy", family, resource),
        "permissions_boundary": layer(rng, 1, "permissions_boundary", family, resource)
        if limits and chance(rng, 25)
        else None,
        "session": layer(rng, rng.choice([0, 0, 1, 2]), "session_policy", family, resource) if is_session else [],
        "resource": document(rng, kind, family, resource) if template != "*" and chance(rng, 70) else None,
        "scp": levels(rng, "scp", family, resource) if chance(rng, 30) else [],
        "rcp": levels(rng, "rcp", family, resource) if template != "*" and chance(rng, 25) else [],
        "vpc_endpoint": endpoint(rng, family, resource)
        if caller not in (SERVICE, PROVIDER) and chance(rng, 12)
        else [],
    }
    if action.startswith("s3:") and policies["resource"] and chance(rng, 35):
        open_up(rng, policies["resource"])
        if chance(rng, 60):
            extra["s3"] = {"block_public_access": rng.choice([True, {"RestrictPublicBuckets": True}])}
    if policies["identity"] and chance(rng, 3):
        policies["identity"][0]["document"] = broken(rng, policies["identity"][0]["document"])
    elif policies["resource"] and kind == "resource_policy" and not action.startswith("iam:") and chance(rng, 2):
        policies["resource"] = broken(rng, policies["resource"])
    request = {
        "principal": caller,
        "action": action,
        "resource": resource,
        "resource_account": owner,
        "context": context(rng, caller),
    }
    return {"id": "random", "request": request, "policies": policies, "settings": extra}


LIMITS: list[Json] = [
    {},
    {},
    {"StringEquals": {"aws:SourceVpc": "vpc-1"}},
    {"StringLike": {"aws:SourceVpc": "vpc-*"}},
    {"StringEquals": {"aws:SourceVpc": ["vpc-1", "${aws:PrincipalTag/team}"]}},
    {"StringEqualsIfExists": {"aws:SourceVpc": "vpc-1"}},
    {"StringNotEquals": {"aws:SourceVpc": "vpc-3"}},
    {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
    {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/1", "::/0"]}},
    {"StringEquals": {"AWS:PrincipalOrgID": ["o-1", "o-2"]}},
    {"StringEquals": {"aws:PrincipalTag/team": ["blue", "red", "b*"]}},
    {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:eu-west-1:{OWN}:alarms"}},
    {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:*:{OWN}:*"}},
    {"StringLike": {"aws:userid": "AROAEXAMPLE:*"}},
    {"StringEquals": {"aws:SourceOrgID": "o-1"}},
]


def open_up(rng: Random, policy: Json) -> None:
    """Put a statement for everybody before the others, with a condition that may keep the policy from being public."""
    public: Json = {"Effect": "Allow", "Principal": rng.choice(["*", {"AWS": "*"}]), "Action": "s3:*", "Resource": "*"}
    limit = rng.choice(LIMITS)
    found = policy["Statement"]
    policy["Statement"] = [
        {**public, **({"Condition": limit} if limit else {})},
        *(found if isinstance(found, list) else [found]),
    ]


def endpoint(rng: Random, family: tuple[str, list[str], str], resource: str) -> list[Json]:
    """A gateway endpoint (S3, DynamoDB) reads an account principal otherwise than an interface endpoint: none there."""
    found = layer(rng, 1, "vpc_endpoint_policy", family, resource)
    statements = found[0]["document"]["Statement"]
    for item in statements if isinstance(statements, list) else [statements]:
        if family[0].startswith(("s3:", "dynamodb:")) and "Principal" in item:
            item["Principal"] = "*"
    return found


def cases() -> st.SearchStrategy[Json]:
    """The same cases, drawn by Hypothesis, so that a failure shrinks."""
    return st.randoms(use_true_random=False).map(random_case)
