# Needs Python 3.11+, make and the package registry; makes its own .venv.
# The first interpreter that runs and is new enough (a version manager's stub may exist and not run).
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test lint unit setup clean bench test-e2e test-trino test-browser lock

$(STAMP): pyproject.toml requirements.lock
	@test -n "$(PYTHON)" || { echo 'needs Python 3.11 or newer; run: make PYTHON=/path/to/python3.11' >&2; exit 2; }
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
	@$(BIN)/python -m pytest --numprocesses auto --cov --cov-report=term:skip-covered

test-browser: $(STAMP)  ## HTML reports in headless Chromium: axe-core, no sideways scrolling (needs chromium and npm)
	@PYTHONPATH=. $(BIN)/python tests/browser/check_pages.py

test-e2e: $(STAMP)  ## denied calls on an emulator that enforces IAM, explained, fixed and made again
	@TROUBLESHOOTER_E2E=1 $(BIN)/python -m pytest tests/e2e -s

bench: $(STAMP)  ## ratios, each measured in one run
	@for program in benchmarks/*.py; do echo "== $$program"; $(BIN)/python $$program || exit 1; done

test-trino: $(STAMP)  ## the shipped SQL on Trino, which is what Athena is; needs Java 11-17 and Maven, fetches 650 MB once
	@$(BIN)/python tests/trino/run.py

lock:  ## renew requirements.lock from pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --all-extras --group dev --output-file requirements.lock pyproject.toml

clean:
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
