# Each target makes .venv by itself (uv if it is there, else python3 -m venv) and is quick the second time.
# Needs make and Python 3.11 or later, nothing else; written for GNU Make 3.81, which is what macOS has.

PYTHON := .venv/bin/python
STAMP := .venv/installed
ARGS :=

.PHONY: demo test bench bench-network bench-copies fuzz training lint lock chromium

# Archive a small fictional province twice, show what happened, open Datasette; ARGS=--no-serve ends without.
demo: $(STAMP)
	$(PYTHON) -m schedules.cli demo $(ARGS)

# All tests, on all cores, a file at a time; ARGS="tests/pipelines -k locks" runs some of them.
test: $(STAMP) chromium
	$(PYTHON) -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

# Ratios against plain Scrapy and trafilatura, measured side by side (docs/performance.md): first the chain alone, on real
# pages too where NEWSARCHIVE_PAGES names their folder, then the whole pipeline; takes some 12 minutes.
bench: $(STAMP)
	$(PYTHON) tests/benchmarks/chain.py
	$(PYTHON) tests/benchmarks $(ARGS)

# The crawl alone: 200 hosts at once within their delays, CPU a page beside Scrapy's defaults; then runs over 200 sources
# where nothing has changed, with 2,000 to 200,000 known articles. Some 10 minutes.
bench-network: $(STAMP)
	$(PYTHON) tests/benchmarks/network.py
	$(PYTHON) tests/benchmarks/unchanged.py

# How well copies are found, and what looks like them told apart: a labelled set, beside SimHash and datasketch's
# MinHashLSH, and real pages where NEWSARCHIVE_PAGES names their folder (a minute each); then what finding them costs from
# 10,000 articles to 100,000, beside the extraction of pages (real ones where that is set), with
# ARGS="--sizes 1000 10000" to fewer.
bench-copies: $(STAMP)
	$(PYTHON) tests/benchmarks/reprints.py
	@[ -z "$$NEWSARCHIVE_PAGES" ] || $(PYTHON) tests/benchmarks/real_copies.py
	$(PYTHON) tests/benchmarks/copies.py $(ARGS)

# Mutated feeds, sitemaps, pages, robots.txt, addresses, source files and packed bodies against what reads them, a minute
# each; ARGS="--seconds 600 --target feed" is longer, of one. A crash is kept in fuzz-crashes/ with how to replay it.
fuzz: $(STAMP)
	$(PYTHON) tests/fuzz $(ARGS)

# Learn the trees of pipelines/body anew from real pages and what people read as their texts: FOLDER holds
# NAME.warc.gz and NAME.truth.jsonl (tests/training/learn.py says what of). ARGS=--check writes nothing and only says
# how well sites are read that were not learned from. Brings catboost into .venv, which nothing else needs.
FOLDER :=
training: $(STAMP)
	@if [ -z "$(FOLDER)" ]; then \
	  echo "make: of which pages? make training FOLDER=… (NAME.warc.gz and NAME.truth.jsonl)" >&2; exit 2; \
	fi
	@$(PYTHON) -c 'import catboost' 2>/dev/null || { \
	  wanted=$$($(PYTHON) -c 'import tomllib; \
	    print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["training"])') && \
	  echo "make: installing $$wanted into .venv" && \
	  if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(PYTHON) $$wanted; \
	  else $(PYTHON) -m pip install --quiet $$wanted; fi; }
	$(PYTHON) tests/training/learn.py "$(FOLDER)" $(ARGS)

# Style, imports and types, as a change must pass them.
lint: $(STAMP)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

# Pin today's versions of everything, the build backend included (needs uv); commit the result after a `make test`.
lock:
	{ echo '# What the tests ran on, exactly. Made by `make lock`; pyproject.toml holds the bounds that a user gets.'; \
	  printf '%s\n' 'hatchling>=1.27' 'editables>=0.5' | uv pip compile --quiet --upgrade --universal \
	    --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	    --group pyproject.toml:dev pyproject.toml -; } > requirements.lock.new
	mv requirements.lock.new requirements.lock

# The locked versions and the project itself, so that its files can be edited in place. The stamp comes last: an
# interrupted installation is done again.
$(STAMP): pyproject.toml requirements.lock
	@if command -v uv >/dev/null 2>&1; then \
	  echo "make: setting up .venv with uv"; \
	  { [ -x $(PYTHON) ] || uv venv --quiet --python '>=3.11' .venv; } && \
	  uv pip sync --quiet --python $(PYTHON) requirements.lock && \
	  uv pip install --quiet --python $(PYTHON) --no-deps --no-build-isolation --editable .; \
	else \
	  echo "make: setting up .venv with pip; the first time takes a few minutes"; \
	  $(FIND_PYTHON); \
	  { $(PYTHON) -m pip --version >/dev/null 2>&1 || "$$python" -m venv --clear .venv; } && \
	  $(PYTHON) -m pip install --quiet --require-hashes -r requirements.lock && \
	  $(PYTHON) -m pip install --quiet --no-deps --no-build-isolation --editable .; \
	fi
	@touch $@

# Sets $$python, or says what to install. Debian and Ubuntu ship venv without ensurepip, which python3-venv brings.
define FIND_PYTHON
python=; \
for name in python3 python3.14 python3.13 python3.12 python3.11; do \
  if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$name; break; fi; \
done; \
if [ -z "$$python" ]; then \
  echo "make: Python 3.11 or later is needed: apt-get install python3 python3-venv (Debian 12, Ubuntu 24.04" \
    "or later), brew install python (macOS), or uv, which brings its own" >&2; exit 1; \
fi; \
if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
  echo "make: $$python cannot make virtual environments: apt-get install python3-venv" >&2; exit 1; \
fi
endef

# A browser for the tests of the published pages. On Ubuntu its package is a snap, so Playwright's own is the fallback.
chromium: $(STAMP)
	@$(FOUND_CHROMIUM) && exit 0; \
	if [ "$$(id -u)" = 0 ]; then as_root=; elif sudo -n true 2>/dev/null; then as_root="sudo -n"; else as_root=false; fi; \
	if grep -qs '^ID=debian' /etc/os-release && [ "$$as_root" != false ]; then \
	  echo "make: installing chromium for the browser tests"; \
	  $$as_root apt-get update -qq && $$as_root env DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	fi; \
	$(FOUND_CHROMIUM) || $(PYTHON) -m playwright install $$([ "$$as_root" = false ] || echo --with-deps) chromium || \
	echo "make: no browser for the browser tests: apt-get install chromium, or brew install --cask chromium" >&2

# What tests/conftest.py looks for as well.
define FOUND_CHROMIUM
$(PYTHON) tests/chromium.py >/dev/null 2>&1
endef
