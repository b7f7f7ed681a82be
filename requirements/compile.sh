#!/usr/bin/env bash
# Writes the two lock files anew from pyproject.toml: every system, every Python we support, hashes for each file.
set -euo pipefail
cd "$(dirname "$0")/.."
tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
python3 -m venv "$tool" && "$tool/bin/pip" -q install uv
compile() {
    "$tool/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
        --no-emit-index-url --no-emit-find-links "$@" pyproject.toml >/dev/null
}
compile -o requirements/run.lock
compile --extra dev -c requirements/run.lock -o requirements/dev.lock
