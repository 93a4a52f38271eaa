#!/usr/bin/env bash
# The page and STATUS.html in a real browser, against the stand-in: Tests/Browser/run.sh [--screenshots FOLDER]
# Tests/run.sh installs Chromium and its driver; what drives them comes from PyPI, into a place of its own.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
venv="$root/.build/browser"
needs="selenium==4.46.0 axe-selenium-python==2.1.6"
if [ "$(cat "$venv/needs" 2>/dev/null)" != "$needs" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    # shellcheck disable=SC2086
    "$venv/bin/pip" install --quiet --disable-pip-version-check $needs
    echo "$needs" >"$venv/needs"
fi
export TESTED_PROGRAM="${TESTED_PROGRAM:-$root/.build/debug/bananadrop}"
exec "$venv/bin/python" "$root/Tests/Browser/page.py" "$@"
