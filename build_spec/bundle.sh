#!/usr/bin/env bash
# Makes dist/kiosk-app/, a folder with the booth and all it needs, and lets it run one practice visit. Safe to run twice:
# what is in dist/ is replaced only by a bundle that has passed its checks.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }
fail() { printf 'bundle: %s\n' "$*" >&2; exit 1; }

[ "$(uname -s)" = Linux ] || fail "the bundle is made on Linux only, so far."
[ -x .venv/bin/python ] || fail "there is no .venv/. Run: make setup"
command -v objdump >/dev/null || fail "objdump is missing, which PyInstaller needs. Run: apt-get install binutils"
mkdir -p build dist
exec 9>build/.lock
flock --nonblock 9 || fail "another 'make bundle' is at work in this folder. Wait until it has ended."

BUILD_TOOLS='altgraph|packaging|pyinstaller|pyinstaller-hooks-contrib|setuptools'
PYTHON=build/venv/bin/python
export PYTHONNOUSERSITE=1 PYTHONHASHSEED=0 PYINSTALLER_CONFIG_DIR="$PWD/build/pyinstaller"
unset PYTHONPATH PYTHONHOME
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH

# The system's Python, where it is new enough: one built for a folder of this machine (pyenv) leaves that folder's name in its
# libraries as a place to search.
base_python() {
    local candidate
    for candidate in /usr/bin/python3 /usr/bin/python3.11 /usr/bin/python3.12 /usr/bin/python3.13; do
        if [ -x "$candidate" ] && "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo .venv/bin/python
}

# An environment of what runs and PyInstaller, nothing else: whatever lies around is drawn into the bundle by optional imports.
environment() {
    local stamp base
    base=$(base_python)
    awk "/^[^ ]/ { wanted = /^($BUILD_TOOLS)==/ } wanted" requirements/dev.lock >build/tools.lock
    stamp=$(cat requirements/run.lock build/tools.lock <("$base" -VV; realpath "$base") | sha256sum | cut -d' ' -f1)
    [ "$(cat build/venv/.stamp 2>/dev/null)" = "$stamp" ] && return
    say "Building build/venv with $("$base" --version): what the booth needs to run, and PyInstaller"
    rm -rf build/venv
    "$base" -m venv build/venv
    "$PYTHON" -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes \
        -r requirements/run.lock -r build/tools.lock
    echo "$stamp" >build/venv/.stamp
}

# Debian's python3 has its library linked in; a frozen program needs it as a file.
python_library() {
    "$PYTHON" -c 'from PyInstaller.depend.bindepend import get_python_library_path as find; find()' 2>/dev/null && return
    local package root=()
    package=$("$PYTHON" -c 'import sys; print("libpython{}.{}".format(*sys.version_info))')
    [ "$(id -u)" -eq 0 ] || root=(sudo -n)
    say "Installing $package"
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null ||
        fail "PyInstaller needs Python's shared library. Ask an administrator to run: apt-get install $package"
}

freeze() {
    say "Freezing (about a minute; what PyInstaller says is in build/pyinstaller.log)"
    rm -rf build/work build/made
    "$PYTHON" -m PyInstaller --noconfirm --distpath build/made --workpath build/work build_spec/booth.spec \
        >build/pyinstaller.log 2>&1 || { tail -n 25 build/pyinstaller.log >&2; fail "PyInstaller failed; see above."; }
}

environment
python_library
freeze
say "Checking"
.venv/bin/python build_spec/check_bundle.py build/made/kiosk-app
rm -rf dist/kiosk-app
mv build/made/kiosk-app dist/kiosk-app
say "Ready: dist/kiosk-app/kiosk-app"
