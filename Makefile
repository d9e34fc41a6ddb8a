# Everything happens in .venv, which the first target makes; nothing else on the machine is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: build test lint bench generated clean

build: $(READY)  ## builds the statement's graph and answers the first question
	$(BIN)/kg-builder build
	COLUMNS=$${COLUMNS:-150} $(BIN)/kg-builder query accused-authorities --format table

test: $(READY) lint  ## lint, types and all tests
	$(BIN)/pytest -n auto --dist worksteal

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/kg-builder lint --fail-on info

bench: $(READY)
	$(BIN)/python -m benchmarks

generated: $(READY)  ## writes anew what is derived and committed; a test compares it
	$(BIN)/python tools/generate.py

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
