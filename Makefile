# What one can do in this checkout, each with one command. `make help` lists them.
# Only Python 3.11 or newer and make have to be on the machine; everything else comes from locked requirements.

PYTHON = python3.11
VENV = .venv
RUN = $(VENV)/bin/python
PIP = $(RUN) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --only-binary :all:
ARGS =

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help serve demo sim explain bench bench-full bench-job bench-orders bench-ledger bench-money bench-reconciliation bench-rights confirmations crash machine env env-dev page test check lint types floors true lock-is-true format schema docs forms audit migrate verify lock clean

help: ## list what one can do here
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

serve: env page ## start everything on this machine and print where it is; Ctrl-C ends it
	@$(RUN) -m api serve $(ARGS)

demo: env ## play every kind of order and every flow of money for three cities against a fresh database; leaves its papers in demo-out
	@$(RUN) -m api demo $(ARGS)

verify: env ## check the books: what is due, booked and kept has to agree
	@$(RUN) -m api verify $(ARGS)

sim: env ## play the cities' transaction systems and banks on this machine, with faults to inject; ARGS="--port 8100"
	@$(RUN) -m api sim $(ARGS)

explain: env ## show how a query is answered; ARGS="query.graphql --city 440700 --login qiaodu --analyze"
	@$(RUN) -m api explain $(ARGS)

bench: env ## measure the graph beside hand-written SQL and beside its peers, in about three minutes (Linux)
	@$(RUN) -m bench $(ARGS)

bench-full: env ## the same with longer turns, more of them, and the tables put into docs/bench.md
	@$(RUN) -m bench --full --into-docs $(ARGS)

bench-job: env ## time the main job with estates of 2,000 and 20,000 units over HTTP
	@$(RUN) -m bench.main_job

bench-orders: env ## time large orders and 200 that meet, in about three minutes; ARGS=--into-docs
	@$(RUN) -m bench.orders $(ARGS)

bench-reconciliation: env ## time the matching of a bank's statement of 10,000 lines
	@$(RUN) -m bench.reconciliation

bench-ledger: env ## time the check of the books over a million entries, and the seals of their days
	@$(RUN) -m bench.ledger

bench-money: env ## time notices, prints, confirmations and receipts of up to 5,000 lines; ARGS=--into-docs
	@$(RUN) -m bench.money $(ARGS)

bench-rights: env ## time decisions on rights beside a million grants, in about three minutes (Linux); ARGS=--into-docs
	@$(RUN) -m bench.rights $(ARGS)

migrate: env ## bring the database to the present shape (serve does it by itself)
	@$(RUN) -m api migrate $(ARGS)

test: env-dev ## run the tests; ARGS="tests/db -k socket" runs some
	@$(RUN) -m pytest -n auto $(ARGS)

check: lock-is-true lint floors true types test ## everything the build server checks, the quick things first

lint: env-dev ## look for mistakes and for files not yet formatted
	@$(RUN) -m ruff check
	@$(RUN) -m ruff format --check

types: env-dev ## check the types
	@$(VENV)/bin/basedpyright --warnings

floors: env-dev ## check that imports go straight down only
	@$(VENV)/bin/lint-imports

format: env-dev ## format the code and mend what can be mended
	@$(RUN) -m ruff check --fix-only --quiet
	@$(RUN) -m ruff format

true: env-dev ## check that the written schema and the generated pages are what the code says
	@$(RUN) -m api schema --check
	@$(RUN) -m api docs --check

schema: env ## write what clients see to schema/schema.graphql
	@$(RUN) -m api schema

docs: env ## write the pages of docs that follow from declarations
	@$(RUN) -m api docs

confirmations: env-dev ## let a bank confirm 20,000 payments over a line that breaks; ARGS="--sends 2000 --seed 7"
	@$(RUN) -m tests.confirmations $(ARGS)

crash: env-dev ## kill servers and database 20 times under load, in about five minutes (Linux); ARGS="--kills 40 --seed 7"
	@$(RUN) -m tests.crash $(ARGS)

machine: env-dev ## play random sequences of orders for longer; ARGS="--sequences 1000 --length 60 --seed 7"
	@$(RUN) -m tests.machine $(ARGS)

audit: env-dev ## ask the GraphQL-over-HTTP audit what it says of the HTTP face (fetches it, once)
	@$(RUN) -m tests.api.audit

forms: env ## print a sample of every form to docs/forms
	@$(RUN) -m api forms

env: $(VENV)/.serve ## make what serve needs, if the lock has changed
env-dev: $(VENV)/.dev ## make what the checks need as well

page: .page/.made ## fetch the page for trying queries, once; the server starts without it, too
.page/.made: api/page/package-lock.json api/page/package.json | env
	@{ $(RUN) -m api.page && touch $@; } || echo 'The page for trying queries is missing; make page tries again.'

# An environment that was cut short, or that another Python made, is made anew.
define make_venv
	@$(RUN) -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  for python in $(PYTHON) python3 python ''; do \
	    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
	  done; \
	  [ -n "$$python" ] || { echo 'Python 3.11 or newer is needed; say where it is: make PYTHON=/path/to/python3.11' >&2; exit 1; }; \
	  rm -rf $(VENV) && "$$python" -m venv $(VENV); }
endef

$(VENV)/.serve: requirements/serve.txt
	$(make_venv)
	@[ -z "$$(find $(VENV)/.dev -newer $< 2>/dev/null)" ] || { touch $@; exit 0; }; \
	  echo 'Installing what the server needs (once) ...' && $(PIP) -r $< && touch $@

$(VENV)/.dev: requirements/dev.txt requirements/serve.txt
	$(make_venv)
	@echo 'Installing what the server and the checks need (once) ...' && $(PIP) -r $< && touch $@ $(VENV)/.serve

# The locks carry a fingerprint of what pyproject.toml asked for when they were made.
FINGERPRINT = import hashlib, tomllib; p = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
  asked = repr([p["requires-python"], p["dependencies"], p["optional-dependencies"]]); \
  print("\# pyproject.toml " + hashlib.sha256(asked.encode()).hexdigest())

lock-is-true: env-dev ## check that the locks are of the present pyproject.toml
	@print=$$($(RUN) -c '$(FINGERPRINT)') && for lock in requirements/serve.txt requirements/dev.txt; do \
	  grep -qxF "$$print" $$lock || { echo "$$lock is older than pyproject.toml; run: make lock" >&2; exit 1; }; done

lock: env ## lock the requirements after a change of pyproject.toml; ARGS=--upgrade takes newer ones
	@place=$$(mktemp -d) && trap 'rm -rf "$$place"' EXIT && $(RUN) -m venv "$$place" && \
	"$$place/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: uv && \
	for name in serve dev; do \
	  extras='--extra page'; [ $$name = serve ] || extras="$$extras --extra dev"; \
	  "$$place/bin/uv" pip compile pyproject.toml $$extras $(ARGS) --universal --python-version 3.11 \
	    --generate-hashes --only-binary :all: --no-emit-index-url --no-emit-find-links \
	    --custom-compile-command 'make lock' --output-file requirements/$$name.txt >/dev/null || exit 1; \
	  $(RUN) -c '$(FINGERPRINT)' >> requirements/$$name.txt; \
	done

clean: ## remove what was made, but not the database
	rm -rf $(VENV) .page .bench bench-out .pytest_cache .ruff_cache .hypothesis .import_linter_cache demo-out
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
