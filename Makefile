# The commands that also set up what they need. `make help` lists them.
#
# Everything runs from .venv, made here; inside the conda environment of environment.yml, from that.
ifeq ($(CONDA_DEFAULT_ENV),csat-analysis)
BIN := $(CONDA_PREFIX)/bin
READY := $(CONDA_PREFIX)/.csat-ready
else
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.csat-ready
endif

.DEFAULT_GOAL := help
.PHONY: help demo test lab lint lock clean

help:  ## list these commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

demo: $(READY)  ## a synthetic Zendesk in, a weekly report out: demo/weekly_report.html
	@$(BIN)/csat demo

test: $(READY)  ## run all tests
	@$(BIN)/python -m pytest --numprocesses auto --dist loadscope

lab: $(READY)  ## JupyterLab on the demo history
	@test -f demo/csat.duckdb || $(BIN)/csat demo
	@CSAT_DATABASE=$(CURDIR)/demo/csat.duckdb $(BIN)/jupyter lab notebooks

lint: $(READY)  ## format and check the code, strip the notebooks
	@$(BIN)/nbstripout --keep-id --extra-keys "metadata.papermill cell.metadata.papermill" notebooks/*.ipynb
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix . && $(BIN)/mypy && $(BIN)/lint-imports --no-logo

lock: $(READY)  ## resolve pyproject.toml anew into requirements.lock
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --extra test \
	    --no-header --no-annotate pyproject.toml --output-file requirements.lock

clean:  ## remove the environment and the demo
	@rm -rf .venv demo

# Debian splits venv from python3; without it the traceback would not say what to install.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "csat: $(PYTHON) is older than 3.11: install a newer one, then: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; \
	    echo "csat: $(PYTHON) cannot make an environment. On Debian: sudo apt install python3-venv" >&2; exit 1; }
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check uv==0.13.9

.venv/.csat-ready: .venv/bin/python requirements.lock pyproject.toml
	@echo "Setting up .venv (about a minute, once)"
	@VIRTUAL_ENV=.venv .venv/bin/uv pip install --quiet --requirement requirements.lock --editable '.[test]'
	@touch $@

# conda brings the libraries; only the package itself and the test tools come by pip.
$(CONDA_PREFIX)/.csat-ready: pyproject.toml environment.yml
	@$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@
