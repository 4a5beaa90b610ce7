# Works on a machine that has only python3 (3.11 or newer) and make.
PYTHON ?= python3
VENV   ?= .venv
JOBS   ?= 2

ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
STAMP := $(VENV)/.installed
PEERS := $(VENV)/.peers-installed
# Files without a cog block pass through cog unchanged, so every page may be listed.
PAGES := $(wildcard README.md README.zh-CN.md docs/*.md docs/*/*.md)

.DEFAULT_GOAL := help
.PHONY: help demo test lint docs bench clean

help:
	@echo "make demo   the whole campaign on real figures, into demo/"
	@echo "make test   all tests (those that need LibreOffice or Chromium are skipped where these are missing)"
	@echo "make lint   style, types, layers, data files, generated pages"
	@echo "make bench  all benchmarks, into docs/explanation/performance.md (about ten minutes; QUICK=1 for less)"
	@echo "make docs   write the generated pages anew"
	@echo "make clean  remove everything that make made"

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable ".[dev]" --constraint constraints.txt
	@touch $(STAMP)

demo: $(STAMP)
	$(BIN)/xltool demo -o demo --force

# loadfile: tests of one file share a worker, and with it their costly fixtures (LibreOffice, Chromium, a clean environment).
# They begin in the order of tests/conftest.py.
test: $(STAMP)
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/xltool lint
	$(BIN)/cog --check -P $(PAGES)

docs: $(STAMP)
	$(BIN)/cog -r -P $(PAGES)

$(PEERS): $(STAMP)
	$(BIN)/python -m pip install --quiet --editable ".[bench]" --constraint constraints.txt
	@touch $(PEERS)

bench: $(PEERS)
	$(BIN)/python -m benchmarks $(if $(QUICK),--quick)

clean:
	rm -rf $(VENV) demo build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
