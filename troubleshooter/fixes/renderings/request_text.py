"""A request for access as plain text, for whoever owns the policy: who asks, for what, why, the exact change."""

from __future__ import annotations

from collections.abc import Iterator

from troubleshooter.fixes.renderings import diff
from troubleshooter.fixes.renderings.comments import plain
from troubleshooter.model.diagnosis import Diagnosis, Fix
from troubleshooter.model.vocabulary import Disposition


def render(diagnosis: Diagnosis) -> str:
    """Return the text; it can be pasted into a ticket or a mail, and names nothing but this request."""
    return "\n".join(_lines(diagnosis)) + "\n"


def _lines(diagnosis: Diagnosis) -> Iterator[str]:
    denial, fix = diagnosis.denial, diagnosis.fix
    who = denial.principal.session_issuer_arn or denial.principal.arn or "a caller that the log does not name"
    yield f"Request for access: {plain(denial.action or 'unknown action')}"
    yield ""
    yield f"Who asks:      {plain(who)}"
    if denial.principal.session_name:
        yield f"Session:       {plain(denial.principal.session_name)}"
    yield f"For what:      {plain(denial.action or 'unknown action')} on {plain(denial.resource or 'unknown resource')}"
    if denial.resource_account:
        yield f"In account:    {plain(denial.resource_account)}"
    yield f"Refused:       {plain(' '.join(_when(diagnosis)))}"
    for finding in (one for one in diagnosis.findings if one.blocking):
        yield f"Refused by:    {finding.policy_type.replace('_', ' ')} ({finding.decision.replace('_', ' ')})"
        yield f"               {plain(finding.because)}"
    yield "Why needed:    (write one sentence: what is the work, and who depends on it)"
    yield ""
    if fix is None or fix.disposition is Disposition.DO_NOT_APPLY:
        yield from _nothing(fix)
        return
    yield from _change(fix)


def _when(diagnosis: Diagnosis) -> Iterator[str]:
    denial = diagnosis.denial
    yield denial.event_time or "at a time the log does not say"
    if denial.region:
        yield f"in {denial.region}"
    if denial.event_id:
        yield f"(event {denial.event_id})"
    elif denial.request_id:
        yield f"(request {denial.request_id})"


def _nothing(fix: Fix | None) -> Iterator[str]:
    if fix is None:
        yield "The exact change: not computed; too little was read. Please tell which policy refuses it."
        return
    yield f"This is not a request to change a policy: {plain(fix.summary)}"
    yield f"To: {plain(fix.owner)}"


def _change(fix: Fix) -> Iterator[str]:
    yield f"To:            {plain(fix.owner)}"
    yield f"The change:    {plain(fix.summary)}"
    proof = "yes: with it the request is allowed, without any part of it it is not" if fix.verified else "no"
    yield f"Proved:        {proof}"
    for advice in fix.without_policy_change:
        yield f"Instead:       {plain(advice)}"
    for warning in fix.warnings:
        yield f"Take care:     {plain(warning)}"
    yield ""
    yield "What it newly allows:"
    yield from (
        f"  {plain(grant.principal)} may {plain(grant.action)} on {plain(grant.resource)}" for grant in fix.grants
    )
    if not fix.grants:
        yield "  nothing beyond the request was found"
    yield ""
    yield "It may be taken back: when the work above is done, or on (date)."
    yield ""
    yield "The exact change:"
    yield ""
    yield diff.render(fix)
