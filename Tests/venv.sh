#!/usr/bin/env bash
# venv.sh PLACE PACKAGE...: packages of PyPI in a place of their own below .build, made anew where others are wanted.
# Prints where that is.
set -euo pipefail
venv="$(cd "$(dirname "$0")/.." && pwd)/.build/$1"
shift
if [ "$(cat "$venv/needs" 2>/dev/null)" != "$*" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv" >&2
    "$venv/bin/pip" install --quiet --disable-pip-version-check "$@" >&2
    echo "$*" >"$venv/needs"
fi
echo "$venv"
