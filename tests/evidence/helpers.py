"""Denials and documents for the tests of live evidence."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import boto3

from tests.evidence.conftest import ACCOUNT, REGION, Wire
from troubleshooter.evidence.live import LiveOptions, collect_for
from troubleshooter.model.denial import Denial
from troubleshooter.model.evidence import AccountEvidence, Evidence
from troubleshooter.model.principal import Principal
from troubleshooter.model.vocabulary import PrincipalKind

USER = f"arn:aws:iam::{ACCOUNT}:user/joe"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/run-1"
POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "One", "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}],
}
TRUST: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def client(service: str, region: str = REGION) -> Any:
    made: Any = boto3.client(service, region_name=region)  # type: ignore[call-overload]
    return made


def resource_policy(action: str, resource: object = "*") -> str:
    statement = {"Sid": "One", "Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def denial(action: str, resource: str | None, *, principal: str | None = USER, **more: Any) -> Denial:
    kind = PrincipalKind.ROLE_SESSION if principal and ":assumed-role/" in principal else PrincipalKind.IAM_USER
    known = Principal(arn=principal, kind=kind, account=ACCOUNT) if principal else Principal()
    return replace(Denial(principal=known, action=action, resource=resource, region=REGION), **more)


def collect(wire: Wire, found: Denial, **options: Any) -> Evidence:
    """Collect with the wire recording."""
    wire.recording = True
    try:
        return collect_for(found, LiveOptions(**options))
    finally:
        wire.recording = False


def own(evidence: Evidence) -> AccountEvidence:
    return evidence.accounts[ACCOUNT]
