# The list of commands. Each does its own set-up: Python 3.11 or newer, git and make are enough.
# ARGS is handed to pytest: make conformance ARGS="-k dns -n 2"

VENV   := .venv
PYTHON := $(VENV)/bin/python
READY  := $(VENV)/.ready
ARGS   ?=
# Scenarios mostly wait: two cores carry four workers. WORKERS=0 runs them one after the other.
WORKERS ?= 4
# How many seeds a soak goes through.
SEEDS   ?= 10

# Compiled once, our modules and the assertions that pytest rewrites load two seconds faster.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*\#\# .*/\1/p' Makefile)

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

conformance: $(READY) ## Run every scenario on the simulated cluster
	@$(PYTHON) -m pytest -n $(WORKERS) $(ARGS)

live: $(READY) ## Run every scenario on a live cluster: make live KUBECONFIG=FILE [CONTEXT=NAME]
ifneq ($(origin KUBECONFIG),command line)
	@echo "Name the cluster: make live KUBECONFIG=/path/to/kubeconfig (the environment's KUBECONFIG is not taken by itself)." >&2; exit 4
else
	@$(PYTHON) -m pytest --kubeconfig="$(KUBECONFIG)" $(if $(CONTEXT),--context="$(CONTEXT)") $(ARGS)
endif

plan: $(READY) ## Say what a run would do, and do nothing: make plan [KUBECONFIG=FILE] [ARGS="-k dns -n 8"]
ifeq ($(origin KUBECONFIG),command line)
	@$(PYTHON) -m pytest --plan --kubeconfig="$(KUBECONFIG)" $(if $(CONTEXT),--context="$(CONTEXT)") $(ARGS)
else
	@$(PYTHON) -m pytest --plan $(ARGS)
endif

simulate: $(READY) ## Serve the simulated cluster until Ctrl-C and print its kubeconfig
	@$(PYTHON) -m simulation $(ARGS)

nightly: $(READY) ## Run the suite with the memory of nights: make nightly ARGS="--kubeconfig FILE"
	@$(PYTHON) -m pytest -n $(WORKERS) --history history/costs.jsonl $(ARGS)

summary: $(READY) ## Say in one page of Markdown how the last run went
	@$(PYTHON) ci/summary.py build

image: ## Build the runner's image: make image BASE=REPOSITORY@sha256:… [IMAGE=NAME:TAG] [PLATFORMS=linux/arm64]
ifeq ($(findstring @sha256:,$(BASE)),)
	@echo "Name the base by digest, a Python 3.11 or newer: make image BASE=registry.access.redhat.com/ubi9/python-312@sha256:…" >&2; exit 4
else
	@$(if $(shell command -v podman),podman,docker) build --file ci/Containerfile --build-arg BASE="$(BASE)" \
		--platform "$(or $(PLATFORMS),linux/amd64)" --tag "$(or $(IMAGE),flow-conformance:latest)" .
endif

report: $(READY) ## Make build/report/index.html of the last run (needs Node)
	@ci/report.sh $(PYTHON)

test: $(READY) ## Put the suite itself on trial
	@$(PYTHON) -m pytest selftest -n 2 $(ARGS)

check: $(READY) ## Check style, types, layers and prose
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-logo
	@$(PYTHON) -m pytest -q selftest/test_prose.py selftest/test_catalog.py

trial: $(READY) ## Run the suite under every named fault and say who caught it: make trial ARGS="NAME"
	@$(PYTHON) -m selftest.trial $(ARGS)

soak: $(READY) ## Run the suite over SEEDS=10 seeds in rough weather: every verdict must stay
	@$(PYTHON) -m selftest.soak --seeds $(SEEDS) $(ARGS)

mutants: $(READY) ## Make every field and every probe wrong in every way, and say who noticed
	@$(PYTHON) -m selftest.trial.generated $(ARGS)

fuzz: $(READY) ## Try ten thousand inputs against each reader of ours: make fuzz ARGS="--examples 100000"
	@$(PYTHON) -m selftest.fuzz $(ARGS)

