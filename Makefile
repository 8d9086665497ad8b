.PHONY: run test lint fmt audit bench clean
.SILENT:

# Python keeps what it has compiled, also where the machine says otherwise: each program of the product starts sooner.
export PYTHONDONTWRITEBYTECODE =

# Settings for tools that only read them; nothing is contacted.
offline = SECRET_KEY=only-for-linters-only-for-linters-only DATABASE_URL=postgresql:///none REDIS_URL=redis:// CELERY_BROKER_URL=redis://
bin = .venv/bin
tools = $(bin)/python -m tests.tools

run:
	sh deploy/bootstrap.sh
	exec $(bin)/python -m typingtrainer.run

# Three tests at once on two cores, as each waits now and then, for a page or a start; the types are looked at meanwhile.
test: .checks
	$(tools) node --test tests/js/*.test.js
	$(MAKE) --no-print-directory --jobs=2 .types .tests

lint: .checks .types

fmt: .dev
	$(bin)/ruff check --fix .
	$(bin)/ruff format .

audit: .dev
	$(bin)/python -m tests.audit

bench: .dev
	chromium="$$($(tools) chromium)" && TYPING_CHROMIUM="$$chromium" $(bin)/python -m bench.page

clean:
	rm -rf .venv .venv-uv node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis var/test

.PHONY: .dev .checks .types .tests
.checks: .dev
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/python -m tests.sizes
	$(bin)/lint-imports
	$(bin)/djlint --lint --quiet templates */templates
	$(tools) eslint .

.types: .dev
	$(offline) $(bin)/mypy .

.tests: .dev
	chromium="$$($(tools) chromium)" && TYPING_CHROMIUM="$$chromium" $(bin)/pytest -p no:randomly -n 3

.dev:
	sh deploy/bootstrap.sh --dev
