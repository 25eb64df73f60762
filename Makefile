# One command each; every target does its own set-up. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
AREA := build/makuhari

.PHONY: help setup run kernels test check lint types contracts bench api-types lock clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

WEB := $(shell find web -type f -not -path "*/node_modules/*" 2>/dev/null)

$(VENV)/.ready: pyproject.toml constraints.txt hatch_build.py scripts/setup.sh $(WEB)
	@bash scripts/setup.sh "$(PYTHON)" "$(VENV)"
	@touch $@

setup: $(VENV)/.ready  ## make .venv with everything in it, the page included

run: setup  ## build the sample area and serve it on http://127.0.0.1:8000
	@$(BIN)/maas serve --area $(AREA) --build areas/makuhari --port $(PORT)

kernels: setup  # compiled here, not in tests
	@$(BIN)/maas area build $(AREA) --area areas/makuhari --if-stale

test: kernels  ## all tests, against real servers and a real browser
	@bash scripts/system-packages.sh $(VENV)
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder --durations 40

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: setup
	@$(BIN)/mypy

contracts: setup
	@$(BIN)/lint-imports

check: setup  ## exactly what CI runs
	@$(MAKE) --no-print-directory --jobs 2 lint types contracts kernels
	@$(MAKE) --no-print-directory test

bench: setup  ## measure, side by side with peers; writes benchmarks/results/*.md
	@$(BIN)/python -m benchmarks

api-types: setup  ## generate the page's types from the API
	@$(BIN)/python scripts/openapi.py > web/openapi.json
	@cd web && npm run --silent api:types -- openapi.json -o src/lib/api/schema.d.ts

lock:  ## write constraints.txt anew from pyproject.toml
	@(echo "# Exact versions that the tests have passed with; make lock writes it anew."; \
	$(BIN)/uv pip compile --quiet --no-header --no-annotate --universal --python-version 3.11 \
	pyproject.toml --group dev --group peers) > constraints.txt

clean:  ## remove what was built, not .venv
	rm -rf build dist maas/web_static
