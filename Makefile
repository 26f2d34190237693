# What there is to do with a checkout; `make help` lists it. Each target sets up what it needs, once.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
ROOTS := libops screens devices db
CATALOGUE := libops/locale/zh_CN/LC_MESSAGES/libops.po

# What somebody's shell says about Python must not reach into .venv; about language, not into the tests.
unexport PYTHONPATH PYTHONHOME
PYTEST := env -u LANGUAGE LC_ALL=C.UTF-8 $(BIN)/python -m pytest

# The checks of the house that are tests: quick, and without a server.
HOUSE := $(wildcard tests/unit/test_import_hygiene.py tests/unit/test_licences.py tests/unit/test_no_strays.py \
	tests/unit/test_translations.py)

# Another Python than the first that fits: make install PYTHON=/path/to/python3
PYTHON ?=
FIND_PYTHON := sh .ci/find-python $(if $(PYTHON),"$(PYTHON)")

.PHONY: help install run test check bench soak lock messages pictures snapshots tasks clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

install: .venv/installed ## Set up .venv with exactly the locked packages, and libops in it

run: install ## Play a morning at the desk in a sample library, then open the console on it
	@$(BIN)/libops demo

test: install ## Run the tests, on SQLite and on a PostgreSQL of their own
	$(PYTEST) -n 4 --dist worksteal

check: install ## Check style, types, imports, translations and licences: everything but what the program does
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(PYTEST) -q $(HOUSE)

bench: install ## Measure, and write docs/benchmarks.md
	$(BIN)/python -m tests.bench

soak: install ## Run the tests that take minutes
	$(PYTEST) -m soak

# Resolved for all platforms at once, by a tool that is not among the locked ones. Pins that still fit are kept;
# make lock UPGRADE=--upgrade takes the newest.
UPGRADE ?=
lock: ## Resolve the dependencies in pyproject.toml into requirements.lock
	@set -eu; python="$$($(FIND_PYTHON))"; scratch="$$(mktemp -d)"; trap 'rm -rf "$$scratch"' EXIT; \
	"$$python" -m venv "$$scratch"; \
	"$$scratch/bin/python" -m pip install --quiet --disable-pip-version-check uv; \
	"$$scratch/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header $(UPGRADE) --group dev pyproject.toml --output-file requirements.lock

# The list of messages is only a step on the way: the catalogue of each language is what is kept.
messages: install ## Bring the Chinese catalogue up to the messages in the source, and compile it
	@set -eu; scratch="$$(mktemp -d)"; trap 'rm -rf "$$scratch"' EXIT; \
	$(BIN)/pybabel --quiet extract --no-default-keywords --keyword=say --keyword=mark --keyword=fill --keyword=count:1,2 \
		--add-comments=Translators: --add-location=file --project=libops --width=120 \
		--output="$$scratch/libops.pot" $(ROOTS); \
	$(BIN)/pybabel --quiet update --domain=libops --locale=zh_CN --input-file="$$scratch/libops.pot" \
		--output-file=$(CATALOGUE) --init-missing --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
		--width=120; \
	$(BIN)/pybabel compile --domain=libops --directory=libops/locale --statistics

pictures: install ## Draw the pictures of the README from the real console
	$(BIN)/python -m tools.pictures

snapshots: install ## Write the text snapshots of a few screens from the console
	$(BIN)/python -m tests.terminal.snapshots

tasks: install ## Write docs/tasks.md from the plays of the daily tasks
	$(BIN)/python -m tests.terminal.tasks

clean: ## Remove everything that make made
	rm -rf .venv build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find $(wildcard $(ROOTS) tests sample_data) -name __pycache__ -type d -prune -exec rm -rf {} +

# Two marks, each set only after its step has wholly succeeded: an interrupted step is done again from its start.
# Another lock means a new environment, so that nothing stays in it that is no longer locked.
.venv/made: requirements.lock
	@echo "Setting up .venv, once; this can take a minute."
	@set -eu; python="$$($(FIND_PYTHON))"; "$$python" -m venv --clear .venv
	@$(PIP) install --require-hashes --requirement requirements.lock
	@touch $@

.venv/installed: .venv/made pyproject.toml
	@rm -f $@
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
