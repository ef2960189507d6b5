# dieval: every target sets up .venv when it is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
JOBS ?= auto
ROOM ?= costs
PEERS := .venv-peers

.DEFAULT_GOAL := help
.PHONY: help setup report test tools campaign mutation check lab bench lock sbom audit docs messages clean

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(READY) ## make .venv with the locked dependencies and dieval itself

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("dieval needs Python 3.11 or newer, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $(READY)

report: $(READY) ## every region's reports and the overview, lv and en, HTML, PDF, Word and XLSX, into reports/
	$(BIN)/dieval report cost_comparison implementation_progress national_overview --out reports

test: $(READY) tools ## the whole test suite
	$(BIN)/pytest -n $(JOBS)

campaign: $(READY) ## the generated tests and the kills at their full counts
	DIEVAL_CAMPAIGN=1 $(BIN)/pytest -n $(JOBS) \
	  tests/inputs/test_same_rows.py tests/inputs/test_fuzz.py \
	  tests/costs/test_properties.py \
	  tests/present/test_turned_plans.py \
	  tests/recompute/test_generated.py tests/recompute/test_generated_progress.py \
	  tests/recompute/test_generated_annex.py tests/recompute/test_generated_worth.py \
	  tests/release/test_generated.py \
	  tests/reports/test_kills.py tests/reports/test_nothing_live.py \
	  tests/reports/test_intact.py

# mutmut works in a copy, mutants/; `.venv/bin/mutmut show NAME` shows what a mutant changed.
mutation: $(READY) ## change dieval/costs (or ROOM=release) in small ways; its tests must notice 90 % of them
	rm -rf mutants
	$(BIN)/mutmut run $(if $(filter-out auto,$(JOBS)),--max-children $(JOBS)) 'dieval.$(ROOM).*'
	$(BIN)/mutmut results --all true | grep ' dieval\.$(ROOM)\.' > mutants/results
	grep -v ': killed$$' mutants/results || true
	awk -F '[ .:]+' -v least=90 ' \
	  { all[$$4]++; if ($$NF == "killed" || $$NF == "timeout") noticed[$$4]++ } \
	  END { for (name in all) { printf "%s %d of %d\n", name, noticed[name], all[name]; \
	                            sum += all[name]; good += noticed[name] } \
	        printf "noticed %.1f %% of %d\n", 100 * good / sum, sum; \
	        exit 100 * good < least * sum }' mutants/results

tools: ## install the browser and the Java that some tests use, where root and apt-get allow it
	@.ci/tools

check: $(READY) ## format, lint, types, layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lab: $(READY) ## open the notebooks in JupyterLab
	$(BIN)/dieval lab

# A place of its own for the peers: no user of dieval needs them.
$(PEERS)/.ready: requirements.lock benchmarks/peers.lock $(READY)
	$(PYTHON) -m venv $(PEERS)
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(PEERS) --require-hashes \
	  --requirement requirements.lock --requirement benchmarks/peers.lock
	$(BIN)/uv pip install --quiet --python $(PEERS) --no-deps --no-build-isolation --editable .
	touch $(PEERS)/.ready

bench: $(PEERS)/.ready tools ## time reports, rendering and simulations, as ratios against peers in the same run
	$(PEERS)/bin/python benchmarks/against_peers.py
	$(PEERS)/bin/python benchmarks/many_units.py
	$(PEERS)/bin/python benchmarks/many_units.py --units 50 500 --rows-in Parquet
	$(PEERS)/bin/python benchmarks/many_rows.py
	$(PEERS)/bin/python benchmarks/many_csv_rows.py
	$(PEERS)/bin/python benchmarks/cluster_workers.py
	$(BIN)/python benchmarks/simulation_against_pictures.py
	$(BIN)/python benchmarks/demand_against_pictures.py
	$(BIN)/python benchmarks/rendering_against_notebook.py
	$(BIN)/python benchmarks/verify_against_making.py

docs: $(READY) ## write docs/data-dictionary.md from the schemas
	$(BIN)/python -c 'from dieval.inputs.dictionary import data_dictionary as text; print(text(), end="")' \
	  > docs/data-dictionary.md

messages: $(READY) ## collect new texts into the Latvian catalogue, to be translated there
	$(BIN)/python -m dieval.present.catalogue

lock: $(READY) ## resolve all dependencies anew into requirements.lock
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	  --quiet --upgrade --output-file requirements.lock

# The same lock gives the same bytes: no time, no serial number.
sbom: $(READY) ## list what is installed, with hashes, as CycloneDX: dist/sbom.cdx.json
	mkdir -p dist
	env -u SOURCE_DATE_EPOCH $(BIN)/cyclonedx-py requirements --pyproject pyproject.toml \
	  --output-reproducible --spec-version 1.6 --output-file dist/sbom.cdx.json requirements.lock

# Needs the network. Ends well only if every package of the lock was looked up.
audit: $(READY) ## look for known vulnerabilities in the locked packages
	$(BIN)/python .ci/audit_packages.py requirements.lock

clean: ## remove what can be made again
	rm -rf $(VENV) $(PEERS) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache mutants
