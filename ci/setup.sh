#!/usr/bin/env bash
# Makes the virtual environment that every make target runs in: ci/setup.sh .venv
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${1:-.venv}

recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

say() { echo "$*" >&2; }

if ! [ -x "$venv/bin/python" ] || ! recent "$venv/bin/python"; then
    python=""
    for candidate in "${PYTHON:-}" python3 python python3.14 python3.13 python3.12 python3.11; do
        if [ -n "$candidate" ] && recent "$candidate"; then
            python=$candidate
            break
        fi
    done
    if [ -z "$python" ]; then
        say "This suite needs Python 3.11 or newer, and none is on the PATH: install one, or say PYTHON=/path/to/python3.11."
        exit 1
    fi
    say "Making $venv with $("$python" --version) (once)"
    rm -rf "$venv"
    if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
        rm -rf "$venv"
        if ! { command -v uv >/dev/null && uv venv --quiet --python "$python" "$venv"; }; then
            say "$python cannot make virtual environments: install its venv module (Debian: python3-venv) or uv."
            exit 1
        fi
    fi
fi

say "Installing what constraints.txt pins into $venv (once; about 10 s with uv, a minute with pip)"
# Where Python may not write bytecode, every start would compile the Kubernetes client anew.
if command -v uv >/dev/null; then
    uv pip install --quiet --python "$venv/bin/python" ${PYTHONDONTWRITEBYTECODE:+--compile-bytecode} \
        --constraint constraints.txt --editable '.[dev]'
else
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --constraint constraints.txt --editable '.[dev]'
fi
touch "$venv/.ready"
