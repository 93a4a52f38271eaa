#!/usr/bin/env bash
# The page and STATUS.html in a real browser, against the stand-in: Tests/Browser/run.sh [--screenshots FOLDER]
# Tests/run.sh installs Chromium and its driver; what drives them comes from PyPI, into a place of its own.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
venv="$(bash "$root/Tests/venv.sh" browser selenium==4.46.0 axe-selenium-python==2.1.6)"
export TESTED_PROGRAM="${TESTED_PROGRAM:-$root/.build/debug/bananadrop}"
exec "$venv/bin/python" "$root/Tests/Browser/page.py" "$@"
