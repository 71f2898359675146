from __future__ import annotations

from typing import Any

import pytest

from tests.sources.logs import ACCOUNT, record
from troubleshooter.denials.record import parse_record
from troubleshooter.history.sessions import access_key_of, session_of, with_session
from troubleshooter.model.denial import Denial
from troubleshooter.model.evidence import AccountEvidence, Evidence

_SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/session"
_POLICY_ARN = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def _assume(parameters: Any, **fields: Any) -> dict[str, Any]:
    return record(
        None,
        eventSource="sts.amazonaws.com",
        eventName="AssumeRole",
        requestParameters=parameters,
        responseElements={"credentials": {"accessKeyId": "ASIAEXAMPLEEXAMPLE01"}},
        **fields,
    )


def _denial() -> Denial:
    parsed = parse_record(record())
    assert isinstance(parsed, Denial)
    return parsed


def test_policies_tags_and_managed_policies_are_recovered() -> None:
    session = session_of(
        _assume(
            {
                "policy": '{"Version":"2012-10-17"}',
                "policyArns": [{"arn": _POLICY_ARN}],
                "tags": [{"key": "team", "value": "a"}],
            }
        )
    )
    assert session is not None
    assert session.access_key_id == access_key_of(_denial())
    assert (session.policies, session.policy_arns, session.tags) == (
        ('{"Version":"2012-10-17"}',),
        (_POLICY_ARN,),
        {"team": "a"},
    )
    document = {"Version": "2012-10-17", "Statement": []}
    known = AccountEvidence(
        account_id=ACCOUNT,
        managed_policies={_POLICY_ARN: {"PolicyVersionList": [{"IsDefaultVersion": True, "Document": document}]}},
    )
    evidence = with_session(Evidence(accounts={ACCOUNT: known}), _denial(), session)
    entry = (evidence.accounts[ACCOUNT].sessions or {})[_SESSION]
    assert entry == {"SessionPolicies": ['{"Version":"2012-10-17"}', document], "SessionTags": {"team": "a"}}
    assert not evidence.gaps
    unread = with_session(Evidence(), _denial(), session)
    assert [gap.scope for gap in unread.gaps] == [_POLICY_ARN]


def test_a_session_without_a_policy_is_known_to_have_none() -> None:
    session = session_of(_assume({"roleArn": "x"}))
    assert session is not None
    evidence = with_session(Evidence(), _denial(), session)
    assert (evidence.accounts[ACCOUNT].sessions or {})[_SESSION] == {"SessionPolicies": [], "SessionTags": {}}


@pytest.mark.parametrize("parameters", [None, {"omitted": True, "reason": "too large"}])
def test_an_event_that_leaves_its_parameters_out_proves_nothing(parameters: Any) -> None:
    session = session_of(_assume(parameters))
    assert session is not None
    assert with_session(Evidence(), _denial(), session) == Evidence()


def test_what_the_evidence_already_knows_wins() -> None:
    session = session_of(_assume({}))
    assert session is not None
    known = Evidence(
        accounts={ACCOUNT: AccountEvidence(account_id=ACCOUNT, sessions={_SESSION: {"SessionTags": {"x": "y"}}})}
    )
    assert with_session(known, _denial(), session) == known


@pytest.mark.parametrize(
    "item",
    [
        record(),
        _assume({}) | {"errorCode": "AccessDenied"},
        _assume({}) | {"responseElements": None},
        {"eventName": "AssumeRole"},
    ],
)
def test_other_records_make_no_session(item: dict[str, Any]) -> None:
    assert session_of(item) is None
