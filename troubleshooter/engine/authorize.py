"""The rule by which AWS decides: every layer is asked, then all answers are combined.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html (EL)
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html (XA)

Answers are three-valued, *and* is ``min``, *or* is ``max`` (see ``truth``). An explicit deny anywhere wins. Without
one the request needs its grant, and an allow from each gate that stands in its way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from troubleshooter.engine.outcome import Outcome
from troubleshooter.engine.situation import Accounts, ResourceRole
from troubleshooter.engine.subject import Caller
from troubleshooter.engine.truth import NO, UNKNOWN, YES
from troubleshooter.model.evaluation import Evaluation
from troubleshooter.model.request import PolicySet, Request
from troubleshooter.model.vocabulary import Decision, PrincipalKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Every layer's outcome, and how caller and resource stand to each other; None: no such layer here."""

    caller: Caller
    accounts: Accounts
    role: ResourceRole
    trust: bool = False
    identity: Outcome | None = None
    boundary: Outcome | None = None
    session: Outcome | None = None
    resource: Outcome | None = None
    grants: Outcome | None = None
    endpoint: Outcome | None = None
    scp: tuple[Outcome, ...] = ()
    rcp: tuple[Outcome, ...] = ()
    public_access: int = YES
    root_may_not: bool = False
    always_allowed: bool = False

    def outcomes(self) -> Iterator[Outcome]:
        """Yield every layer's outcome."""
        single = (self.identity, self.boundary, self.session, self.resource, self.grants, self.endpoint)
        yield from (item for item in single if item is not None)
        yield from self.scp
        yield from self.rcp


def authorize(request: Request, policies: PolicySet) -> Evaluation:
    """Return AWS's decision on ``request`` under ``policies``, and what each layer had to say."""
    from troubleshooter.engine.compiled import compile_policies

    return compile_policies(policies).decide(request)


def decide(asked: Asked) -> Decision:
    """Combine all layers into AWS's decision."""
    if asked.always_allowed:
        return Decision.ALLOW
    deny = max((outcome.deny for outcome in asked.outcomes()), default=NO)
    if deny == YES:
        return Decision.EXPLICIT_DENY
    allow = min(granted(asked), gates(asked))
    if allow == NO:
        return Decision.IMPLICIT_DENY
    return Decision.UNKNOWN if UNKNOWN in (allow, deny) else Decision.ALLOW


def gates(asked: Asked) -> int:
    """Whether nothing that never grants stands in the way: endpoint, SCPs level by level, Block Public Access."""
    endpoint = YES if asked.endpoint is None else asked.endpoint.allow
    return min((endpoint, asked.public_access, *(level.allow for level in asked.scp)))


def granted(asked: Asked) -> int:
    """Whether the caller's side, the resource's side or, across accounts, both together grant the request."""
    if asked.accounts is Accounts.UNKNOWN and asked.caller.has_identity_side:
        return _either(_granted_within(asked), _granted_across(asked))
    return _granted_across(asked) if asked.accounts is Accounts.CROSS else _granted_within(asked)


def _either(one: int, other: int) -> int:
    return one if one == other else UNKNOWN


def resource_grant(asked: Asked) -> tuple[int, int, int]:
    """(direct, limited, account): what the resource's policy and, for keys, its grants allow."""
    given = [item for item in (asked.resource, asked.grants) if item is not None]
    if asked.role is ResourceRole.NONE:
        return NO, NO, NO
    return (
        max((item.direct for item in given), default=NO),
        max((item.limited for item in given), default=NO),
        max((item.account for item in given), default=NO),
    )


def limits(asked: Asked) -> int:
    """Boundary and session policy: they limit identity policies, and grants made to a role (EL)."""
    return min(_allow(asked.boundary), _allow(asked.session))


def _allow(outcome: Outcome | None) -> int:
    return YES if outcome is None else outcome.allow


def identity_side(asked: Asked) -> int:
    """Return what the caller's own policies allow together; the root user needs none."""
    if asked.caller.kind is PrincipalKind.ROOT:
        return min(YES, _allow(asked.session))
    return min(_allow(asked.identity), limits(asked))


def _granted_within(asked: Asked) -> int:
    direct, limited, account = resource_grant(asked)
    if not asked.caller.has_identity_side:
        return max(direct, limited, account)
    own = identity_side(asked)
    if asked.role is ResourceRole.REQUIRED:
        own = min(own, account)
    return max(own, direct, min(limited, limits(asked)))


def _granted_across(asked: Asked) -> int:
    """Both accounts have to allow, whichever way the resource's policy names the caller (XA)."""
    resource = max(resource_grant(asked))
    return min(resource, identity_side(asked)) if asked.caller.has_identity_side else resource
