"""Lambda functions (with version or alias) and layer versions: policy and tags.

https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.evidence.api import call
from troubleshooter.evidence.collectors.service import (
    ServiceCollector,
    find_call,
    found_all,
    keep_policy_if_it_exists,
    keep_tags,
)
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import Arn
from troubleshooter.model.vocabulary import PolicyType

_GONE = ("ResourceNotFoundException",)
POLICY = call("lambda.get_policy", "lambda:GetPolicy", none=_GONE)
LAYER_POLICY = call("lambda.get_layer_version_policy", "lambda:GetLayerVersionPolicy", none=_GONE)
LAYER = call("lambda.list_layer_versions", "lambda:ListLayerVersions", items="LayerVersions")
TAGS = call("lambda.list_tags", "lambda:ListTags", PolicyType.NONE, absent=_GONE)
FUNCTIONS = find_call("lambda.list_functions", "lambda:ListFunctions", "Functions")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read ``function:<name>[:<qualifier>]`` or ``layer:<name>:<version>``."""
    if "*" in arn.resource:
        return
    kind, *rest = arn.resource.split(":")
    prefix = f"arn:{arn.partition}:lambda:{arn.region}:{arn.account}:{kind}:"
    if kind == "function" and rest:
        _function(collecting, f"{prefix}{rest[0]}", rest[1] if len(rest) > 1 else None)
    elif kind == "layer" and len(rest) > 1 and rest[1].isdigit():
        _layer(collecting, f"{prefix}{rest[0]}", int(rest[1]))


def _function(collecting: Collecting, function: str, qualifier: str | None) -> None:
    reader = collecting.reader
    whole = f"{function}:{qualifier}" if qualifier else function
    tags = reader.read(TAGS, function, Resource=function)
    keep_tags(collecting, whole, tags, tags.get("Tags") or {})
    answer = reader.read(POLICY, whole, FunctionName=function, **({"Qualifier": qualifier} if qualifier else {}))
    keep_policy_if_it_exists(collecting, whole, answer, answer.get("Policy"), exists=tags, read=TAGS)


def _layer(collecting: Collecting, layer: str, version: int) -> None:
    reader = collecting.reader
    whole = f"{layer}:{version}"
    answer = reader.read(LAYER_POLICY, whole, LayerName=layer, VersionNumber=version)
    exists = answer if answer.read else reader.read_all(LAYER, layer, LayerName=layer)
    keep_policy_if_it_exists(collecting, whole, answer, answer.get("Policy"), exists=exists, read=LAYER)


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's functions."""
    return [str(function["FunctionArn"]) for function in found_all(collecting, FUNCTIONS).items]


COLLECTOR = ServiceCollector(
    service="lambda",
    calls=(POLICY, LAYER_POLICY, LAYER, TAGS),
    collect=collect,
    find_calls=(FUNCTIONS,),
    find=find,
)
