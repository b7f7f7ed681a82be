#!/usr/bin/env bash
# Makes this checkout ready to run: system libraries (by apt where it may), .venv/ from the hash-locked list. Safe to run twice.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# What Qt's platform plugins, OpenCV and PyInstaller link against and a bare Debian 12 or Ubuntu 24.04 lacks.
PACKAGES=(
    python3-venv binutils ca-certificates fonts-dejavu-core xkb-data
    libgl1 libegl1 libopengl0 libglib2.0-0 libdbus-1-3 libfontconfig1 libfreetype6 libx11-6 libx11-xcb1
    libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0 libxcb-glx0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1
    libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-util1 libxcb-xfixes0
    libxcb-xkb1 libxcb1 libwayland-client0 libwayland-cursor0
    libzbar0 # a peer of the benchmarks
)

missing_packages() {
    local package
    for package in "${PACKAGES[@]}"; do
        # Ubuntu 24.04 and Debian 13 carry some of these under a name that ends in t64.
        { dpkg-query -W -f='${Status}\n' "$package" "${package}t64" 2>/dev/null || true; } | grep -q 'ok installed' ||
            echo "$package"
    done
}

system_libraries() {
    command -v dpkg-query >/dev/null || { say "Not a Debian system: its libraries are left to you (see README)."; return; }
    local missing
    mapfile -t missing < <(missing_packages)
    [ "${#missing[@]}" -eq 0 ] && return
    local root=()
    if [ "$(id -u)" -ne 0 ]; then
        sudo -n true 2>/dev/null || fail "these system packages are missing and I may not install them.
Ask an administrator to run:  apt-get install ${missing[*]}"
        root=(sudo -n)
    fi
    say "Installing ${#missing[@]} system packages"
    "${root[@]}" apt-get update -qq >/dev/null || say "The package lists could not be refreshed; trying with those at hand."
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
        fail "apt could not install: ${missing[*]}"
}

find_python() {
    local candidate
    for candidate in python3.11 python3 python3.12 python3.13; do
        if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer with its venv module is needed.  apt-get install python3 python3-venv"
}

environment() {
    local python stamp
    python=$(find_python)
    stamp=$(cat requirements/dev.lock pyproject.toml tools/setup.sh | sha256sum | cut -d' ' -f1)
    [ "$(cat .venv/.stamp 2>/dev/null)" = "$stamp" ] && [ -x .venv/bin/kiosk-app ] && return
    say "Building .venv with $("$python" --version) (a few hundred MB the first time)"
    [ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null || "$python" -m venv --clear .venv
    # The lists hold everything: pip must not look for more. It would take "coverage[toml]" for another project than the
    # "coverage" that is pinned, and stop as soon as there is a newer one.
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.lock
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
    .venv/bin/python -m pip check >/dev/null || fail "the locked list is not whole: $(.venv/bin/python -m pip check)"
    echo "$stamp" > .venv/.stamp
}

system_libraries
environment
say "Ready."
