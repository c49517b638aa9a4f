# Lodetrace. `make` lists the targets; everything that is built stays inside this folder.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PY := .venv/bin/python
BROWNIE := scripts/setup/brownie.sh
# one test has at most this many seconds; for Brownie's lane tests/contracts/conftest.py sees to it
PYTEST := $(PY) -m pytest -p no:pytest-brownie --timeout=900
# compiled modules are kept inside this folder: every command starts a second sooner
export PYTHONDONTWRITEBYTECODE :=
export SOLCX_BINARY_PATH := $(CURDIR)/build/solcx

VENV_MADE := .venv/pyvenv.cfg
MAIN_READY := .venv/.ready
DEV_READY := .venv/.dev-ready
BROWNIE_READY := .venv-brownie/.ready
DOCS_READY := .venv-docs/.ready
UV_READY := build/uv/.ready
NODE_READY := node_modules/.ready
SOLC_READY := build/solcx/.ready
CONTRACTS_READY := build/contracts/.ready
OPENAPI_LINTER := tests/lint
OPENAPI_LINTER_READY := $(OPENAPI_LINTER)/node_modules/.ready
EXPLORER := api/explorer
EXPLORER_READY := $(EXPLORER)/dist/index.html
BROWSER := tests/browser
BROWSER_READY := .venv/.browser-ready
AXE_READY := $(BROWSER)/node_modules/.ready
VERIFIER := verifier
VERIFIER_READY := $(VERIFIER)/node_modules/.ready
NODE_VERSIONS := tests/node_versions
NODE_VERSIONS_READY := $(NODE_VERSIONS)/node_modules/.ready

# folders count as well, so that a removed contract compiles anew
CONTRACTS := $(shell find contracts \( -name '*.sol' -o -type d \) 2>/dev/null)
HANDWRITTEN := $(filter-out contracts/generated/%,$(filter %.sol,$(CONTRACTS)))
FAST_TESTS := tests/unit tests/model_tests
CIRCUIT_TESTS := tests/circuits
CONTRACT_TESTS := tests/contracts
E2E_TESTS := tests/stateful tests/e2e
BESU_TESTS := tests/besu

## help: list the targets
help:
	@grep -hE '^## ' $(firstword $(MAKEFILE_LIST)) | sed -E 's/^## ([^:]+): /\1\t/' | expand -t 18

## system: list the Debian packages that are needed; install them where make runs as root
system:
	@scripts/setup/system.sh

## setup: both Python environments, node tools and the Solidity compiler
setup:
	@$(MAKE) --jobs=3 ready $(DEV_READY)

# what the demo needs; tools of tests and checks come beside it, where they are used
ready: $(MAIN_READY) $(BROWNIE_READY) $(NODE_READY) $(SOLC_READY) $(EXPLORER_READY)

# apart from its packages: circuits are compiled while these are being installed
$(VENV_MADE):
	@scripts/setup/environment.sh "$(PYTHON)" .venv

$(UV_READY): requirements/installer.txt | $(VENV_MADE)
	@scripts/setup/uv.sh $(PY)
	@mkdir -p $(@D) && touch $@

# one after the other: an earlier lodetrace owned the programs of the services, and takes them along
$(MAIN_READY): requirements/main.txt pyproject.toml scripts/setup/services/pyproject.toml | $(VENV_MADE) $(UV_READY)
	@scripts/setup/environment.sh "$(PYTHON)" .venv requirements/main.txt
	@for project in . scripts/setup/services; do PYTHONWARNINGS=ignore .venv/bin/pip install \
		--quiet --no-deps --no-build-isolation --editable $$project; done
	@touch $@

$(DEV_READY): requirements/dev.txt $(MAIN_READY)
	@scripts/setup/environment.sh "$(PYTHON)" .venv requirements/dev.txt
	@touch $@

$(DOCS_READY): requirements/docs.txt | $(UV_READY)
	@scripts/setup/environment.sh "$(PYTHON)" .venv-docs requirements/docs.txt
	@touch $@

$(BROWNIE_READY): requirements/brownie.txt | $(UV_READY)
	@scripts/setup/environment.sh "$(PYTHON)" .venv-brownie requirements/brownie.txt
	@touch $@

