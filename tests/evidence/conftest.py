"""AWS for the collectors: moto as a store, and a wire on which pages are split and calls refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from botocore.validate import validate_parameters

ACCOUNT = "123456789012"
REGION = "eu-west-1"
PAGE_TWO = "page-two"

Answer = dict[str, Any] | Exception | Callable[[dict[str, Any]], dict[str, Any]]


def refusal(operation: str, code: str = "AccessDenied", message: str = "not authorized") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


class Wire:
    """Every call that botocore makes passes here.

    ``answers`` take the place of AWS (checked against the SDK's own shapes); ``trouble`` may raise for a
    call; ``two_pages`` splits every listing that botocore can page through in two.
    """

    def __init__(self, send: Callable[[BaseClient, str, dict[str, Any]], dict[str, Any]]) -> None:
        self._send = send
        self.calls: list[tuple[str, str]] = []
        self.parameters: list[dict[str, Any]] = []
        self.answers: dict[tuple[str, str], Answer] = {}
        self.trouble: Callable[[str, str, dict[str, Any]], Exception | None] = lambda *_: None
        self.two_pages = False
        self.recording = False

    def call(self, client: BaseClient, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        service = client.meta.service_model.service_name
        if self.recording:
            self.calls.append((service, operation))
            self.parameters.append(parameters)
            trouble = self.trouble(service, operation, parameters)
            if trouble is not None:
                raise trouble
        answer = self.answers.get((service, operation))
        if answer is not None:
            return self._canned(client, operation, parameters, answer)
        if self.two_pages and self.recording:
            return self._paged(client, operation, parameters)
        return self._send(client, operation, parameters)

    def count(self, service: str, operation: str) -> int:
        return self.calls.count((service, operation))

    @staticmethod
    def _canned(client: BaseClient, operation: str, parameters: dict[str, Any], answer: Answer) -> dict[str, Any]:
        model = client.meta.service_model.operation_model(operation)
        if model.input_shape:
            validate_parameters(parameters, model.input_shape)
        if isinstance(answer, Exception):
            raise answer
        response = answer(parameters) if callable(answer) else dict(answer)
        if model.output_shape:
            validate_parameters(response, model.output_shape)
        return response

    def _paged(self, client: BaseClient, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        python_name = next((py for py, op in client.meta.method_to_api_mapping.items() if op == operation), "")
        if not python_name or not client.can_paginate(python_name):
            return self._send(client, operation, parameters)
        paginator: Any = client.get_paginator(python_name)
        given, answered, items = (
            _words(paginator._input_token[0]),
            _words(paginator._output_token[0]).split("||")[0].strip(),
            _words(paginator._result_keys[0]),
        )
        second = parameters.get(given) == PAGE_TWO
        kept = {name: value for name, value in parameters.items() if name != given} if second else parameters
        page = self._send(client, operation, kept)
        found = page.get(items) or []
        half = (len(found) + 1) // 2
        if second:
            page[items] = found[half:]
            return page
        page[items] = found[:half]
        page[answered] = PAGE_TWO
        if paginator._more_results is not None:
            page[_words(paginator._more_results)] = True
        return page


def _words(expression: Any) -> str:
    return str(getattr(expression, "expression", expression))


def connect(monkeypatch: pytest.MonkeyPatch, wire: Wire) -> None:
    """Put the wire between the SDK and AWS; the environment holds made-up credentials and names no profile."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made-up")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")

    def call(client: BaseClient, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        return wire.call(client, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", call)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wire]:
    """moto behind a wire."""
    from moto import mock_aws

    with mock_aws():
        wire = Wire(BaseClient._make_api_call)  # type: ignore[attr-defined]
        connect(monkeypatch, wire)
        yield wire
