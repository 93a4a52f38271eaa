#!/usr/bin/env bash
# Installs what the tests need on Debian, builds once, and runs every check. Options go to `swift test`.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

missing=()
for package in libinotifytools0-dev python3 python3-jsonschema python3-ruamel.yaml git e2fsprogs mount util-linux \
    openssl ca-certificates debootstrap systemd-container iproute2 dpkg-dev lintian \
    rsync openssh-server samba smbclient vim nano expect zip unzip curl wget perl syncthing sshfs bindfs fuse3 cifs-utils kmod; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
    as_root apt-get update -q
    # The tests start servers of their own on loopback. Those of the packages must not run for that, neither now
    # (policy-rc.d says no) nor after the next boot.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        trap 'as_root rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
    for package in "${missing[@]}"; do
        case "$package" in
            openssh-server) services=(ssh.service ssh.socket) ;;
            samba) services=(smbd.service nmbd.service samba-ad-dc.service) ;;
            *) continue ;;
        esac
        for service in "${services[@]}"; do as_root systemctl disable --quiet "$service" 2>/dev/null || true; done
    done
    if [ -n "$(trap -p EXIT)" ]; then
        as_root rm -f "$policy"
        trap - EXIT
    fi
fi

swift format lint --strict --recursive --configuration .swift-format Package.swift Sources Tests
swift build --build-tests
if [ $# -gt 0 ]; then exec swift test --skip-build "$@"; fi
# A test that never ends is a failure with a name, not a run that is cut off from outside without one.
tests() { timeout --kill-after 10 20m swift test --skip-build "$@"; }
# One after the other, so that each has the machine: first what needs no daemon, then the built program, then the long
# proofs, which start some thousand daemons.
proofs='CrashTests|BatchCrashTests|PowerCutTests|RandomKillTests|StepTroubleTests|JobPropertyTests|JournalPrefixTests'
# Each of these keeps the machine busy by itself, with renames by the thousand.
hostile='HostileDropperTests|PutBackRaceTests|ForgedJournalTests'
tests --skip "SystemTests|$proofs"
# Each daemon has an inotify instance, of which a user has 128 by default (inotify(7)): not all tests at once.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=24
tests --filter SystemTests --skip "$proofs|$hostile|ManyFilesTests|StartUpTests|DropperTests"
# Alone: how soon a request is taken is part of what they test.
tests --filter 'SystemTests.DropperTests'
tests --filter "$hostile"
tests --filter "$proofs"
# Random requests and answers, half a minute of each.
Tests/Fuzzing/run.sh
# The package: a release build, then a boot of the system that it is installed into. Twenty thousand files and ten
# thousand jobs want the optimised program, too.
package="$(systemd/package.sh | tail -n 1)"
lintian --fail-on error --tag-display-limit 0 "$package"
TESTED_PACKAGE="$package" tests --filter SystemdBootTests
# With a static runtime tasks come to their threads by another way than with a shared one: it must sleep as well.
TESTED_BINARY="$PWD/.build/release/bananadrop" tests --filter 'an idle daemon does not wake up'
TESTED_RELEASE="$PWD/.build/release/bananadrop" tests --filter 'ManyFilesTests|StartUpTests'
