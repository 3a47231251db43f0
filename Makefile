# The one door for people, hooks and CI. Everything a target needs, it sets up.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000

.PHONY: help setup run dev web test test-python test-web test-e2e test-peer check fix types bench pins clean

help: ## What can be made
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.app web ## Set everything up; leaves .venv/bin/quoth

run: setup ## Serve on http://127.0.0.1:8000, data in ./var
	QUOTH_DATA_DIR="$${QUOTH_DATA_DIR:-var}" $(BIN)/quoth serve --host $(HOST) --port $(PORT)

test: test-python test-web ## Set everything up and pass every test

test-python: .venv/.dev
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=
	$(BIN)/python scripts/check_coverage.py

check: .venv/.dev web-modules ## Lint, types, architecture, drift
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/deptry src
	$(BIN)/python scripts/check_packages.py

fix: .venv/.dev ## Format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

pins: ## Renew requirements/*.txt from pyproject.toml
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-annotate --no-emit-index-url -q pyproject.toml -o requirements/app.txt
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-annotate --no-emit-index-url -q pyproject.toml --group dev -o requirements/dev.txt

.venv/.made:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Quoth needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.app: .venv/.made requirements/app.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/app.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/.dev: .venv/.app requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements/dev.txt
	@touch $@

clean: ## Remove what was made, but not your data
	rm -rf .venv node_modules web/dist web/node_modules clients/typescript/node_modules
