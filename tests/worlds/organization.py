"""The organization of a world: management account, three members, two OUs, SCPs, RCPs; and empty accounts."""

from typing import TYPE_CHECKING

from tests.worlds import shapes

if TYPE_CHECKING:
    from tests.worlds.world import World

AWS = "arn:aws:organizations::aws:policy"


def organization(world: "World") -> None:
    rng = world.rng
    accounts = ["".join(rng.choices("123456789", k=12)) for _ in range(4)]
    world.management, world.members = accounts[0], accounts[1:]
    world.org = f"o-{shapes.letters(rng, 10)}"
    base = f"arn:aws:organizations::{world.management}"
    tail = shapes.letters(rng, 4)
    root, work, prod = f"r-{tail}", f"ou-{tail}-{shapes.letters(rng, 8)}", f"ou-{tail}-{shapes.letters(rng, 8)}"
    parents = {world.management: root, world.members[0]: prod, world.members[1]: work, world.members[2]: root}
    nodes = [root, work, prod, *accounts]
    types = [{"Type": kind, "Status": "ENABLED"} for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")]
    world.files["organization.json"] = {
        "Organization": {
            "Id": world.org,
            "Arn": f"{base}:organization/{world.org}",
            "MasterAccountId": world.management,
        },
        "Roots": [{"Id": root, "Arn": f"{base}:root/{world.org}/{root}", "Name": "Root", "PolicyTypes": types}],
        "OrganizationalUnits": [
            {"Id": work, "Arn": f"{base}:ou/{world.org}/{work}", "Name": "Workloads", "ParentId": root},
            {"Id": prod, "Arn": f"{base}:ou/{world.org}/{prod}", "Name": "Production", "ParentId": work},
        ],
        "Accounts": [
            {
                "Id": item,
                "Arn": f"{base}:account/{world.org}/{item}",
                "Name": f"acct{item[-3:]}",
                "ParentId": parents[item],
            }
            for item in accounts
        ],
        "Policies": [],
    }
    policy_base = f"{base}:policy/{world.org}"
    perimeter = {
        "Sid": "EnforceOrgIdentities",
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:*", "sqs:*", "kms:*", "secretsmanager:*"],
        "Resource": "*",
        "Condition": {
            "StringNotEqualsIfExists": {"aws:PrincipalOrgID": world.org},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        },
    }
    full = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    regions = shapes.deny(
        "OutsideRegions",
        [],
        "*",
        Condition={"StringNotEquals": {"aws:RequestedRegion": [world.region, "us-east-1"]}},
    )
    regions = {("NotAction" if key == "Action" else key): value for key, value in regions.items()}
    regions["NotAction"] = ["iam:*", "sts:*", "organizations:*"]
    guard = shapes.deny("NoLeave", ["organizations:LeaveOrganization"], "*")
    scp, rcp = "SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"
    world.policies.extend(
        [
            shapes.organization_policy(rng, (AWS, "FullAWSAccess"), scp, shapes.document(full), list(nodes)),
            shapes.organization_policy(
                rng,
                (AWS, "RCPFullAWSAccess"),
                rcp,
                shapes.document({**full, "Principal": "*"}),
                list(nodes),
            ),
            shapes.organization_policy(rng, (policy_base, "RestrictRegions"), scp, shapes.document(regions), [root]),
            shapes.organization_policy(
                rng, (policy_base, "Guardrails"), scp, shapes.document(guard), [rng.choice([root, work, prod])]
            ),
            shapes.organization_policy(rng, (policy_base, "Perimeter"), rcp, shapes.document(perimeter), [root]),
        ]
    )


def empty_account(world: "World", account: str) -> None:
    prefix = f"accounts/{account}"
    world.files[f"{prefix}/authorization-details.json"] = {
        "UserDetailList": [],
        "GroupDetailList": [],
        "RoleDetailList": [],
        "Policies": [],
    }
    world.files[f"{prefix}/resource-policies.json"] = {}
    world.files[f"{prefix}/vpc-endpoints.json"] = {"VpcEndpoints": []}
    world.files[f"{prefix}/s3.json"] = {"PublicAccessBlock": None, "Buckets": {}}
    world.files[f"{prefix}/kms-grants.json"] = {}
    world.files[f"{prefix}/resource-tags.json"] = {}
    world.files[f"{prefix}/sessions.json"] = {}
