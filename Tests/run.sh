#!/usr/bin/env bash
# Installs what the tests need on Debian, builds once, and runs every check. Options go to `swift test`.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

missing=()
for package in libinotifytools0-dev python3 python3-jsonschema python3-ruamel.yaml git e2fsprogs mount util-linux \
    openssl ca-certificates debootstrap systemd-container iproute2 dpkg-dev lintian; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
    as_root apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

swift format lint --strict --recursive --configuration .swift-format Package.swift Sources Tests
swift build --build-tests
if [ $# -gt 0 ]; then exec swift test --skip-build "$@"; fi
# One after the other, so that each has the machine: first what needs no daemon, then the built program, then the long
# proofs, which start some thousand daemons.
proofs='CrashTests|BatchCrashTests|PowerCutTests|RandomKillTests|StepTroubleTests|JobPropertyTests|JournalPrefixTests'
swift test --skip-build --skip "SystemTests|$proofs"
swift test --skip-build --filter SystemTests --skip "$proofs|ManyFilesTests|StartUpTests"
swift test --skip-build --filter "$proofs"
# Random requests and answers, half a minute of each.
Tests/Fuzzing/run.sh
# The package: a release build, then a boot of the system that it is installed into. Twenty thousand files and ten
# thousand jobs want the optimised program, too.
package="$(systemd/package.sh | tail -n 1)"
lintian --fail-on error --tag-display-limit 0 "$package"
TESTED_PACKAGE="$package" swift test --skip-build --filter SystemdBootTests
TESTED_RELEASE="$PWD/.build/release/bananadrop" swift test --skip-build --filter 'ManyFilesTests|StartUpTests'
