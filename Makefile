# One way in. `make demo` and `make test` prepare everything they need themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := $(wildcard ../shared/data)
export COSMOPOLIS_DATA ?= $(abspath $(DATA))

.DEFAULT_GOAL := help
.PHONY: help setup demo check test hard bench lock clean

help: ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

setup: $(VENV)/.ready ## an environment in .venv with the locked versions

$(VENV)/.ready: requirements.txt pyproject.toml hatch_build.py
	@if command -v uv >/dev/null 2>&1; then \
	    uv venv --quiet --allow-existing --python $(PYTHON) $(VENV) && \
	    uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.txt && \
	    uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .; \
	else \
	    $(PYTHON) -m venv $(VENV) && \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt && \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .; \
	fi
	@$(BIN)/python -c "from cosmopolis.neighbourhoods.kernels import compile_kernels; compile_kernels()"
	@touch $@

words: setup
	@$(BIN)/python -m cosmopolis.language

demo: words ## write the example city, build its profile, show it in the browser
	$(BIN)/cosmopolis example example-city --replace
	$(BIN)/cosmopolis build example-city --out site --state .state
	$(BIN)/cosmopolis serve site

check: words ## format, types, arrows and the fast tests (under two minutes)
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/pytest -m "not slow and not browser and not hard" -n 2

test: words ## everything but the full hostile and crash suites
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	tools/browser.sh
	$(BIN)/pytest -m "not hard" -n 2

hard: words ## the full hostile and crash suites
	$(BIN)/pytest -m hard -n 2

bench: words ## every benchmark, each with its ratio to a peer
	@for program in benchmarks/bench_*.py; do echo "== $$program"; $(BIN)/python $$program; done

lock: ## new locked versions from pyproject.toml
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --extra dev pyproject.toml --output-file requirements.txt

clean: ## delete what was built
	rm -rf $(VENV) site site.releases example-city .state build dist
