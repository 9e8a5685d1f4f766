# `make up` runs the whole thing, `make test` proves it. `make help` lists the rest.
# Neither asks anything; the first run installs into .venv, the next ones are quick.

HOST ?= 127.0.0.1
PORT ?= 8000
JOBS ?= 2
BIN := .venv/bin

# Quick and narrow first, so that a mistake shows early; a new folder of tests is picked up by itself.
FIRST := tests/unit tests/store tests/cli tests/api
TESTS := $(filter $(FIRST),$(wildcard $(FIRST))) $(filter-out $(FIRST) tests/cases tests/__pycache__,$(patsubst %/,%,$(wildcard tests/*/)))

export PYTHON
.DEFAULT_GOAL := help
.PHONY: help up up-cluster setup setup-test tools test check format docs bench clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  PORT=$(PORT) and HOST=$(HOST) say where \`make up\` serves; PYTHON=... which Python .venv is made with."

up: setup ## check, sync and publish the example journeys, then serve them until Ctrl-C
	@$(BIN)/python .ci/port.py $(HOST) $(PORT)
	@echo "== jcli validate";      $(BIN)/jcli validate
	@echo "== jcli sync --yes";    $(BIN)/jcli sync --yes
	@echo "== jcli publish --all"; $(BIN)/jcli publish --all
	@echo "== jcli serve --dev --port $(PORT)   (Ctrl-C stops it)"
	@trap : INT; $(BIN)/jcli serve --dev --host $(HOST) --port $(PORT) || test $$? -eq 130

up-cluster: setup-test tools ## three Restate nodes, PostgreSQL, two servers, two handlers; loaded and killed (STAY=1: left in peace)
	@$(BIN)/python -m benchmarks.cluster $(if $(STAY),--stay)

setup:
	@.ci/setup

setup-test:
	@.ci/setup test

tools:
	@.ci/tools

test: setup-test tools ## every test, those of the example journeys first
	$(BIN)/jcli test --fail-under 100
	$(BIN)/python -m pytest -q -n $(JOBS) --dist loadfile $(TESTS)

check: setup-test ## format, lint, types, floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup-test ## put the format right, and what the linter can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: setup-test ## write the generated pages and schema/openapi.json anew
	@set -e; for page in $(sort $(wildcard docs/generate_*.py)); do echo "$$page"; $(BIN)/python $$page; done
	$(BIN)/python -m server.openapi > .openapi.json.new && mv .openapi.json.new schema/openapi.json

bench: setup-test ## every benchmark, once through (takes a while)
	$(BIN)/python -m benchmarks.startup
	$(BIN)/python -m benchmarks.validate
	$(BIN)/python -m benchmarks.sync
	$(BIN)/python -m benchmarks.plan
	$(BIN)/python -m benchmarks.api_read
	$(BIN)/python -m benchmarks.ingest
	$(BIN)/python -m benchmarks.ingest_postgres
	$(BIN)/python -m benchmarks.timers
	$(BIN)/python -m benchmarks.backfill
	$(BIN)/python -m benchmarks.api_at_scale
	$(BIN)/python -m benchmarks.engine
	$(BIN)/python -m benchmarks.simulate
	$(BIN)/python -m benchmarks.test_cases
	$(BIN)/python -m benchmarks.ingest_http
	$(BIN)/python -m benchmarks.ingest_postgres
	$(BIN)/python -m benchmarks.footprint
	$(BIN)/python -m benchmarks.ingest_distributed
	$(BIN)/python -m benchmarks.ingest_distributed --scale-out
	$(BIN)/python -m benchmarks.cluster

clean: ## remove .venv, caches and builds; your store in .jcli/ stays
	rm -rf .venv .tools build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
