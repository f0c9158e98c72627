# Everything works on a machine with Python 3.11 or newer, git and make: `make demo`, `make test`.
# Dependencies are installed from requirements/*.txt, locked with hashes, into .venv.

PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PROJECTS := . $(sort $(patsubst %/,%,$(dir $(wildcard plugins/*/pyproject.toml))))
METADATA := pyproject.toml $(wildcard plugins/*/pyproject.toml)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
EDITABLE := $(PIP) install --no-deps --no-build-isolation $(foreach project,$(PROJECTS),--editable $(project))
PYTEST := $(BIN)/python -m pytest -o cache_dir=.pytest_cache
ON_BOTH := -m "not without_database"
TESTS ?=
BENCH ?=

.DEFAULT_GOAL := help
.PHONY: help demo test test-sqlite test-postgres test-rest lint types layers check schema reference bench lock wheels clean
.DELETE_ON_ERROR:

help: ## Show what can be made
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# In a terminal the demo gets a process group of its own, so that Ctrl-C ends it and not make.
demo: $(VENV)/.runtime ## Serve the demo on http://127.0.0.1:8000/graphql; another port: PORT=8123
	@if [ -t 0 ]; then set -m; fi; $(BIN)/clientgraph demo --port $(PORT); exit $$?

test: test-sqlite test-postgres $(if $(TESTS),,test-rest) ## Run the tests on SQLite; and on PostgreSQL where CLIENTGRAPH_TEST_POSTGRES names a server

test-sqlite: $(VENV)/.dev ## Run the tests on SQLite; some of them: TESTS=tests/contract
	CLIENTGRAPH_TEST_DATABASE=sqlite $(PYTEST)/sqlite $(or $(TESTS),$(ON_BOTH))

test-postgres: $(VENV)/.dev ## Run the tests on the PostgreSQL server that CLIENTGRAPH_TEST_POSTGRES names
ifdef CLIENTGRAPH_TEST_POSTGRES
	CLIENTGRAPH_TEST_DATABASE=postgres $(PYTEST)/postgres $(or $(TESTS),$(ON_BOTH))
else
	@echo "PostgreSQL was left out: CLIENTGRAPH_TEST_POSTGRES names no server."
endif

test-rest: $(VENV)/.dev ## Run the tests of what has nothing to do with the database
	CLIENTGRAPH_TEST_DATABASE=sqlite $(PYTEST)/rest -m without_database $(TESTS)

lint: $(VENV)/.dev ## Check style and formatting
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.dev ## Check types
	$(BIN)/mypy

layers: $(VENV)/.dev ## Check which module may import which
	$(BIN)/lint-imports

check: lint types layers test ## Run all checks

schema: $(VENV)/.dev ## Write schema.graphql from the code
	$(BIN)/clientgraph schema --output schema.graphql

reference: $(VENV)/.dev ## Write docs/reference from the code
	$(BIN)/python tools/reference

wheels: $(VENV)/.dev ## Build the wheels into dist
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist $(foreach project,$(PROJECTS),./$(project))

# Needs two cores, PostgreSQL's programs, Node and npm; docs/performance.md says what is measured.
bench: $(VENV)/.runtime bench/.venv/.installed bench/node_modules/.installed ## Measure beside others, 15 minutes; whether it works: BENCH=--quick
	$(BIN)/python -m bench $(BENCH)

# Needs uv (`pip install uv`). The files hold hashes and no addresses: any index serves.
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --upgrade

lock: ## Lock the newest versions that pyproject.toml allows
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	$(LOCK) pyproject.toml --group build --group plugins --output-file requirements/runtime.txt
	$(LOCK) pyproject.toml --group dev --output-file requirements/dev.txt
	$(LOCK) bench/requirements.in --output-file bench/requirements.txt
	cd bench && npm update --package-lock-only --omit-lockfile-registry-resolved

clean: ## Remove what was built and installed; what the demo keeps in var stays
	rm -rf $(VENV) bench/.venv bench/node_modules dist build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

bench/.venv/.installed: bench/requirements.txt
	@sh tools/make_venv bench/.venv
	@bench/.venv/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --requirement $<
	@touch $@

bench/node_modules/.installed: bench/package.json bench/package-lock.json
	@cd bench && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# Each stamp is made last, so that an install that was cut short is begun anew.
$(VENV)/.python:
	@sh tools/make_venv $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.python requirements/runtime.txt $(METADATA)
	@echo "Installing; this is done once."
	@$(PIP) install --require-hashes --requirement requirements/runtime.txt
	@$(EDITABLE)
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@$(PIP) install --require-hashes --requirement requirements/dev.txt
	@touch $@
