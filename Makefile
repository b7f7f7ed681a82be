# `make demo` shows the booth at work, `make test` passes all tests; each sets up what it needs.
PYTHON := .venv/bin/python
# A window where there is a display; else the day plays itself and leaves pictures.
DEMO_ARGS ?= $(if $(DISPLAY)$(WAYLAND_DISPLAY),,--shots out/demo)
SHOTS ?= out/shots

.PHONY: help setup demo test lint bench nightly bundle shots format
help:
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | sort

setup: ## build .venv/ and install system libraries
	@bash tools/setup.sh

demo: setup ## a throw-away booth with an embedded office
	@$(PYTHON) -m kiosk_app demo $(DEMO_ARGS)

test: setup ## all tests, and full branch coverage of the rules
	@$(PYTHON) -m pytest -n auto --dist worksteal --cov=kiosk_app/booth --cov-branch --cov-fail-under=100

lint: setup ## everything that reads code
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports --no-logo
	$(PYTHON) tools/check_strings.py
	$(PYTHON) tools/check_tokens.py
	$(PYTHON) tools/check_tree.py

format: setup ## put code into its standard form
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

bench: setup ## the figures of the README
	@$(PYTHON) -m bench

nightly: setup ## the long runs
	@$(PYTHON) -m pytest -n auto --dist worksteal -m "nightly or not nightly" --timeout 3600

bundle: setup ## a PyInstaller folder of the booth, tried out
	@bash build_spec/bundle.sh

shots: setup ## a picture of every screen in every language
	@$(PYTHON) -m tests.shots --out $(SHOTS)
