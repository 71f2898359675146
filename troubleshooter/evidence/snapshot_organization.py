"""organization.json -> OrganizationEvidence: the tree, its policies, and what is wrong with the file."""

from __future__ import annotations

import json

from troubleshooter.model.arn import account_of, parse_arn
from troubleshooter.model.evidence import JsonObject, OrganizationEvidence, OrganizationPolicy
from troubleshooter.model.policy import Document, JsonValue
from troubleshooter.model.shapes import as_items, as_object, as_text, objects, texts


def organization_of(value: JsonValue) -> tuple[OrganizationEvidence | None, list[str]]:
    """Return the organization, and one sentence for each thing wrong with the file.

    ``null`` (the file, or its ``Organization``) means that the account is in no organization.
    """
    if value is None:
        return OrganizationEvidence(exists=False), []
    document = as_object(value)
    if document is None:
        return None, ["is not a JSON object"]
    if "Organization" in document and document["Organization"] is None:
        return OrganizationEvidence(exists=False), []
    troubles = [f"holds no {name} list" for name in ("Roots", "Accounts", "Policies") if not _has_list(document, name)]
    if not _has_list(document, "Roots") and not _has_list(document, "Accounts"):
        return None, troubles
    policies, unreadable = _policies(document)
    return _organization(document, policies), [*troubles, *unreadable]


def _has_list(document: JsonObject, name: str) -> bool:
    return as_items(document.get(name)) is not None


def _organization(document: JsonObject, policies: tuple[OrganizationPolicy, ...]) -> OrganizationEvidence:
    described = as_object(document.get("Organization")) or {}
    nodes = [
        *objects(document.get("Roots")),
        *objects(document.get("OrganizationalUnits")),
        *objects(document.get("Accounts")),
    ]
    return OrganizationEvidence(
        id=as_text(described.get("Id")) or _id_in_arns(nodes),
        management_account=_management_account(described, nodes),
        root_ids=tuple(found for root in objects(document.get("Roots")) if (found := as_text(root.get("Id")))),
        parents=_column(nodes, "ParentId"),
        arns=_column(nodes, "Arn"),
        names=_column(nodes, "Name"),
        enabled_types=_enabled_types(document, described),
        policies=policies,
        policies_read=_has_list(document, "Policies") and document.get("PoliciesComplete") is not False,
    )


def _column(nodes: list[JsonObject], name: str) -> dict[str, str]:
    """Return id -> the named field, for the nodes that have both."""
    pairs = ((as_text(node.get("Id")), as_text(node.get(name))) for node in nodes)
    return {key: value for key, value in pairs if key and value}


def _id_in_arns(nodes: list[JsonObject]) -> str | None:
    """Return ``o-…`` from a node's ARN (``arn:…:organizations::<account>:root/o-…/r-…``)."""
    for node in nodes:
        arn = parse_arn(as_text(node.get("Arn")))
        if arn is not None and arn.resource_id.startswith("o-"):
            return arn.resource_id.split("/", 1)[0]
    return None


def _management_account(described: JsonObject, nodes: list[JsonObject]) -> str | None:
    """Return the management account: described, or the account in the tree's own ARNs."""
    named = as_text(described.get("MasterAccountId")) or as_text(described.get("ManagementAccountId"))
    arns = (described.get("MasterAccountArn"), described.get("Arn"), *(node.get("Arn") for node in nodes))
    return named or next((found for arn in arns if (found := account_of(as_text(arn)))), None)


def _enabled_types(document: JsonObject, described: JsonObject) -> tuple[str, ...] | None:
    """Return the enabled policy types of the roots; None where no root says, ``()`` for consolidated billing.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_org_support-all-features.html
    """
    if described.get("FeatureSet") == "CONSOLIDATED_BILLING":
        return ()
    lists = [root["PolicyTypes"] for root in objects(document.get("Roots")) if _has_list(root, "PolicyTypes")]
    if not lists:
        return None
    return tuple(
        kind
        for entries in lists
        for entry in objects(entries)
        if (kind := as_text(entry.get("Type"))) and entry.get("Status", "ENABLED") == "ENABLED"
    )


def _policies(document: JsonObject) -> tuple[tuple[OrganizationPolicy, ...], list[str]]:
    found: list[OrganizationPolicy] = []
    troubles: list[str] = []
    for index, entry in enumerate(as_items(document.get("Policies")) or ()):
        policy = _policy(as_object(entry) or {})
        if policy is None:
            troubles.append(f"Policies[{index}] has no PolicySummary with an Id; left out")
        else:
            found.append(policy)
    return tuple(found), troubles


def _policy(entry: JsonObject) -> OrganizationPolicy | None:
    """Read one policy; ``Targets`` holds ids, or list-targets-for-policy entries."""
    summary = as_object(entry.get("PolicySummary")) or entry
    policy_id = as_text(summary.get("Id"))
    if policy_id is None:
        return None
    described = [as_text(target.get("TargetId")) for target in objects(entry.get("Targets"))]
    return OrganizationPolicy(
        id=policy_id,
        arn=as_text(summary.get("Arn")) or policy_id,
        name=as_text(summary.get("Name")) or policy_id,
        type=as_text(summary.get("Type")) or "SERVICE_CONTROL_POLICY",
        document=_document(entry.get("Content")),
        targets=(*texts(entry.get("Targets")), *(target for target in described if target)),
        aws_managed=bool(summary.get("AwsManaged")),
    )


def _document(value: JsonValue) -> Document:
    """Return the content as read; a missing one as empty text, which is a damaged document, not an empty policy."""
    if isinstance(value, str):
        return value
    found = as_object(value)
    if found is not None:
        return found
    return "" if value is None else json.dumps(value)
