from __future__ import annotations

from dataclasses import replace

import pytest

from troubleshooter.diagnosis.relevance import is_relevant
from troubleshooter.model.policy import NearMiss, Statement
from troubleshooter.model.principal import Principal
from troubleshooter.model.request import Request
from troubleshooter.model.vocabulary import Element, PolicyType, PrincipalKind

CALLER = Principal(
    arn="arn:aws:iam::111111111111:user/orders-batch", kind=PrincipalKind.IAM_USER, account="111111111111"
)
REQUEST = Request(
    principal=CALLER,
    action="s3:GetObject",
    resource="arn:aws:s3:::orders/key",
    resource_account="111111111111",
)


@pytest.mark.parametrize(
    ("policy_type", "named", "expected"),
    [
        (PolicyType.RESOURCE, "arn:aws:iam::111111111111:role/ci", False),
        (PolicyType.RESOURCE, "arn:aws:iam::111111111111:user/orders-batches", True),
        (PolicyType.VPC_ENDPOINT, "arn:aws:iam::111111111111:role/ci", True),
        (PolicyType.VPC_ENDPOINT, "arn:aws:iam::222222222222:role/ci", True),
        (PolicyType.VPC_ENDPOINT, "ec2.amazonaws.com", False),
    ],
)
def test_whom_a_statement_may_have_been_meant_for(policy_type: PolicyType, named: str, expected: bool) -> None:
    near = NearMiss(
        statement=Statement(policy_type=policy_type, effect="Allow"),
        element=Element.PRINCIPAL,
        required=named,
        actual=CALLER.arn or "",
        hint="",
        values=(named,),
    )

    assert is_relevant(near, REQUEST) is expected


def test_another_identity_provider_is_relevant_to_a_federated_caller() -> None:
    provider = "arn:aws:iam::111111111111:oidc-provider/gitlab.example"
    caller = replace(CALLER, kind=PrincipalKind.WEB_IDENTITY, arn=provider.replace("gitlab", "github"))
    near = NearMiss(
        statement=Statement(policy_type=PolicyType.TRUST, effect="Allow"),
        element=Element.PRINCIPAL,
        required=provider,
        actual=caller.arn or "",
        hint="",
        values=(provider,),
    )

    assert is_relevant(near, replace(REQUEST, principal=caller))
    assert not is_relevant(near, REQUEST)