restore: $(READY) ## Bring back a FlowCollector that a killed run has borrowed: make restore KUBECONFIG=FILE [FORCE=1]
ifneq ($(origin KUBECONFIG),command line)
	@echo "Name the cluster: make restore KUBECONFIG=/path/to/kubeconfig." >&2; exit 4
else
	@$(PYTHON) -m kit restore --kubeconfig "$(KUBECONFIG)" $(if $(CONTEXT),--context "$(CONTEXT)") $(if $(FORCE),--force)
endif

deltas: $(READY) ## Measure what each feature costs by itself: make deltas [KUBECONFIG=FILE]
ifeq ($(origin KUBECONFIG),command line)
	@$(PYTHON) -m pytest features/feature_costs.feature --deltas --kubeconfig="$(KUBECONFIG)" $(if $(CONTEXT),--context="$(CONTEXT)") $(ARGS)
else
	@$(PYTHON) -m pytest features/feature_costs.feature --deltas $(ARGS)
endif

removal: $(READY) ## Take a FlowCollector of make install away, and look what stays on nodes: make removal KUBECONFIG=FILE
ifneq ($(origin KUBECONFIG),command line)
	@echo "Name the cluster: make removal KUBECONFIG=/path/to/kubeconfig." >&2; exit 4
else
	@$(PYTHON) -m pytest features/removal.feature --removal --allow-privileged --kubeconfig="$(KUBECONFIG)" $(if $(CONTEXT),--context="$(CONTEXT)") $(ARGS)
endif

budget-learn: $(READY) ## Write budgets.learned.yaml from the good runs in history/costs.jsonl
	@$(PYTHON) -m kit budget-learn $(ARGS)

cleanup: $(READY) ## Remove what ended runs left behind: make cleanup KUBECONFIG=FILE [RUN=ID | EXPIRED=1 | ALL=1]
ifneq ($(origin KUBECONFIG),command line)
	@echo "Name the cluster: make cleanup KUBECONFIG=/path/to/kubeconfig." >&2; exit 4
else
	@$(PYTHON) -m kit cleanup --kubeconfig "$(KUBECONFIG)" $(if $(CONTEXT),--context "$(CONTEXT)") \
	  $(if $(RUN),--run "$(RUN)") $(if $(EXPIRED),--expired) $(if $(ALL),--all)
endif

install: $(READY) ## Install what a cluster lacks: make install KUBECONFIG=FILE [ARGS="--storage-class gp3-csi"]
uninstall: $(READY) ## Remove what make install has made: make uninstall KUBECONFIG=FILE
install uninstall:
ifneq ($(origin KUBECONFIG),command line)
	@echo "Name the cluster: make $@ KUBECONFIG=/path/to/kubeconfig." >&2; exit 4
else
	@$(PYTHON) -m kit $@ --kubeconfig "$(KUBECONFIG)" $(if $(CONTEXT),--context "$(CONTEXT)") $(ARGS)
endif

kind-up: $(READY) ## Bring up a kind cluster with all that a run needs (Docker or Podman, kind, kubectl, helm)
	@$(PYTHON) -m kit kind-up $(ARGS)

kind-down: $(READY) ## Remove the kind cluster that make kind-up has made
	@$(PYTHON) -m kit kind-down $(ARGS)

kills: $(READY) ## Kill runs at random moments, restore, clean up, compare: make kills KILLS=100 [SEED=1]
	@$(PYTHON) -m selftest.kills --kills $(or $(KILLS),100) --seed $(or $(SEED),1)

privileges: $(READY) ## Run under exactly a profile's role, every right used: make privileges [PROFILE=core]
	@$(PYTHON) -m selftest.least $(or $(PROFILE),extended) $(ARGS)

bench: $(READY) ## Measure the suite's own time, API calls and Loki queries a scenario
	@$(PYTHON) -m selftest.bench $(ARGS)

images: $(READY) ## List every image to mirror: make images [ARGS="--resolve --format map --registry HOST/PATH"]
	@$(PYTHON) -m kit images $(ARGS)

clean: ## Remove everything that can be made again, except the environment
	@rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt ci/setup.sh
	@ci/setup.sh $(VENV)
