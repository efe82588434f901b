# Two commands on a fresh machine with Python 3.11+: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLE := corpus/samples/云溪县水利局2025年部门预算.pdf

.PHONY: demo review test coverage fuzz mutants check lint generated lock bundle clean

# The demo needs the run-time libraries only, at the versions of the lock; tests need all of it.
$(BIN)/.demo: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "需要 Python 3.11 以上")'
	@echo "正在建立 $(VENV) 并安装运行所需的库（只在第一次，约需一两分钟）……"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock -e .
	@touch $@

$(BIN)/.ready: $(BIN)/.demo
	@echo "正在安装测试和开发用的库……"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@touch $@

demo: $(BIN)/.demo
	$(BIN)/indicators check --exit-zero --format table "$(SAMPLE)"

review: $(BIN)/.ready
	$(BIN)/indicators review "$(SAMPLE)"

test: $(BIN)/.ready
	$(BIN)/python -m pytest -n auto --dist loadfile

# Lines and branches that tests reach in all processes, by package.
coverage: $(BIN)/.ready
	$(BIN)/python -m pytest -n auto --dist loadfile --cov indicators --cov-branch --cov-report term:skip-covered

# Changes one thing in the code at a time and lists the changes that no test notices; COUNT=100 for a night.
COUNT ?= 10
SEED ?= 1
mutants: $(BIN)/.ready
	$(BIN)/python -m bench.mutants --count $(COUNT) --seed $(SEED)

# Damaged and hostile documents; CASES=100000 before a release.
CASES ?= 3000
fuzz: $(BIN)/.ready
	$(BIN)/python -m tests.hostile.fuzz --cases $(CASES)

lint: $(BIN)/.ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/vulture
	$(BIN)/bandit --quiet --recursive indicators/review indicators/store indicators/cli/reviewing.py

generated: $(BIN)/.ready
	$(BIN)/python -m bench.generated --check

check: test lint generated

lock:
	$(BIN)/pip-compile --quiet --strip-extras --all-extras --no-emit-index-url --no-emit-find-links --allow-unsafe --no-emit-trusted-host --output-file requirements.lock pyproject.toml

# dist/indicators-VERSION-win-amd64.zip for machines without network; needs the package index, and some minutes.
# PYTHON_WINDOWS=python.3.11.9.nupkg puts Python itself in.
bundle: $(BIN)/.ready
	$(BIN)/python -m bench.bundle $(if $(PYTHON_WINDOWS),--python "$(PYTHON_WINDOWS)")

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .coverage*
