"""Serverless Application Repository: an application's sharing policy.

https://docs.aws.amazon.com/serverlessrepo/latest/devguide/security_iam_resource-based-policy-examples.html
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from troubleshooter.evidence.api import call
from troubleshooter.evidence.collectors.service import ServiceCollector, find_call, found_all
from troubleshooter.evidence.context import Collecting
from troubleshooter.model.arn import Arn
from troubleshooter.model.evidence import JsonObject

POLICY = call(
    "serverlessrepo.get_application_policy", "serverlessrepo:GetApplicationPolicy", absent=("NotFoundException",)
)
APPLICATIONS = find_call("serverlessrepo.list_applications", "serverlessrepo:ListApplications", "Applications")


def collect(collecting: Collecting, arn: Arn) -> None:
    """Read one application; the API gives statements of its own shape, kept as a policy document."""
    if arn.resource_type != "applications" or "*" in arn.resource:
        return
    application = str(arn)
    answer = collecting.reader.read(POLICY, application, ApplicationId=application)
    if answer.read:
        statements = [_statement(found, application) for found in answer.get("Statements") or []]
        policy: JsonObject | None = {"Version": "2012-10-17", "Statement": statements} if statements else None
        collecting.reader.store.policy(collecting.reader.account, application, policy)


def _statement(found: dict[str, Any], application: str) -> dict[str, Any]:
    principals = found.get("Principals") or ["*"]
    statement = {
        "Sid": found.get("StatementId") or "",
        "Effect": "Allow",
        "Principal": {"AWS": principals},
        "Action": [f"serverlessrepo:{action}" for action in found.get("Actions") or []],
        "Resource": application,
    }
    if found.get("PrincipalOrgIDs"):
        statement["Condition"] = {"StringEquals": {"aws:PrincipalOrgID": found["PrincipalOrgIDs"]}}
    return statement


def find(collecting: Collecting) -> Iterable[str]:
    """Yield the Region's own applications."""
    return [str(found["ApplicationId"]) for found in found_all(collecting, APPLICATIONS).items]


COLLECTOR = ServiceCollector(
    service="serverlessrepo", calls=(POLICY,), collect=collect, find_calls=(APPLICATIONS,), find=find
)
