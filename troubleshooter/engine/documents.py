"""Policy documents as AWS takes them: text or object -> statements, or the place where AWS would refuse it.

Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html (PG).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from troubleshooter.engine.grammar import Problem, statement_problems
from troubleshooter.model.evaluation import DocumentError
from troubleshooter.model.policy import Document, JsonValue, SourcedPolicy
from troubleshooter.model.vocabulary import PolicyType

VERSIONS = ("2012-10-17", "2008-10-17")
_ELEMENTS = frozenset({"Version", "Id", "Statement"})
_UNIQUE_SIDS = frozenset({PolicyType.IDENTITY, PolicyType.BOUNDARY, PolicyType.SESSION})


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedDocument:
    """A document's statements, or the errors for which AWS would not have stored it.

    ``version`` is ``2008-10-17`` where the document has none
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html).
    With errors there are no statements: such a document allows and denies nothing.
    """

    policy: SourcedPolicy
    version: str = VERSIONS[1]
    statements: tuple[Mapping[str, JsonValue], ...] = ()
    errors: tuple[DocumentError, ...] = ()

    @property
    def variables(self) -> bool:
        """Return whether policy variables are variables in this version."""
        return self.version == VERSIONS[0]


def parse_document(policy: SourcedPolicy) -> ParsedDocument:
    """Return the statements of one policy, or what is wrong with it and where."""
    loaded = load_document(policy.document)
    if isinstance(loaded, Problem):
        return ParsedDocument(policy=policy, errors=(_error(policy, loaded),))
    problems = _document_problems(loaded)
    statements = _statements(loaded.get("Statement"))
    for index, statement in enumerate(statements):
        problems += statement_problems(statement, policy.source.policy_type, f"Statement[{index}]")
    if policy.source.policy_type in _UNIQUE_SIDS:
        problems += _repeated_sids(statements)
    if problems:
        return ParsedDocument(policy=policy, errors=tuple(_error(policy, problem) for problem in problems))
    version = loaded.get("Version")
    return ParsedDocument(
        policy=policy,
        version=version if isinstance(version, str) else VERSIONS[1],
        statements=tuple(item for item in statements if isinstance(item, Mapping)),
    )


def load_document(document: Document) -> Mapping[str, JsonValue] | Problem:
    """Return the JSON object of a document that is an object, JSON text, or URL-encoded JSON text."""
    loaded: JsonValue = document
    if isinstance(document, str):
        text = document.strip().removeprefix("\ufeff")
        text = unquote(text) if text[:1] == "%" else text
        try:
            loaded = json.loads(text)
        except (ValueError, RecursionError) as problem:
            where = f"line {problem.lineno} column {problem.colno}" if isinstance(problem, json.JSONDecodeError) else ""
            return Problem("", f"not valid JSON{': ' + where if where else ''}")
    if not isinstance(loaded, Mapping):
        return Problem("", "a policy document is a JSON object")
    return loaded


def _statements(value: JsonValue) -> tuple[JsonValue, ...]:
    """Return the statements as a list: one statement may stand alone (PG)."""
    if isinstance(value, Mapping):
        return (value,)
    return tuple(value) if isinstance(value, list | tuple) else ()


def _document_problems(document: Mapping[str, JsonValue]) -> list[Problem]:
    problems = [Problem(str(name), "no element of a policy") for name in document if name not in _ELEMENTS]
    version = document.get("Version", VERSIONS[0])
    if version not in VERSIONS:
        problems.append(Problem("Version", f"Version is {VERSIONS[0]} or {VERSIONS[1]}"))
    if not isinstance(document.get("Id", ""), str):
        problems.append(Problem("Id", "Id is a string"))
    if "Statement" not in document:
        problems.append(Problem("Statement", "Statement is missing"))
    elif not _statements(document["Statement"]):
        problems.append(Problem("Statement", "Statement is an object or a list of objects, and not empty"))
    return problems


def _repeated_sids(statements: tuple[JsonValue, ...]) -> list[Problem]:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html: unique in IAM policies."""
    seen: set[str] = set()
    problems = []
    for index, statement in enumerate(statements):
        sid = statement.get("Sid") if isinstance(statement, Mapping) else None
        if isinstance(sid, str) and sid:
            if sid in seen:
                problems.append(Problem(f"Statement[{index}].Sid", f"Sid {sid!r} is used twice"))
            seen.add(sid)
    return problems


def _error(policy: SourcedPolicy, problem: Problem) -> DocumentError:
    source = policy.source
    return DocumentError(
        policy_type=source.policy_type,
        policy_name=source.policy_name,
        policy_arn=source.policy_arn,
        attached_to=source.attached_to,
        path=problem.path,
        reason=problem.reason,
    )
