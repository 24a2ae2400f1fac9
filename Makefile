# The short words of the course. README.md has every step without make, too.
# PYTHON makes the environment VENV where there is none yet. TESTS is what to test
# (nothing: everything), LAB what else to tell JupyterLab.
PYTHON ?= python3
VENV ?= .venv
TESTS ?=
LAB ?=

BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
FIRST = $(firstword $(sort $(wildcard notebooks/*.ipynb)))

# Small matrices are fastest on one thread.
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: help lab test test-browser notebooks solutions bench clean
.DELETE_ON_ERROR:

help:
	@echo 'make lab         open the first lesson in JupyterLab (installs what it needs)'
	@echo '                 LAB="--no-browser" passes arguments on'
	@echo 'make test        check everything: code, notebooks, links, pictures'
	@echo '                 TESTS=notebooks/05_binary_adder.ipynb checks less'
	@echo 'make test-browser  check the live panels in a real browser'
	@echo '                 KERNEL_VERSIONS="6.31.0 7.0.1" with these ipykernels, too'
	@echo '                 SLACK=3 on a machine that has much else to do'
	@echo 'make notebooks   run every notebook and store its output'
	@echo 'make solutions   make solved copies of the notebooks in solutions/, and run them'
	@echo 'make bench       measure the speed'
	@echo 'make clean       remove the environments and all caches'
	@echo
	@echo 'PYTHON=python3.12 VENV=.venv-3.12 choose the Python and the environment.'

lab: $(VENV)/.learner
	$(BIN)/python -m jupyterlab --ServerApp.root_dir=. \
	  --LabApp.default_url=/lab/tree/$(FIRST) $(LAB)

test: $(VENV)/.developer
	$(BIN)/python -m ruff check .
	$(BIN)/python -m pytest -n 2 --dist loadfile $(TESTS)

test-browser: $(VENV)/.browser
	$(BIN)/python -m pytest -s tests/browser/live_panels.py

notebooks: $(VENV)/.developer
	$(BIN)/python tools/refresh.py

solutions: $(VENV)/.developer
	$(BIN)/python tools/solutions.py

bench: $(VENV)/.learner
	$(BIN)/python tools/bench.py

clean:
	rm -rf .venv .venv-* build *.egg-info .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -name .ipynb_checkpoints -prune -exec rm -rf {} +

# One stamp for each list, so that make installs again when the list changes.
$(VENV)/.learner: requirements.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check -q -r requirements.txt
	@touch $@

$(VENV)/.developer: requirements-dev.txt requirements.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --disable-pip-version-check -q -r requirements-dev.txt
	@touch $(VENV)/.learner $@

# Debian's Chromium, where there is no browser yet and we may install one.
$(VENV)/.browser: $(VENV)/.developer
	$(BIN)/python -m pip install --disable-pip-version-check -q 'playwright>=1.49'
	@command -v chromium chromium-browser google-chrome >/dev/null || \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null ; \
	  then apt-get update -q && apt-get install -y -q --no-install-recommends chromium ; \
	  else echo 'Install Chromium first. On Debian: sudo apt install chromium' >&2 ; \
	  exit 1 ; fi
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	{ echo 'This course needs Python 3.11 or newer, and "$(PYTHON)" is not that.' ; \
	  echo 'Install it, or name one that you have: make lab PYTHON=python3.12' ; \
	  exit 1 ; } >&2
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	{ echo '"$(PYTHON)" cannot make environments: a part of Python is missing.' ; \
	  echo 'On Debian and Ubuntu: sudo apt install python3-venv' ; \
	  exit 1 ; } >&2
	@echo 'Making $(VENV) and filling it: a few minutes, this once.'
	$(PYTHON) -m venv $(VENV)