$(NODE_READY): package.json package-lock.json .npmrc
	@scripts/setup/node.sh
	@touch $@

# py-solc-x comes with Brownie
$(SOLC_READY): scripts/setup/solc.py scripts/setup/solc-wasm.cjs | $(BROWNIE_READY) $(NODE_READY)
	@.venv-brownie/bin/python scripts/setup/solc.py build/solcx
	@touch $@

## explorer: the gateway's page for people, bundled in api/explorer/dist
explorer: $(EXPLORER_READY)

$(EXPLORER_READY): $(shell find $(EXPLORER)/src $(EXPLORER)/messages 2>/dev/null) $(EXPLORER)/build.mjs $(NODE_READY)
	@node $(EXPLORER)/build.mjs

# everything that is installed and compiled, side by side
built:
	@$(MAKE) --jobs=3 ready zk compile

testable:
	@$(MAKE) --jobs=3 ready $(DEV_READY) zk compile

# all of them: by itself Brownie misses a changed struct of an imported interface
## compile: contracts to build/contracts/*.json (ABI, bytecode, source maps)
compile: $(CONTRACTS_READY)

$(CONTRACTS_READY): $(CONTRACTS) brownie-config.yaml $(BROWNIE_READY) $(NODE_READY) $(SOLC_READY)
	@$(BROWNIE) compile --all
	@touch $@

## brownie: any Brownie command, e.g. make brownie ARGS="run scripts/deploy --network embedded"
brownie: $(BROWNIE_READY) $(NODE_READY) $(SOLC_READY)
	@$(BROWNIE) $(ARGS)

## zk: witness programs of the circuits
zk: $(NODE_READY) | $(VENV_MADE)
	@$(PY) -m zk_circuits.build

## demo: the story from mine to car on an embedded chain, or on NETWORK=besu; RESET=1 starts over, SERVE=0 ends without gateway
demo: built
	@$(PY) -m demo $(if $(NETWORK),--network $(NETWORK)) $(if $(filter 1,$(RESET)),--reset) $(if $(filter 0,$(SERVE)),--no-serve)

## test: lint and every lane, two at a time; logs in build/lanes
test: testable $(BROWSER_READY) $(AXE_READY) $(VERIFIER_READY)
	@$(PY) -m scripts.lanes $(MAKE)

# in two parts of about the same time, side by side
QUICK := $(PYTEST) -q -m "not slow and not chain and not brownie"
QUICK_EVIDENCE := $(addprefix tests/unit/,audit chain evidence oracle zk)

## quick: lint of Python and the quick unit tests (no chain, no prover), for the loop while you write
quick: $(DEV_READY) compile explorer
	@$(MAKE) --jobs=2 --output-sync lint-python quick-evidence quick-others

quick-evidence:
	@$(QUICK) $(QUICK_EVIDENCE)

quick-others:
	@$(QUICK) tests/unit $(addprefix --ignore=,$(QUICK_EVIDENCE))

## test-unit: the fast lane, without a deployment
test-unit: testable
	@$(PYTEST) $(FAST_TESTS)
	@$(MAKE) lane-circuits

## test-contracts: contract tests under Brownie; on anvil where it is installed, else on Ganache
LAUNCHED := $(if $(wildcard node_modules/@foundry-rs/anvil-*/bin/anvil),anvil,development)
test-contracts: testable lane-contracts

## test-e2e: real proofs on real chains, the story and its kills
test-e2e: testable
	@$(PYTEST) $(E2E_TESTS)

## test-cases: the handed-over cases of ../shared/cases, on chains of our own
test-cases: testable lane-cases

## test-browser: the explorer in Debian's Chromium: every page, narrow and wide, dark and light
test-browser: testable $(BROWSER_READY) $(AXE_READY) lane-browser

## test-verifier: verify.html in Debian's Chromium
test-verifier: testable $(BROWSER_READY) $(AXE_READY) $(VERIFIER_READY) lane-verifier

# a lock of its own: no other lane needs its 45 MB
$(BROWSER_READY): requirements/browser.txt $(DEV_READY)
	@scripts/setup/environment.sh "$(PYTHON)" .venv requirements/browser.txt
	@touch $@

$(AXE_READY): $(addprefix $(BROWSER)/,package.json package-lock.json .npmrc)
	@cd $(BROWSER) && npm ci --no-progress --loglevel=error
	@touch $@

