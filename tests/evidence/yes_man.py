"""An AWS that answers every call, with one of everything, in the SDK's own shapes."""

from __future__ import annotations

from typing import Any

from botocore.client import BaseClient
from botocore.model import ListShape, MapShape, Shape, StructureShape

from tests.evidence.conftest import refusal

_TOKENS = {"nexttoken", "marker", "nextmarker", "continuationtoken", "position"}
_DEPTH = 5
_LEVELS = {"210987654321": "ou-abcd-12345678", "ou-abcd-12345678": "r-abcd"}
_REFUSED = {"SimulatePrincipalPolicy", "GetLayerVersionPolicy"}
"""Refused so that the call that is made instead is seen too."""


def answer(client: BaseClient, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    if operation in _REFUSED:
        raise refusal(operation)
    if operation == "ListParents":
        return {"Parents": [{"Id": _LEVELS.get(parameters["ChildId"], "r-abcd")}]}
    if operation == "GetCallerIdentity":
        return {"Account": "210987654321", "Arn": "arn:aws:iam::210987654321:user/x"}
    if operation == "GetUser":
        return {"User": {"UserName": "x", "Arn": f"arn:aws:iam::210987654321:user/{parameters['UserName']}"}}
    if operation == "ListRoots":
        types = [{"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}]
        return {"Roots": [{"Id": "r-abcd", "PolicyTypes": types}]}
    if (
        operation in {"ListOrganizationalUnitsForParent", "ListAccountsForParent"}
        and parameters["ParentId"] != "r-abcd"
    ):
        return {}
    shape = client.meta.service_model.operation_model(operation).output_shape
    found = _one(shape, 0)
    return found if isinstance(found, dict) else {}


def _one(shape: Shape | None, depth: int) -> Any:
    if shape is None or depth > _DEPTH:
        return None
    if isinstance(shape, StructureShape):
        named = {name: _one(member, depth + 1) for name, member in shape.members.items() if name.lower() not in _TOKENS}
        return {name: value for name, value in named.items() if value is not None}
    if isinstance(shape, ListShape):
        return [_one(shape.member, depth + 1)]
    if isinstance(shape, MapShape):
        return {"x": _one(shape.value, depth + 1)}
    return {"boolean": False, "integer": 1, "long": 1, "float": 1.0, "double": 1.0, "timestamp": 0}.get(
        shape.type_name, "x"
    )
