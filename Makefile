# What the README promises, and what CI runs. `make demo` and `make test` need Debian (or the like), make and Python >= 3.11;
# everything else they fetch themselves, into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STORE ?= store

.PHONY: screenshots demo test lint format bench lock generate docs browser servers clean

demo: $(VENV)/installed.stamp
	$(BIN)/kg demo --store $(STORE)

test: $(VENV)/dev.stamp browser servers
	$(BIN)/pytest
	$(BIN)/pytest --nbmake notebooks

lint: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python ontology/generate.py --check

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# One table; GROWTH="1000 10000 100000" measures growth further, CLUSTER="1000 10000 100000" that on a cluster of four workers
# (kept only then). Each package beside which ours is measured has an environment of its own;
# one that does not install is named in the table.
bench: $(VENV)/dev.stamp browser build/peers/stamp
	$(BIN)/python -m tests.benchmarks $(if $(GROWTH),--growth $(GROWTH))
	$(BIN)/python -m tests.benchmarks.formats
	$(BIN)/python -m tests.benchmarks.page
	$(BIN)/python -m tests.benchmarks.serving
	$(BIN)/python -m tests.benchmarks.cluster --documents $(or $(CLUSTER),1000 --no-save)

build/peers/stamp: tests/benchmarks/peers.txt | $(BIN)/python
	grep -v '^#' $< | while read name packages; do $(PYTHON) -m venv build/peers/$$name \
	  && build/peers/$$name/bin/pip install --quiet --disable-pip-version-check $$packages || rm -rf build/peers/$$name; done
	touch $@

generate: $(VENV)/dev.stamp
	$(BIN)/python ontology/generate.py

# The documentation: docs/index.html, with the notebooks as they run and the page of the ontology.
docs: $(VENV)/dev.stamp
	$(BIN)/python tools/make_docs.py
	$(BIN)/python ontology/page.py

# The pictures of the page in the README, from the shipped corpora.
screenshots: $(VENV)/dev.stamp browser
	$(BIN)/python -m tests.browser.screenshots

# Exact versions with hashes; names no index, so that it works with any. Made in an environment of its own.
lock:
	$(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet --disable-pip-version-check pip-tools
	build/lock/bin/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe --all-extras --no-emit-index-url \
	  --no-emit-find-links --no-emit-trusted-host --no-annotate --no-header --output-file requirements.lock pyproject.toml

# The environment. Debian ships Python without venv: where it is missing, its package is installed.
$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || ./tools/apt-install.sh python3-venv
	$(PYTHON) -m venv $(VENV)

$(VENV)/locked.stamp: requirements.lock | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

$(VENV)/installed.stamp: pyproject.toml $(VENV)/locked.stamp
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/dev.stamp: $(VENV)/installed.stamp
	touch $@

# The page is tested in a real browser; what drives it needs libatomic.
browser:
	command -v chromium >/dev/null || ./tools/apt-install.sh chromium
	/sbin/ldconfig -p | grep -q libatomic.so.1 || ./tools/apt-install.sh libatomic1

# Stores behind an address are tested against Virtuoso, too. The package of its programs alone starts no service.
servers:
	command -v virtuoso-t >/dev/null || ./tools/apt-install.sh virtuoso-opensource-7-bin

clean:
	rm -rf $(VENV) $(STORE) docs who-talks-to-whom.html dist .mypy_cache .ruff_cache .hypothesis .import_linter_cache