# The lanes of `make test`, once everything is built. What runs Brownie is marked: it runs alone.
lane-lint: lint-python lint-contracts lint-openapi docs

lane-unit:
	@$(PYTEST) -m "not brownie" $(FAST_TESTS)

lane-circuits:
	@$(PY) -m scripts.lanes.circuits $(PYTEST) $(CIRCUIT_TESTS)

lane-contracts:
	@$(BROWNIE) test $(CONTRACT_TESTS) --network $(or $(NETWORK),$(LAUNCHED))

lane-stateful lane-e2e lane-cases lane-browser lane-verifier: lane-%:
	@$(PYTEST) -m "not brownie" tests/$*

lane-brownie:
	@$(PYTEST) -m brownie tests/unit tests/stateful tests/e2e

# CRASH_SEED=3 goes on with the third 250 of them. Examples are other ones each night.
## test-long: the long lane: coverage, mutants, 100 crashes of the oracle service, 200,000 questions to the gateway, 200,000 packings, 50,000 changed stories and 10,000 thinned-out bundles of an audit, other releases of Node; CRASHES=1000 before a release
test-long: export HYPOTHESIS_PROFILE ?= night
test-long: coverage $(NODE_VERSIONS_READY) $(BROWSER_READY) $(AXE_READY) $(VERIFIER_READY)
	@$(MAKE) mutants JOBS=2
	@CRASHES=$(or $(CRASHES),100) $(PYTEST) --timeout=7200 -s tests/stateful/test_service_crashes.py
	@POSEIDON_INPUTS=10000 FORGERIES=all $(PYTEST) tests/circuits
	@API_CASES=200000 $(PYTEST) --timeout=7200 tests/unit/api/test_described_answers.py
	@CLEAN_YEARS=20 $(PYTEST) --timeout=3600 -s tests/unit/oracle/test_frauds.py
	@PACKING_MUTANTS=200000 AUDIT_FUZZ=50000 $(PYTEST) --timeout=7200 -s tests/unit/audit/test_packing.py tests/unit/audit/test_fuzz.py
	@AUDIT_SUBSETS=10000 $(PYTEST) --timeout=7200 -s tests/unit/audit/subsets
	@$(PYTEST) --timeout=3600 -s $(NODE_VERSIONS)
	@PAGE_LONG=1 PAGE_CHANGES=300 $(PYTEST) --timeout=3600 -s tests/verifier
	@$(MAKE) mutants MUTANTS=contracts

# not a part of `make test-unit`: to watch every line costs minutes
## coverage: branch coverage of the unit lane; fails below the figure in pyproject.toml
coverage: testable
	@$(PY) -m coverage run -m pytest -p no:pytest-brownie --timeout=900 -m "not brownie" $(FAST_TESTS)
	@$(PY) -m coverage report

# a contract's take half a minute each, so they are tried where MUTANTS names them; what is known is
# kept in build/mutants
## mutants: drop one guard after the other, a test has to go red; MUTANTS=lodetrace/audit/replay, JOBS=2
mutants: testable
	@nice -n 10 $(PY) -m tests.mutants --jobs $(or $(JOBS),1) $(MUTANTS)

# not a part of `make test`: no package registry has Besu. It fails where it cannot run.
## test-besu: faults of a real network of four validators; needs BESU_HOME
test-besu: besu-home testable
	@$(PYTEST) --timeout=1800 $(BESU_TESTS)

besu-home:
	@if [ -z "$${BESU_HOME:-}" ]; then \
		printf '%s\n' '' '*** THE LANE OF BESU DID NOT RUN: BESU_HOME is not set. ***' \
			'*** Name the folder of an unpacked Hyperledger Besu (docs/operators.md). ***' ''; exit 1; fi

## lint: ruff, codespell, vulture, mypy, solhint, slither and redocly
lint: $(DEV_READY) lint-python $(if $(CONTRACTS),lint-contracts) lint-openapi

lint-python: $(DEV_READY) lint-dead
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@git ls-files -z | xargs -0 .venv/bin/codespell
	@.venv/bin/mypy

.PHONY: lint-dead
lint-dead: $(DEV_READY)
	@.venv/bin/vulture

