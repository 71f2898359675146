# Needs Python 3.11+, make and the package registry; makes its own .venv.
PYTHON ?= $(shell command -v python3.13 || command -v python3.12 || command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test lint unit setup clean bench test-e2e test-trino lock

$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $(STAMP)

setup: $(STAMP)  ## make .venv with everything that CI uses

demo: $(STAMP)  ## explain three denials from sample_logs/
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh sample_logs/demo.sh

lint: $(STAMP)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

unit: $(STAMP)
	@$(BIN)/python -m pytest

test: $(STAMP) lint  ## everything that CI runs
	@$(BIN)/python -m pytest --cov --cov-report=term:skip-covered

bench: $(STAMP)  ## ratios, each measured in one run
	@for program in benchmarks/*.py; do echo "== $$program"; $(BIN)/python $$program || exit 1; done

lock:  ## renew requirements.lock from pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-package access-denied-troubleshooter --no-header --no-annotate --group dev --output-file requirements.lock pyproject.toml

clean:
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
