"""API Gateway REST APIs: the resource policy that decides ``execute-api:Invoke``, and tags.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html
"""

from __future__ import annotations

from collections.abc import Iterable

from troubleshooter.evidence.api import call
from troubleshooter.evidence.collectors.service import ServiceCollector, find_call, found_all, keep_policy, keep_tags
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import Arn

API = call("apigateway.get_rest_api", "apigateway:GET", absent=("NotFoundException",))
APIS = find_call("apigateway.get_rest_apis", "apigateway:GET", "items")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read the API of ``arn:…:execute-api:<region>:<account>:<api id>/<stage>/<method>/<path>``."""
    api = arn.resource.split("/", 1)[0]
    if not api or "*" in api:
        return
    holder = f"arn:{arn.partition}:execute-api:{arn.region}:{arn.account}:{api}"
    answer = collecting.reader.read(API, holder, restApiId=api)
    policy = answer.get("policy")
    # AWS answers with the quotes of the document escaped.
    keep_policy(collecting, holder, answer, policy.replace('\\"', '"') if isinstance(policy, str) else None)
    keep_tags(collecting, holder, answer, answer.get("tags") or {})


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's REST APIs, as execute-api ARNs."""
    reader = collecting.reader
    for api in found_all(collecting, APIS).items:
        yield f"arn:{reader.access.partition}:execute-api:{reader.region}:{reader.account}:{api['id']}"


COLLECTOR = ServiceCollector(service="execute-api", calls=(API,), collect=collect, find_calls=(APIS,), find=find)
