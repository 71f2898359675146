"""Options that several commands share, and what becomes of them: the INPUT's bytes and the evidence."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from troubleshooter.cli.output import complain
from troubleshooter.errors import UnreadableInputError, UsageError
from troubleshooter.model.evidence import Evidence

if TYPE_CHECKING:
    from troubleshooter.model.denial import Denial
    from troubleshooter.model.diagnosis import Diagnosis

_LONGEST_PATH = 4096

InputArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[INPUT]",
        show_default=False,
        help="'-' or piped stdin; a file (CloudTrail JSON, gzip or not, or text); otherwise the pasted text itself.",
    ),
]
SnapshotOption = Annotated[
    Path | None,
    typer.Option("--snapshot", metavar="DIR", help="Evaluate offline against this snapshot; no AWS call is made."),
]
LiveOption = Annotated[
    bool, typer.Option("--live", help="Read what this denial needs from AWS (read-only), then evaluate.")
]
ProfileOption = Annotated[str | None, typer.Option("--profile", help="AWS profile to read with.")]
RegionOption = Annotated[str | None, typer.Option("--region", help="AWS Region to read in; default: the denial's.")]
EndpointOption = Annotated[str | None, typer.Option("--endpoint-url", help="Send AWS calls to this endpoint.")]
AssumeRoleOption = Annotated[
    list[str] | None,
    typer.Option("--assume-role", metavar="ARN", help="Role to read its account with (repeatable)."),
]
TimeoutOption = Annotated[float, typer.Option("--timeout", min=1, help="Seconds for all reading from AWS together.")]
VerboseOption = Annotated[bool, typer.Option("-v", "--verbose", help="List each AWS call on stderr.")]
ContextOption = Annotated[
    list[str] | None,
    typer.Option(
        "--context", metavar="KEY=VALUE", help="Supply or override a condition key (repeatable; again for more values)."
    ),
]
FixFormatOption = Annotated[
    str | None,
    typer.Option("--fix-format", help="Print the fix instead: json, cli, terraform, cloudformation or diff."),
]
FixOutputOption = Annotated[
    Path | None, typer.Option("--fix-output", metavar="DIR", help="Write the fix's files to this folder.")
]
RequestOption = Annotated[
    bool, typer.Option("--request", help="Print a request for access for whoever owns the policy.")
]
OutputOption = Annotated[Path | None, typer.Option("--output", metavar="FILE", help="Write the report there.")]
RedactOption = Annotated[
    bool, typer.Option("--redact", help="Mask account ids, names in ARNs, IPs and access keys, consistently.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceOptions:
    """Where evidence comes from, as given on the command line."""

    snapshot: Path | None = None
    live: bool = False
    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    assume_role: tuple[str, ...] = ()
    timeout: float = 60.0
    verbose: bool = False
    context: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse contradictions: raises UsageError."""
        if self.snapshot and self.live:
            raise UsageError("--snapshot and --live exclude each other: a snapshot is evaluated without AWS")
        if not self.live and (self.profile or self.assume_role):
            raise UsageError("--profile and --assume-role read from AWS: add --live")


def parse_context(pairs: Sequence[str] | None) -> dict[str, tuple[str, ...]]:
    """Return ``KEY=VALUE`` pairs as condition keys with their values; a repeated key gathers values.

    Raises UsageError for a pair without ``=`` or with an empty key.
    """
    gathered: dict[str, tuple[str, ...]] = {}
    for pair in pairs or ():
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise UsageError(f"--context {pair}: write KEY=VALUE, for example aws:SourceIp=203.0.113.7")
        gathered[key.strip()] = (*gathered.get(key.strip(), ()), value)
    return gathered


def read_input_bytes(given: str | None) -> tuple[bytes | str, str]:
    """Return the INPUT's content and a name for it: ``-`` or piped stdin, an existing path, else the text.

    Raises UsageError where there is nothing to read, UnreadableInputError where a file cannot be read.
    """
    if given == "-" or (given is None and not sys.stdin.isatty()):
        return sys.stdin.buffer.read(), "standard input"
    if given is None:
        raise UsageError("no INPUT: paste the error as an argument, name a file, or pipe it in ('-')")
    if _names_a_path(given):
        path = Path(given)
        if path.is_dir():
            raise UsageError(f"{given} is a folder: explain takes one denial; use: troubleshooter scan {given}")
        try:
            return path.read_bytes(), given
        except OSError as trouble:
            raise UnreadableInputError(f"cannot read {given}: {trouble.strerror or trouble}") from trouble
    return given, "the pasted text"


def _names_a_path(text: str) -> bool:
    if len(text) > _LONGEST_PATH or "\n" in text or "\0" in text:
        return False
    try:
        return os.path.lexists(text)
    except (OSError, ValueError):
        return False


def load_evidence(denial: Denial, options: EvidenceOptions) -> Evidence:
    """Return the evidence for one denial: the snapshot's, AWS's, or none; with ``--context`` on top.

    Raises SnapshotError or UnreachableError where the whole source is unusable.
    """
    evidence = Evidence()
    if options.snapshot is not None:
        from troubleshooter.evidence.snapshot import load_snapshot

        evidence = load_snapshot(options.snapshot)
    elif options.live:
        evidence = _collect(denial, options)
    if options.context:
        return replace(evidence, context={**evidence.context, **options.context})
    return evidence


def evidence_for(options: EvidenceOptions) -> Callable[[Denial], Evidence]:
    """Return what gives each denial's evidence: AWS is asked per denial, a snapshot is loaded once, at the first."""
    if options.live:
        return lambda denial: load_evidence(denial, options)
    loaded: list[Evidence] = []

    def once(denial: Denial) -> Evidence:
        if not loaded:
            loaded.append(load_evidence(denial, options))
        return loaded[0]

    return once


def explain_given(given: str | None, options: EvidenceOptions) -> tuple[Diagnosis, ...]:
    """Read the INPUT, diagnose every denial in it, and say on stderr what else was there.

    Raises what reading and collecting raise; see ``usecases.explain.explain_input``.
    """
    from troubleshooter.usecases.explain import explain_input

    data, name = read_input_bytes(given)
    explained = explain_input(data, name, evidence_for(options))
    for note in explained.notes:
        complain(note)
    return explained.diagnoses


def _collect(denial: Denial, options: EvidenceOptions) -> Evidence:
    from troubleshooter.evidence.live import LiveOptions, collect_for

    live = LiveOptions(
        profile=options.profile,
        region=options.region,
        endpoint_url=options.endpoint_url,
        assume_role=options.assume_role,
        timeout=options.timeout,
        on_call=tell_call if options.verbose else None,
    )
    return collect_for(denial, live)


def tell_call(line: str) -> None:
    """Print one AWS call, its time and outcome, on stderr."""
    print(line, file=sys.stderr)
