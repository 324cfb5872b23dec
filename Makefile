# Every target prepares what it needs; a second run installs nothing.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help run test check bench drill lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

run: .venv/runtime ## start the bot (in the terminal when no TELEGRAM_TOKEN is set)
	@$(BIN)/python -m bot run

test: check ## the whole check: ruff, mypy, import contracts, pytest
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not drill"

check: .venv/development ## the static part of the check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m faq check

drill: .venv/development ## long drills: many kills, both databases
	$(BIN)/python -m pytest -m drill

bench: .venv/development ## print figures of speed, memory and answer quality
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.bench

# requirements.lock pins everything: what runs the bot first, then, below the line "# development", what checks it.
.venv/runtime: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || { echo "Creating .venv …" >&2; $(PYTHON) -m venv .venv; }
	@echo "Installing the pinned packages …" >&2
	@sed '/^# development/,$$d' requirements.lock > .venv/runtime.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r .venv/runtime.txt >&2
	@touch $@

.venv/development: .venv/runtime
	@echo "Installing the pinned tools of the check …" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock >&2
	@touch $@

lock: ## resolve the newest versions anew and pin them
	@$(PYTHON) .ci/lock.py

clean: ## remove the environment and the caches, never data/
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
