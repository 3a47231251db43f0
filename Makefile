# The one door for people, hooks and CI. Everything a target needs, it sets up.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000
ROUNDS ?= 200
SEED ?= 1

.PHONY: help setup run dev web modules wheel test test-python test-web test-peer chaos check fix types screenshots bench pins clean

help: ## What can be made
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

setup: .venv/.app web ## Set everything up; leaves .venv/bin/quoth

run: setup ## Serve on http://127.0.0.1:8000, data in ./var
	QUOTH_DATA_DIR="$${QUOTH_DATA_DIR:-var}" $(BIN)/quoth serve --host $(HOST) --port $(PORT)

dev: .venv/.app modules ## Serve with hot reload of the web chat, on http://127.0.0.1:5173
	trap 'kill 0' EXIT; QUOTH_DATA_DIR="$${QUOTH_DATA_DIR:-var}" $(BIN)/quoth serve --port $(PORT) & \
	scripts/web/run.sh npm run --silent dev -w web

web: .venv/.made ## Build the web chat, if it is missing or stale
	PYTHON=$(BIN)/python scripts/web/build.sh

modules: .venv/.made
	PYTHON=$(BIN)/python scripts/web/modules.sh

wheel: .venv/.made ## Build the package with the web chat in it, into dist/
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir dist .

test: test-python test-web ## Set everything up and pass every test

test-python: .venv/.dev web
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report=
	$(BIN)/python scripts/check_coverage.py

test-web: .venv/.app web
	scripts/web/run.sh npm test --silent
	scripts/web/e2e.sh

test-peer: .venv/.dev ## Hold the answerer against llama.cpp's own Messages API
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --only-binary :all: --target .venv/peer --requirement tests/peer/requirements.txt
	$(BIN)/python -m pytest tests/peer/llama_cpp.py

chaos: .venv/.dev web ## Rounds of random work and random deaths: ROUNDS=200 SEED=1
	PYTHONPATH=. $(BIN)/python -m tests.chaos --rounds $(ROUNDS) --seed $(SEED)

check: .venv/.dev modules ## Lint, types, architecture, drift
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/deptry src
	$(BIN)/python scripts/check_packages.py
	scripts/web/run.sh npm run --silent check
	scripts/web/types.sh --check

types: .venv/.app modules ## Renew openapi.json and the TypeScript client from the server
	scripts/web/types.sh

screenshots: .venv/.app web ## Renew the pictures in docs/images
	scripts/web/screenshots.sh

bench: .venv/.app ## Run the benchmarks
	for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python "$$file"; done

fix: .venv/.dev ## Format and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	scripts/web/run.sh npm run --silent fix

pins: ## Renew requirements/*.txt from pyproject.toml
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-strip-extras --no-header --no-annotate --no-emit-index-url -q pyproject.toml -o requirements/app.txt
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-strip-extras --no-header --no-annotate --no-emit-index-url -q pyproject.toml --group dev -o requirements/dev.txt

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
