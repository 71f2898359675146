"""What a bare refusal usually means, when nothing was read and the message names no policy type."""

from __future__ import annotations

import pytest

from troubleshooter import Denial, Evidence, diagnose, parse
from troubleshooter.model.vocabulary import Confidence


def causes(text: str) -> list[str]:
    (denial, *_) = parse(text)
    return of(denial)


def of(denial: Denial) -> list[str]:
    findings = diagnose(denial, Evidence()).findings
    assert {finding.confidence for finding in findings} == {Confidence.POSSIBLE}
    return [finding.cause for finding in findings]


def error(code: str, call: str, message: str) -> str:
    return f"An error occurred ({code}) when calling the {call} operation: {message}"


USER = "User: arn:aws:iam::111122223333:user/mika is not authorized to perform:"


@pytest.mark.parametrize(
    ("text", "first", "also"),
    [
        (
            error("AccessDenied", "PutObject", "Access Denied"),
            "identity-policy-implicit-deny",
            "kms-key-behind-resource",
        ),
        (error("403", "HeadObject", "Forbidden"), "identity-policy-implicit-deny", "missing-key-shown-as-403"),
        (
            error("AccessDenied", "AssumeRole", f"{USER} sts:AssumeRole on resource: arn:aws:iam::444455556666:role/r"),
            "trust-policy-implicit-deny",
            "identity-policy-implicit-deny",
        ),
        (
            error(
                "AccessDenied", "CreateFunction", f"{USER} iam:PassRole on resource: arn:aws:iam::111122223333:role/r"
            ),
            "pass-role-behind-call",
            "identity-policy-implicit-deny",
        ),
        (
            error("AccessDenied", "GetSecretValue", "Access to KMS is not allowed: kms:Decrypt on the resource"),
            "kms-key-behind-resource",
            "identity-policy-implicit-deny",
        ),
        (
            error("AccessDenied", "CreateRole", f"{USER} iam:CreateRole on resource: * with an explicit deny"),
            "scp-explicit-deny",
            "identity-policy-explicit-deny",
        ),
    ],
)
def test_likely_places_to_look(text: str, first: str, also: str) -> None:
    found = causes(text)
    assert found[0] == first
    assert also in found


def test_a_kms_action_behind_another_call_points_to_the_key() -> None:
    key = "arn:aws:kms:eu-west-1:111122223333:key/0f6b2a51"
    found = of(Denial(api_call="GetObject", event_source="s3.amazonaws.com", action="kms:Decrypt", resource=key))
    assert found[0] == "kms-key-behind-resource"


def test_another_accounts_resource_is_said() -> None:
    secret = "arn:aws:secretsmanager:eu-west-1:444455556666:secret:x-aBcDeF"
    words = f"{USER} secretsmanager:GetSecretValue on resource: {secret}"
    text = error("AccessDeniedException", "GetSecretValue", words)
    (denial,) = parse(text)
    because = [finding.because for finding in diagnose(denial, Evidence()).findings]
    assert any("belongs to account 444455556666, the caller to 111122223333" in item for item in because)


def test_a_web_identity_can_only_be_refused_by_the_trust_policy_or_above() -> None:
    found = of(Denial(action="sts:AssumeRoleWithWebIdentity", api_call="AssumeRoleWithWebIdentity"))
    assert "identity-policy-implicit-deny" not in found
    assert found[0] == "trust-policy-implicit-deny"
