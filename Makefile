# Two commands for a fresh machine: `make demo` and `make test`. Each creates what it needs.
PYTHON ?= python3
SPINNINGUP ?= ../spinningup
# the release that stands for a clone in the demo: the index has no SpinningUp
RELEASE := stable_baselines3==2.9.2
DEMO := build/demo
VENV := .venv
PY := $(VENV)/bin/python
# files go side by side, tests do not: a file's tests share what is dear (a browser, an environment)
WORKERS := auto
PYTEST := $(PY) -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadfile
# what tests write is small, and synced file by file: in memory, where a gigabyte is free, nothing is waited for
FREE := $(shell test -w /dev/shm && df -Pk /dev/shm | awk 'NR == 2 { print $$4 }')
IN_MEMORY := $(shell test "0$(FREE)" -gt 1000000 && echo PYTEST_DEBUG_TEMPROOT=/dev/shm)
export SPINNINGUP

.PHONY: help setup demo demo-spinningup drift lint flake8 mypy test test-slow environments test-training bench pictures clean
help:
	@echo 'make demo            install into Stable-Baselines3, train it, show the stored runs, take it out again'
	@echo 'make demo-spinningup the same with your clone, $(SPINNINGUP)'
	@echo 'make test            hermetic tests, one environment, some minutes'
	@echo 'make test-slow       the same with every case of their matrices, ten minutes'
	@echo 'make test-training   real frameworks and clients, an environment each, built on first use'
	@echo 'make environments    build the environments of test-training now'
	@echo 'make drift           try every patch on the newest release and on upstream, for whoever maintains the patches'
	@echo 'make bench           what it costs beside what other trackers cost: tables, build/bench.json, a plot (EFFORT=--quick)'
	@echo 'make pictures        train and draw what the READMEs show'
	@echo 'make setup           $(VENV) with what the scripts and the tests need'
	@echo 'make clean           remove $(VENV) and what tests leave'

setup: $(VENV)/complete

# setup.cfg is the one place for dependencies. They are all that is wanted of this installation: the scripts are run from
# here, so that the copy of them is taken out again, which would grow old.
INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check
TAKE_COPY_OUT := $(PY) -m pip uninstall --quiet --disable-pip-version-check --yes neptune-rl-logging

$(VENV)/complete: setup.cfg
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 9) and "needs Python 3.9 or newer: make PYTHON=python3.11 setup")'
	@$(PY) -m pip --version > /dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo 'setting up $(VENV) (once, a minute) ...'
	@$(INSTALL) '.[test,report,paper,watch]' && $(TAKE_COPY_OUT)
	@touch $@
	@echo 'done: $(PY) scripts/COMMAND.py runs the commands that README.md describes'

demo: setup
	@training=$$($(PY) tests/environment.py stable-baselines3) && release=$$($(PY) tests/releases.py $(RELEASE)) && \
		rm -rf $(DEMO) && mkdir -p $(DEMO) && cp -R "$$release" $(DEMO)/checkout && \
		$(PY) scripts/demo.py stable_baselines3 $(DEMO)/checkout --python $$training

demo-spinningup: setup
	@test -d $(SPINNINGUP)/spinup || { echo 'it needs a clone: git clone https://github.com/openai/spinningup $(SPINNINGUP)' >&2; exit 1; }
	@training=$$($(PY) tests/environment.py spinningup-py311) && rm -rf $(DEMO)-spinningup && \
		$(PY) scripts/demo.py spinningup $(SPINNINGUP) --python $$training --output $(DEMO)-spinningup/runs

drift: setup
	@$(PY) scripts/drift.py

lint: setup
	@$(MAKE) --no-print-directory -j 2 flake8 mypy

flake8:
	@$(PY) -m flake8 patches vendored scripts tests

mypy:
	@$(PY) -m mypy
	@$(PY) -m mypy -p neptune_writer --python-version 3.10

test: lint
	@$(PY) tests/browser.py
	@$(IN_MEMORY) $(PYTEST) -m 'not training and not slow'

test-slow: setup
	@$(PY) tests/browser.py
	@$(IN_MEMORY) $(PYTEST) -m 'slow and not training'

environments: setup
	@$(PY) tests/environment.py --all

# conftest.py says what begins first, and what runs one behind the other
test-training: setup
	@$(PY) tests/browser.py
	@$(PYTEST) --no-loadscope-reorder -m training

$(VENV)/bench: $(VENV)/complete
	@$(INSTALL) '.[bench]' && $(TAKE_COPY_OUT)
	@touch $@

bench: $(VENV)/bench
	@$(PY) tests/benchmarks $(EFFORT)

pictures: setup
	@$(PY) tests/pictures

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .hypothesis
	find patches scripts tests vendored -name __pycache__ -prune -exec rm -rf {} +