lint-contracts: $(DEV_READY) $(NODE_READY) $(SOLC_READY)
	@node_modules/.bin/solhint --disc --noPoster --max-warnings 0 $(HANDWRITTEN)
	@$(PY) scripts/setup/solc_input.py build/solc-input.json
	@.venv/bin/slither build/solc-input.json --compile-force-framework solc-json \
		--solc build/solcx/solc-v0.8.30 --config-file slither.config.json

# a lock of its own: neither the demo nor another lane needs its 15 MB
$(OPENAPI_LINTER_READY): $(addprefix $(OPENAPI_LINTER)/,package.json package-lock.json .npmrc)
	@cd $(OPENAPI_LINTER) && npm ci --no-progress --loglevel=error
	@touch $@

# 370 MB of programs for Linux on x64, which the long lane alone needs
$(NODE_VERSIONS_READY): $(addprefix $(NODE_VERSIONS)/,package.json package-lock.json .npmrc)
	@cd $(NODE_VERSIONS) && npm ci --no-progress --loglevel=error
	@touch $@

## lint-openapi: the description of the gateway's routes, by redocly
lint-openapi: $(MAIN_READY) $(OPENAPI_LINTER_READY)
	@$(PY) -m scripts.lanes.openapi build/openapi.json
	@REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true $(OPENAPI_LINTER)/node_modules/.bin/redocly \
		lint --config $(OPENAPI_LINTER)/redocly.yaml build/openapi.json

## format: rewrite the Python files in the house's format
format: $(DEV_READY)
	@.venv/bin/ruff check --fix-only --quiet .
	@.venv/bin/ruff format .

## bench: benchmarks, a table and build/bench.json
bench: testable
	@$(PY) -m benchmarks

# one minute of it is a part of `make bench`
## bench-load: a gateway at half of its capacity for ten minutes
bench-load: testable
	@$(PY) -m benchmarks.half_capacity

# not a part of `make bench`: it needs a Besu, and says loudly where there is none
## bench-besu: custody on four validators beside bare sending, build/bench-besu.json; needs BESU_HOME
bench-besu: testable
	@$(PY) -m benchmarks.besu

## docs: the pages of docs/ and a reference as a site with search, in build/docs/site
docs: compile $(MAIN_READY) $(DOCS_READY)
	@$(PY) -m scripts.docs build/docs
	@cd build/docs && ../../.venv-docs/bin/zensical build --strict --config-file mkdocs.yml

## dist: the wheels lodetrace and lodetrace-services and the one-file verifier lodetrace-verify.pyz, in build/dist
dist: $(MAIN_READY) $(EXPLORER_READY)
	@$(PY) scripts/setup/dist.py build/dist
	@$(PY) scripts/setup/archive.py build/dist

# a lock of its own: nothing else needs its 17 MB
$(VERIFIER_READY): $(addprefix $(VERIFIER)/,package.json package-lock.json .npmrc)
	@cd $(VERIFIER) && npm ci --no-progress --loglevel=error
	@touch $@

## verifier: the verifier as a page, lodetrace-verifier-VERSION.zip in build/dist, and its SHA-256
verifier: $(MAIN_READY) $(VERIFIER_READY)
	@$(PY) scripts/setup/verifier.py build/dist

## lock: pin all Python packages anew (requirements/*.in to *.txt)
lock: $(DEV_READY)
	@scripts/setup/lock.sh

## clean: stop this clone's chains, remove everything that was built but the environments
clean:
	@scripts/setup/clean.sh

## clean-all: clean, and remove the environments
clean-all: clean
	rm -rf .venv .venv-brownie .venv-docs node_modules $(OPENAPI_LINTER)/node_modules $(NODE_VERSIONS)/node_modules \
		$(BROWSER)/node_modules $(VERIFIER)/node_modules

.PHONY: help system setup ready built testable explorer compile brownie zk demo test quick quick-evidence quick-others test-unit test-contracts \
	test-e2e test-cases test-browser test-verifier test-long coverage mutants test-besu besu-home \
	lane-lint lane-unit lane-circuits lane-contracts lane-stateful lane-e2e lane-cases lane-browser lane-verifier lane-brownie \
	lint lint-python lint-contracts lint-openapi format bench bench-load bench-besu docs dist verifier lock clean clean-all
