"""Which AWS CLI commands save, set and restore each kind of policy.

Operations and parameters are those of the AWS CLI reference (https://docs.aws.amazon.com/cli/latest/reference/).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from troubleshooter.fixes.renderings.documents import compact, pretty
from troubleshooter.fixes.renderings.resource_commands import kind_of, queue_url
from troubleshooter.fixes.renderings.shell import quote
from troubleshooter.model.arn import Arn, account_of, assumed_role, parse_arn, role_arn_without_path
from troubleshooter.model.diagnosis import Change
from troubleshooter.model.vocabulary import Operation, PolicyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files a change uses: what was there, the new document, and small notes (a version or policy id)."""

    before: str
    after: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Shell lines for one change. ``content`` is the text of the ``after`` file.

    ``remark`` says what a reader must know first; with no ``apply`` it says why there is no command.
    """

    content: str
    backup: tuple[str, ...] = ()
    apply: tuple[str, ...] = ()
    rollback: tuple[str, ...] = ()
    remark: str = ""


def aws(*words: str) -> str:
    """Return an ``aws`` command with every word quoted."""
    return " ".join(("aws", *(quote(word) for word in words)))


def steps(change: Change, files: Files) -> Steps:
    """Return the commands for one change."""
    write = _BY_TYPE.get(change.policy_type, _no_command)
    return write(change, files)


def _no_command(change: Change, files: Files) -> Steps:
    del files
    return Steps(content=pretty(change.after), remark="no AWS CLI command sets this policy; use the document below")


def _identity(change: Change, files: Files) -> Steps:
    return _managed(change, files) if change.policy_arn else _inline(change, files)


def _managed(change: Change, files: Files) -> Steps:
    """Set a new default version; IAM keeps five, and the old default is the way back."""
    arn = change.policy_arn or ""
    if account_of(arn) is None:
        return Steps(
            content=pretty(change.after), remark=f"{arn} is managed by AWS and cannot be changed: attach another"
        )
    default = aws("iam", "get-policy", "--policy-arn", arn, "--query", "Policy.DefaultVersionId", "--output", "text")
    kept = f'"$(cat {quote(files.note)})"'
    version = aws("iam", "get-policy-version", "--policy-arn", arn)
    return Steps(
        content=pretty(change.after),
        remark="IAM keeps five versions of a policy: delete one that is not the default first where there are five",
        backup=(
            f"{default} > {quote(files.note)}",
            f"{version} --version-id {kept} --query PolicyVersion.Document > {quote(files.before)}",
        ),
        apply=(
            aws(
                *("iam", "create-policy-version", "--policy-arn", arn),
                *("--policy-document", f"file://{files.after}", "--set-as-default"),
            ),
        ),
        rollback=(f"{aws('iam', 'set-default-policy-version', '--policy-arn', arn)} --version-id {kept}",),
    )


def _inline(change: Change, files: Files) -> Steps:
    holder = parse_arn(change.target_arn)
    kind = holder.resource_type if holder else ""
    if holder is None or kind not in {"role", "user", "group"}:
        return _no_command(change, files)
    named = (f"--{kind}-name", holder.name, "--policy-name", change.policy_name or "troubleshooter")
    put = aws("iam", f"put-{kind}-policy", *named, "--policy-document", f"file://{files.after}")
    if change.operation is Operation.CREATE:
        return Steps(
            content=pretty(change.after), apply=(put,), rollback=(aws("iam", f"delete-{kind}-policy", *named),)
        )
    read = aws("iam", f"get-{kind}-policy", *named, "--query", "PolicyDocument")
    back = aws("iam", f"put-{kind}-policy", *named, "--policy-document", f"file://{files.before}")
    return Steps(
        content=pretty(change.after), backup=(f"{read} > {quote(files.before)}",), apply=(put,), rollback=(back,)
    )


def _trust(change: Change, files: Files) -> Steps:
    role = parse_arn(change.target_arn)
    if role is None:
        return _no_command(change, files)
    named = ("--role-name", role.name)
    read = aws("iam", "get-role", *named, "--query", "Role.AssumeRolePolicyDocument")
    return Steps(
        content=pretty(change.after),
        backup=(f"{read} > {quote(files.before)}",),
        apply=(aws("iam", "update-assume-role-policy", *named, "--policy-document", f"file://{files.after}"),),
        rollback=(aws("iam", "update-assume-role-policy", *named, "--policy-document", f"file://{files.before}"),),
    )


def _session(change: Change, files: Files) -> Steps:
    """Pass the policy to the call that starts the next session: a running one cannot be changed."""
    session = assumed_role(change.target_arn)
    role = role_arn_without_path(change.target_arn)
    remark = "a session keeps its policy until it ends: pass the new one where the session is started"
    if session is None or role is None:
        return Steps(content=pretty(change.after), remark=remark)
    named = ("--role-arn", role, "--role-session-name", session[2] or "session")
    return Steps(
        content=pretty(change.after),
        remark=remark,
        apply=(aws("sts", "assume-role", *named, "--policy", f"file://{files.after}"),),
    )


def _endpoint(change: Change, files: Files) -> Steps:
    arn = parse_arn(change.target_arn)
    identifier = arn.name if arn else change.target_arn
    region = _region(arn)
    read = aws(
        *("ec2", "describe-vpc-endpoints", "--vpc-endpoint-ids", identifier, *region),
        *("--query", "VpcEndpoints[0].PolicyDocument", "--output", "text"),
    )
    put = ("ec2", "modify-vpc-endpoint", "--vpc-endpoint-id", identifier, *region, "--policy-document")
    return Steps(
        content=pretty(change.after),
        backup=(f"{read} > {quote(files.before)}",),
        apply=(aws(*put, f"file://{files.after}"),),
        rollback=(aws(*put, f"file://{files.before}"),),
    )


def _organization(change: Change, files: Files) -> Steps:
    remark = "run it in the management account, or as a delegated administrator for policies"
    target = parse_arn(change.target_arn)
    if change.operation is Operation.CREATE:
        return _new_organization_policy(change, files, target.name if target else change.target_arn, remark)
    policy = parse_arn(change.policy_arn)
    identifier = policy.name if policy else change.policy_name or "POLICY_ID"
    named = ("--policy-id", identifier)
    read = aws("organizations", "describe-policy", *named, "--query", "Policy.Content", "--output", "text")
    return Steps(
        content=compact(change.after),
        remark=remark,
        backup=(f"{read} > {quote(files.before)}",),
        apply=(aws("organizations", "update-policy", *named, "--content", f"file://{files.after}"),),
        rollback=(aws("organizations", "update-policy", *named, "--content", f"file://{files.before}"),),
    )


def _new_organization_policy(change: Change, files: Files, target: str, remark: str) -> Steps:
    kind = "SERVICE_CONTROL_POLICY" if change.policy_type is PolicyType.SCP else "RESOURCE_CONTROL_POLICY"
    made = aws(
        *("organizations", "create-policy", "--type", kind, "--name", change.policy_name or "troubleshooter"),
        *("--description", "Allows one request that no policy at this level allows"),
        *("--content", f"file://{files.after}", "--query", "Policy.PolicySummary.Id", "--output", "text"),
    )
    kept = f'"$(cat {quote(files.note)})"'
    at = aws("--target-id", target).removeprefix("aws ")
    return Steps(
        content=compact(change.after),
        remark=remark,
        apply=(f"{made} > {quote(files.note)}", f"aws organizations attach-policy --policy-id {kept} {at}"),
        rollback=(
            f"aws organizations detach-policy --policy-id {kept} {at}",
            f"aws organizations delete-policy --policy-id {kept}",
        ),
    )


def _public_access_block(change: Change, files: Files) -> Steps:
    arn = parse_arn(change.target_arn)
    if arn is not None and arn.service == "iam":
        service, named = "s3control", ("--account-id", arn.account)
    else:
        service, named = "s3api", ("--bucket", arn.resource if arn else change.target_arn)
    put = (service, "put-public-access-block", *named, "--public-access-block-configuration")
    read = aws(service, "get-public-access-block", *named, "--query", "PublicAccessBlockConfiguration")
    return Steps(
        content=pretty(change.after),
        remark="check first what else becomes public: IAM > Access Analyzer",
        backup=(f"{read} > {quote(files.before)}",),
        apply=(aws(*put, f"file://{files.after}"),),
        rollback=(aws(*put, f"file://{files.before}"),),
    )


def _region(arn: Arn | None) -> tuple[str, ...]:
    return ("--region", arn.region) if arn and arn.region else ()


def _resource(change: Change, files: Files) -> Steps:
    arn = parse_arn(change.target_arn)
    if arn is not None and arn.service == "sqs":
        return _queue(change, files, arn)
    kind = kind_of(arn, change.target_arn) if arn else None
    if arn is None or kind is None:
        return _no_command(change, files)
    region = _region(arn)
    read = aws(*kind.read, *region, "--query", kind.query, "--output", "text")
    undo = aws(*kind.set_words, f"file://{files.before}", *region)
    if change.operation is Operation.CREATE:
        return Steps(
            content=pretty(change.after),
            apply=(aws(*kind.set_words, f"file://{files.after}", *region),),
            rollback=(aws(*kind.delete, *region),) if kind.delete else (),
        )
    return Steps(
        content=pretty(change.after),
        backup=(f"{read} > {quote(files.before)}",),
        apply=(aws(*kind.set_words, f"file://{files.after}", *region),),
        rollback=(undo,),
    )


def _queue(change: Change, files: Files, arn: Arn) -> Steps:
    """Wrap the policy as text inside a map of attributes, as a queue takes it; an empty text removes it."""
    named = ("--queue-url", queue_url(arn), *_region(arn))
    put = ("sqs", "set-queue-attributes", *named, "--attributes")
    content = pretty({"Policy": compact(change.after)})
    if change.operation is Operation.CREATE:
        return Steps(content=content, apply=(aws(*put, f"file://{files.after}"),), rollback=(aws(*put, "Policy="),))
    read = aws("sqs", "get-queue-attributes", *named, "--attribute-names", "Policy", "--query", "Attributes")
    return Steps(
        content=content,
        backup=(f"{read} > {quote(files.before)}",),
        apply=(aws(*put, f"file://{files.after}"),),
        rollback=(aws(*put, f"file://{files.before}"),),
    )


_BY_TYPE: Mapping[PolicyType, Callable[[Change, Files], Steps]] = {
    PolicyType.IDENTITY: _identity,
    PolicyType.BOUNDARY: _identity,
    PolicyType.TRUST: _trust,
    PolicyType.SESSION: _session,
    PolicyType.VPC_ENDPOINT: _endpoint,
    PolicyType.SCP: _organization,
    PolicyType.RCP: _organization,
    PolicyType.S3_PUBLIC_ACCESS_BLOCK: _public_access_block,
    PolicyType.RESOURCE: _resource,
}


def account_to_run_in(change: Change) -> str | None:
    """Return the account whose credentials the commands need, where an ARN tells it."""
    if change.policy_type in {PolicyType.SCP, PolicyType.RCP}:
        return None
    return account_of(change.policy_arn) or account_of(change.target_arn)
