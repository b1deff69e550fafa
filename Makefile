# Every command here works on a fresh machine with Python 3.11 to 3.13 and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/bash

.DEFAULT_GOAL := help
.PHONY: help install run test check fix ingest bench with lock clean

EXTRAS := $(patsubst extras/%.lock,%,$(wildcard extras/*.lock))

help:  ## say what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-10s %s\n", $$1, $$2}'

install: $(VENV)/.installed  ## create .venv and install the locked set

$(VENV)/bin/uv: requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "This needs Python 3.11, 3.12 or 3.13; '$(PYTHON)' is $$($(PYTHON) -V 2>&1). Say which: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

# --no-deps: the lock is the whole set, without what Chroma declares and never loads (docs/why.md).
# pip is the second way: it knows private indexes from pip.conf, which uv does not read.
define install_lock
	@echo "Installing $(1) into $(VENV) …"
	@$(BIN)/uv pip install $(2) --quiet --python $(BIN)/python --no-deps --require-hashes --compile-bytecode -r $(1) || \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(1)
endef

$(VENV)/.installed: requirements.lock pyproject.toml $(VENV)/bin/uv
	$(call install_lock,requirements.lock)
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --offline -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(call install_lock,requirements-dev.lock)
	@touch $@

run: install  ## install, read the sources, start the assistant (web chat, console, and Slack and Telegram if .env has their tokens)
	@$(BIN)/cscc run

test: $(VENV)/.installed-dev  ## lint, types and the whole test suite; offline, no accounts
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -q -n auto --ignore=tests/acceptance

check: $(VENV)/.installed-dev  ## lint and types only
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

fix: $(VENV)/.installed-dev  ## format and mend what the linter can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

ingest: install  ## bring the index in line with the sources
	@$(BIN)/python ingest.py

# --no-config: what is left out of Chroma (docs/why.md) is needed by some of these.
with-%: extras/%.lock install
	$(call install_lock,$<,--no-config)

with:  ## say what can be added by make with-NAME: providers of chat models and embeddings, charts
	@printf 'make with-%s\n' $(EXTRAS)

$(VENV)/.installed-bench: requirements-bench.lock $(VENV)/.installed
	$(call install_lock,requirements-bench.lock)
	@touch $@

bench: $(VENV)/.installed-bench  ## install the rivals and measure against them
	@$(BIN)/cscc bench

lock: $(VENV)/bin/uv  ## write the locks anew from pyproject.toml
	@$(BIN)/uv pip compile --quiet pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements.lock
	@$(BIN)/uv pip compile --quiet pyproject.toml --group build --group dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c requirements.lock -o requirements-dev.lock
	@$(BIN)/uv pip compile --quiet pyproject.toml --group bench --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c requirements.lock -c requirements-dev.lock -o requirements-bench.lock
	@echo uv | $(BIN)/uv pip compile --quiet - --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements-uv.lock
	@$(BIN)/python -c 'import tomllib; [print(name, *wanted) for name, wanted in tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"].items()]' | \
	  while read -r name wanted; do echo "$$wanted" | tr ' ' '\n' | \
	    $(BIN)/uv pip compile --no-config --quiet - --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -c requirements.lock -o "extras/$$name.lock"; done

clean:  ## remove .venv and caches (var/ and its data stay)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
