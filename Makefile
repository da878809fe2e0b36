# Commands that set up what they need. `make help` lists them.
#
# Everything runs from .venv, created here, or from the conda environment of environment.yml if it is active.
ifeq ($(CONDA_DEFAULT_ENV),csat-analysis)
BIN := $(CONDA_PREFIX)/bin
READY := $(CONDA_PREFIX)/.csat-ready
else
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.csat-ready
endif

# For .gitattributes: outputs, and what JupyterLab notes about Python, are no changes of the notebooks.
STRIP = $(BIN)/nbstripout --keep-id --extra-keys 'metadata.papermill cell.metadata.papermill metadata.language_info'

# Many tests wait for a server or a process, so there are more workers than the two processors of CI.
# Each starts two seconds sooner without the plugin nbval; the test of notebooks starts it itself.
WORKERS ?= 4
PYTEST = $(BIN)/python -m pytest -p no:nbval

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast reliability fuzz spark lab lint docs format lock clean

help:  ## list these commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/'

demo: $(READY)  ## pull a synthetic account and write demo/weekly_report.html
	@$(BIN)/csat demo

test: $(READY)  ## run all tests, the slow ones in their short form
	@$(PYTEST) --numprocesses $(WORKERS) --dist loadscope --no-loadscope-reorder

test-fast: $(READY)  ## run the quick tests, in under two minutes
	@$(PYTEST) --numprocesses $(WORKERS) --dist loadscope --no-loadscope-reorder -m "not slow"

reliability: $(READY)  ## run the long tests; kill pulls, publications, backups, restores and erasures, and compare the tables
	@$(PYTEST) --numprocesses auto --dist loadscope --long --kills 100 -m long \
	    && $(BIN)/python -m pytest tests/sync/killed tests/history/test_publish_killed.py --numprocesses auto --kills 100

fuzz: $(READY)  ## run 150 fuzzed pulls and send 20,000 mutated responses to the client (about 10 minutes)
	@$(BIN)/python -m pytest tests/sync/test_fuzz_pulls.py tests/zendesk/test_fuzz.py \
	    --fuzz-pulls 150 --fuzz-cases 20000

spark: $(READY)  ## add Spark to the environment, for its tests (Java is needed as well)
	@VIRTUAL_ENV=.venv .venv/bin/uv pip install --quiet --constraint requirements.lock --editable '.[spark]'

lab: $(READY)  ## JupyterLab on the demo history, with copies of the notebooks
	@$(BIN)/csat lab --demo

lint: $(READY)  ## check style, types and layers; print the lines of code per package
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/lint-imports --no-logo
	@$(BIN)/python benchmarks/code_size.py

docs: $(READY)  ## build the documentation site in build/docs; open build/docs/index.html
	@$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going docs build/docs

format: $(READY)  ## format the code and strip the notebooks
	@$(STRIP) notebooks/*.ipynb
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

lock: $(READY)  ## update requirements.lock, with hashes, from pyproject.toml
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --all-extras \
	    --no-header --no-annotate --generate-hashes pyproject.toml --output-file requirements.lock

clean:  ## remove the environment and the demo
	@rm -rf .venv demo

# Debian packages venv separately from python3: say which package is missing.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "csat: $(PYTHON) is older than 3.11: install a newer one, then: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; \
	    echo "csat: $(PYTHON) cannot make an environment. On Debian: sudo apt install python3-venv" >&2; exit 1; }
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9

.venv/.csat-ready: .venv/bin/python requirements.lock pyproject.toml
	@echo "Setting up .venv (about a minute, once)"
	@VIRTUAL_ENV=.venv .venv/bin/uv pip install --quiet --constraint requirements.lock --editable '.[test,docs]'
	@git config filter.strip-outputs.clean "$(STRIP)" 2>/dev/null || true
	@touch $@

# conda installs the libraries; pip installs the package itself and the test tools.
$(CONDA_PREFIX)/.csat-ready: pyproject.toml environment.yml
	@$(BIN)/python -m pip install --quiet --editable '.[test,docs]'
	@git config filter.strip-outputs.clean "$(STRIP)" 2>/dev/null || true
	@touch $@
