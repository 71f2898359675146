"""``troubleshooter simulate``: evaluate requests against a snapshot, or self-contained cases."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from troubleshooter.cli import options as shared
from troubleshooter.cli.output import complain, deliver
from troubleshooter.errors import UnreadableInputError, UsageError
from troubleshooter.reports.sanitize import line as one_line
from troubleshooter.reports.sanitize import terminal

if TYPE_CHECKING:
    from troubleshooter.usecases.simulate_lines import Answered, Decide, Tally
    from troubleshooter.usecases.simulate_many import Simulator


class SimulateFormat(StrEnum):
    """The forms an answer is printed in."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"


_EXAMPLE = """Example:

  troubleshooter simulate --snapshot ./snapshot --principal arn:aws:iam::111122223333:user/ana --action s3:GetObject
  --resource arn:aws:s3:::reports/a.csv

  troubleshooter simulate --cases cases.jsonl --format junit
"""


def simulate(  # noqa: D103 - its help is below, for the terminal
    *,
    principal: Annotated[
        str | None, typer.Option("--principal", help="Who asks: an ARN, a service's name, or 'anonymous'.")
    ] = None,
    action: Annotated[str | None, typer.Option("--action", help="The action, such as s3:GetObject.")] = None,
    resource: Annotated[str, typer.Option("--resource", help="The resource's ARN.")] = "*",
    resource_account: Annotated[
        str | None, typer.Option("--resource-account", help="The account that owns the resource.")
    ] = None,
    requests: Annotated[
        str | None, typer.Option("--requests", metavar="FILE|-", help="JSON lines of requests, one answer line each.")
    ] = None,
    cases: Annotated[
        str | None, typer.Option("--cases", metavar="FILE|-", help="JSON lines of self-contained cases.")
    ] = None,
    snapshot: shared.SnapshotOption = None,
    live: shared.LiveOption = False,
    profile: shared.ProfileOption = None,
    region: shared.RegionOption = None,
    endpoint_url: shared.EndpointOption = None,
    assume_role: shared.AssumeRoleOption = None,
    timeout: shared.TimeoutOption = 60.0,
    context: shared.ContextOption = None,
    answer_format: Annotated[
        SimulateFormat | None,
        typer.Option("--format", help="Form of the answer; default: text for one request, json for many."),
    ] = None,
    output: shared.OutputOption = None,
    verbose: shared.VerboseOption = False,
) -> None:
    evidence = shared.EvidenceOptions(
        snapshot=snapshot,
        live=live,
        profile=profile,
        region=region,
        endpoint_url=endpoint_url,
        assume_role=tuple(assume_role or ()),
        timeout=timeout,
        verbose=verbose,
        context=shared.parse_context(context),
    )
    if cases is not None or requests is not None:
        single = principal is not None or action is not None
        code = _many(cases, requests, evidence, answer_format or SimulateFormat.JSON, output, single=single)
    else:
        code = _one(principal, action, resource, resource_account, evidence, answer_format, output)
    raise typer.Exit(code)


simulate.__doc__ = f"""Evaluate a request: which statement decides.

{_EXAMPLE}"""


def _one(  # noqa: PLR0917 - the command's own options, handed on
    principal: str | None,
    action: str | None,
    resource: str,
    resource_account: str | None,
    options: shared.EvidenceOptions,
    answer_format: SimulateFormat | None,
    output: Path | None,
) -> int:
    import json

    from troubleshooter.usecases.simulate import as_denial, as_json, as_text, simulate_request, stated_request

    if principal is None or action is None:
        raise UsageError("give --principal and --action (and --resource), or --requests FILE, or --cases FILE")
    if options.snapshot is None and not options.live:
        raise UsageError("--snapshot DIR (or --live) says which policies to evaluate against")
    if answer_format is SimulateFormat.JUNIT:
        raise UsageError("--format junit is for --cases and --requests")
    request = stated_request(principal, action, resource, resource_account, options.context)
    simulated = simulate_request(request, shared.load_evidence(as_denial(request), options))
    if answer_format is SimulateFormat.JSON:
        deliver(json.dumps(as_json(simulated), indent=2), output)
    else:
        deliver(terminal(as_text(simulated)), output)
    return simulated.exit_code


def _many(
    cases: str | None,
    requests: str | None,
    options: shared.EvidenceOptions,
    answer_format: SimulateFormat,
    output: Path | None,
    *,
    single: bool,
) -> int:
    from troubleshooter.usecases.simulate_lines import Tally, answer_lines, case_answer, fast_lines, lines_of

    if single or (cases is not None and requests is not None):
        raise UsageError("one of --cases, --requests, or --principal with --action: they exclude each other")
    decide: Decide = case_answer
    simulator: Simulator | None = None
    if requests is not None:
        simulator = _simulator(options)
        decide = simulator.answer
    elif options.snapshot or options.live or options.context:
        raise UsageError("--cases are self-contained: leave --snapshot, --live and --context out")
    tally = Tally()
    with _opened(cases if cases is not None else str(requests)) as stream, _destination(output) as sink:
        if simulator is not None and answer_format is SimulateFormat.JSON:
            for batch in lines_of(stream):
                sink.writelines(fast_lines(batch, simulator.answer_line, decide, tally))
                sink.flush()
        else:
            _write((answer_lines(batch, decide, tally) for batch in lines_of(stream)), answer_format, sink)
    _summarize(tally)
    return tally.exit_code


def _simulator(options: shared.EvidenceOptions) -> Simulator:
    from troubleshooter.model.denial import Denial
    from troubleshooter.usecases.simulate_many import Simulator

    if options.snapshot is None:
        raise UsageError("--requests needs --snapshot DIR")
    return Simulator(shared.load_evidence(Denial(), options))


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115 - closed below
    except OSError as trouble:
        raise UnreadableInputError(f"cannot read {name}: {trouble.strerror or trouble}") from trouble
    with stream:
        yield stream


@contextmanager
def _destination(output: Path | None) -> Iterator[BinaryIO]:
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        stream = output.open("wb")
    except OSError as trouble:
        raise UsageError(f"cannot write --output {output}: {trouble.strerror or trouble}") from trouble
    with stream:
        yield stream


def _write(batches: Iterable[Iterable[Answered]], answer_format: SimulateFormat, sink: BinaryIO) -> None:
    """Write every batch as it is answered; JUnit needs them all first."""
    from troubleshooter.usecases.junit import junit
    from troubleshooter.usecases.simulate_lines import encode, text_line

    if answer_format is SimulateFormat.JUNIT:
        sink.writelines(
            part.encode("utf-8", "backslashreplace")
            for part in junit(_told(answered) for batch in batches for answered in batch)
        )
        return
    for batch in batches:
        if answer_format is SimulateFormat.JSON:
            sink.writelines(encode(_told(answered).answer) for answered in batch)
        else:
            text = "".join(f"{one_line(text_line(_told(answered)))}\n" for answered in batch)
            sink.write(text.encode("utf-8", "backslashreplace"))
        sink.flush()


def _told(answered: Answered) -> Answered:
    """List a difference on stderr as it is met."""
    if answered.difference is not None:
        complain(f"{answered.name}: {answered.difference}")
    return answered


def _summarize(tally: Tally) -> None:
    if tally.different or tally.unreadable:
        complain(
            f"{tally.different} of {tally.lines} differ from what was expected, {tally.unreadable} could not be read"
        )
