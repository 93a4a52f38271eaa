#!/usr/bin/env bash
# The recipes in examples/publish, by the daemon with the real tools against real servers on loopback. Tests/run.sh
# installs the tools; the server for S3, moto, comes from PyPI, into a place of its own.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
venv="$(bash "$root/Tests/venv.sh" publishing 'moto[s3]==5.2.5' flask==3.1.3 flask-cors==6.0.5)"
# Debian's aws and convert, whatever else is there.
export PATH="/usr/bin:$PATH:$venv/bin"
cd "$root"
exec swift test --skip-build --filter PublishRecipeTests "$@"
