# Everything goes through two environments, .venv (the gateway) and .venv-petals (the swarm), and one
# state directory, .sepal. Every target can be interrupted and run again; nothing is done twice.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help up setup test clients lint format lock clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -q
RUNTIME := deploy/gateway/requirements.txt
DEVELOP := deploy/gateway/requirements-dev.txt

help:            ## show this
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/'

up: setup        ## set everything up and run it: gateway, local model, private swarm; Ctrl-C stops all
	@exec $(BIN)/sepal up --state-dir .sepal

setup: .venv/.sepal-runtime ## environments and models only
	@$(BIN)/sepal setup --state-dir .sepal

.venv/.sepal-venv:
	@test -n "$(PYTHON)" || { echo "Sepal needs Python 3.11: install python3.11, or run make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { \
	  echo "Sepal needs Python 3.11 (Petals has no newer wheels); $(PYTHON) is" `"$(PYTHON)" -V` >&2; \
	  echo "install python3.11, or run make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Gateway environment (.venv): creating"
	@"$(PYTHON)" -m venv --clear .venv
	@touch $@

.venv/.sepal-runtime: .venv/.sepal-venv $(RUNTIME) pyproject.toml
	@echo "Gateway environment (.venv): installing `grep -cE '^[a-zA-Z0-9]' $(RUNTIME)` packages, about half a minute"
	@$(BIN)/python -m gateway.setup.pip $(RUNTIME)
	@$(PIP) install --no-deps -e .
	@touch $@

.venv/.sepal-develop: .venv/.sepal-runtime $(DEVELOP)
	@echo "Gateway environment (.venv): installing what the tests need, 1 to 2 minutes, 1 GB"
	@$(BIN)/python -m gateway.setup.pip $(DEVELOP)
	@touch $@

# Two processes share the tests (tests/conftest.py), so that one computes while the other waits for engines; some
# tests alone are run in one.
test: setup .venv/.sepal-develop clients ## set everything up and run all tests (ARGS="-k name" for some)
	@$(BIN)/python -m compileall -q gateway
	@$(BIN)/python -m pytest $(or $(ARGS),-n 2 --dist loadfile --no-loadscope-reorder)

clients: .venv/.sepal-develop ## other people's clients for the tests (Python and Node), about a minute, 1.5 GB
	@$(BIN)/python -m tests.clients.environments

lint: .venv/.sepal-develop ## format check, linter, types
	@$(BIN)/ruff format --check gateway tests
	@$(BIN)/ruff check gateway tests
	@$(BIN)/mypy

format: .venv/.sepal-develop ## format the code
	@$(BIN)/ruff format gateway tests
	@$(BIN)/ruff check --fix gateway tests

clean:           ## remove environments and state (audit trail included)
	rm -rf .venv .venv-petals .venv-clients .sepal deploy/clients/node_modules
