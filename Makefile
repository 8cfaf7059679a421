# Everything a developer does here. `make` alone prints this help.
PYTHON ?= python3
BIN := .venv/bin
BOOTSTRAP := $(PYTHON) -m tools.bootstrap
PACKAGES := agent assistants prewarm playground sandbox bench evals tools voice_agent_env

.DEFAULT_GOAL := help
.PHONY: help install run test demo assistant prewarm keys check browser-test bench budget eval audit pythons upgrade-check reference lock fix clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: ## make .venv ready and install what the system lacks
	@$(BOOTSTRAP) install

run: ## bring everything up and talk in the browser
	@$(BOOTSTRAP) run
	@exec $(BIN)/python -m sandbox up --end-with-parent

demo: ## bring everything up, make one scripted call, print its timing
	@$(BOOTSTRAP) demo
	@exec $(BIN)/python -m sandbox demo --end-with-parent

assistant: ## write a new assistant: make assistant NAME=shop
	@$(PYTHON) -m tools.new_assistant $(NAME)

prewarm: ## speak what the agent often says ahead of all calls, and a page to hear it
	@$(BOOTSTRAP) prewarm
	@$(BIN)/python agent.py phrases build $(ARGS)

keys: ## write a key pair for the LiveKit server of compose.yaml into .env, unless it has one
	@$(PYTHON) -m tools.keys

# Two runs: what hears and speaks in real time has the machine for itself. 5 is "none selected" by ARGS.
test: ## run the tests; TESTS=assistants/shop: those of a folder
	@$(BOOTSTRAP) test
	@$(BIN)/python -m pytest $(or $(TESTS),tests assistants) --ignore=tests/browser -m "not real_time" -n 2 --dist worksteal $(ARGS) || [ $$? = 5 ]
	@$(BIN)/python -m pytest $(or $(TESTS),tests/e2e tests/sandbox/caller tests/image assistants) -m real_time $(ARGS) || [ $$? = 5 ]

browser-test: ## run the tests of the page in a headless Chromium
	@$(BOOTSTRAP) browser-test
	@$(BIN)/python -m pytest tests/browser $(ARGS)

bench: ## measure the TTS plugin beside its peers (about 10 minutes)
	@$(BOOTSTRAP) test
	@$(BIN)/python -m bench tts $(ARGS)

budget: ## hold calls against stand-ins to the limits of each stage (about 5 minutes)
	@$(BOOTSTRAP) test
	@$(BIN)/python -m bench budget $(ARGS)

eval: ## have simulated callers call an assistant, and judge the calls: ASSISTANT=clinic
	@$(BOOTSTRAP) eval
	@$(BIN)/python -m evals $(or $(ASSISTANT),clinic) $(ARGS)

check: ## lint, formatting, types and architecture
	@$(BOOTSTRAP) check
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy $(PACKAGES) && $(BIN)/mypy -p livekit.plugins.sarvam_pooled
	@$(BIN)/lint-imports --no-logo --cache-dir .cache/import-linter

audit: ## ask OSV for known vulnerabilities of everything that is locked
	@$(PYTHON) -m tools.audit

pythons: ## run the tests on every other supported Python of this machine
	@tools/pythons.sh $(ARGS)

upgrade-check: ## test the newest LiveKit in an environment of its own
	@$(PYTHON) -m tools.upgrade_check

fix: ## let ruff repair and format what it can
	@$(BOOTSTRAP) check
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

reference: ## write docs/configuration.md and .env.example from the settings
	@$(BOOTSTRAP) check
	@$(BIN)/python -m tools.reference

lock: ## renew the locked requirements from pyproject.toml
	@tools/lock.sh $(ARGS)

clean: ## delete everything that was installed, built or cached here
	@rm -rf .venv .cache playground/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
