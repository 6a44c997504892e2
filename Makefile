# Every target runs from .venv, which `make setup` builds from the locks. Needs POSIX sh and Python.
.POSIX:
.SUFFIXES:
.PHONY: help setup compile web demo screens check lint form types ahead aside browser test \
	coverage soak simulate bench mutate format lock clean

BIN = .venv/bin
ARGS =
TEST_ARGS =

# The Python that finds build/compiled before the sources, in the processes that it starts too.
COMPILED = TRUSTEX_BUILD=compiled PYTHONSAFEPATH=1 \
	PYTHONPATH="$$PWD/build/compiled:$$PWD" $(BIN)/python
MATCHING_TESTS = tests/matching tests/oracles tests/properties/test_auction.py \
	tests/properties/test_book_machine.py tests/properties/test_class_views.py

help: ## print this list
	@echo 'trustex: an exchange for trust shares'
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | \
		while IFS='|' read -r name text; do printf '%-16s%s\n' "$$name" "$$text"; done

setup: ## make .venv with the locked dependencies; done in an instant the second time
	@sh scripts/setup.sh

compile: setup ## make build/compiled, the compiled copy of matching/ that is tested too
	@sh scripts/compile.sh

web: setup ## build the pages that the server gives out; done in an instant the second time
	@sh scripts/web.sh

demo: setup web ## run a demo market on this machine; ARGS="--fresh --seconds 60" and more
	@exec $(BIN)/python -m api.cli demo $(ARGS)

screens: setup web ## photograph every page into docs/screens; ARGS="market product" those alone
	$(BIN)/python -m tests.web.screens $(ARGS)

check: setup lint ## lint, format, types, imports, architecture; of the pages too
	$(BIN)/python -m pytest -q tests/architecture

lint: form types
	@sh scripts/web.sh check

form: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

# All processes that run tests need all of them compiled, as pytest does it: one of them does it
# here, on the core that mypy has left, and not each on a core that the others need. What is wrong
# with a test the run itself will say.
ahead: types
	@PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX="$$PWD/build/bytecode" \
		$(BIN)/python -m pytest -qq --collect-only > /dev/null 2>&1 || true

# What is asked of matching is asked of both builds; of the compiled one here, where 5 says that
# TEST_ARGS leaves none of its tests.
aside: compile
	@sh scripts/web.sh check
	@sh scripts/web.sh test
	$(COMPILED) -m pytest -n 2 --dist worksteal --import-mode=importlib $(TEST_ARGS) \
		$(MATCHING_TESTS) || [ $$? -eq 5 ]

# Asked first: without one, all the rest would run before the first test of the pages fails. Who
# names tests may be asking for others.
browser:
	@[ -n "$(TEST_ARGS)" ] || sh scripts/browser.sh > /dev/null

# mypy has one core for a minute, and so have npm and the compiler: they run side by side.
# The architecture tests run with the others, so that the last line counts every test. Three
# processes for two cores: a third of the time one waits for a browser or a venue of its own.
test: browser form ## everything in check, and all tests; TEST_ARGS="-k word" and more
	@sh scripts/beside.sh $(MAKE) ahead aside
	$(BIN)/python -m pytest -n 3 --dist worksteal $(TEST_ARGS)

coverage: setup ## every branch of matching and of the pure register is taken by a test
	$(BIN)/python -m coverage run --source=matching,registry -m pytest -q tests/matching \
		tests/registry tests/oracles tests/properties
	$(BIN)/python -m coverage report --omit='registry/store/*' --fail-under=100

soak: setup ## the property tests, for long; TEST_ARGS as above
	TRUSTEX_HYPOTHESIS_PROFILE=soak TRUSTEX_SOAK_STEPS=1000000 \
		$(BIN)/python -m pytest -n 2 tests/properties $(TEST_ARGS)

simulate: setup ## the crash simulation, 20,000 cycles
	TRUSTEX_SIMULATION_CYCLES=20000 $(BIN)/python -m pytest -n 2 tests/simulation $(TEST_ARGS)

bench: compile web ## the benchmarks; figures in build/
	@sh scripts/extra.sh bench
	$(BIN)/python -m benchmarks.matching --json build/matching.json $(ARGS)
	$(COMPILED) -m benchmarks.journey --json build/journey.json $(ARGS)
	$(COMPILED) -m benchmarks.register --json build/register.json $(ARGS)
	$(BIN)/python -m benchmarks.rules --json build/rules.json $(ARGS)
	$(BIN)/python -m benchmarks.pages --json build/pages.json $(ARGS)

mutate: setup ## change matching/ in small ways and see that a test notices; ARGS="matching.book*"
	@sh scripts/mutate.sh $(ARGS)

format: setup ## put every file in the house form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The tool that resolves the locks is not among the locked: it gets an environment of its own. What
# an extra needs is locked apart from the rest, without the dependencies of the venue.
RESOLVE = build/lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-header --upgrade
lock: setup ## write the locks anew from pyproject.toml
	$(BIN)/python -m venv build/lock
	build/lock/bin/python -m pip install -qq uv
	{ sed -n '1,/^$$/p' requirements.lock; $(RESOLVE) --extra dev pyproject.toml; } \
		> build/requirements.lock
	mv build/requirements.lock requirements.lock
	sed '/^dependencies = \[/,/^\]/c dependencies = []' pyproject.toml > build/lock/pyproject.toml
	for extra in bench compiler mutate node; do \
		lock=requirements-$$extra.lock; \
		{ sed -n '1,/^$$/p' $$lock; $(RESOLVE) --extra $$extra build/lock/pyproject.toml; } \
			> build/$$lock && mv build/$$lock $$lock || exit 1; \
	done

clean: ## remove .venv, caches and build products; var/ stays
	rm -rf .venv build api/site/built web/node_modules dist *.egg-info .coverage .hypothesis \
		.import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
