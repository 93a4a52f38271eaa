#!/usr/bin/env bash
# Installs what the tests need on Debian, builds once, and runs every check, stage by stage. With options, these go to
# one `swift test` instead. STAGES="kills power-cuts" runs only these, of what was built before.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

missing=()
for package in libcurl4-openssl-dev libidn2-dev libinotifytools0-dev libyaml-dev zlib1g-dev python3 python3-jsonschema \
    python3-ruamel.yaml git e2fsprogs mount util-linux make jq openssl ca-certificates debootstrap systemd-container \
    iproute2 dpkg-dev lintian groff-base rsync inotify-tools openssh-server samba smbclient fish zsh vim nano expect zip \
    unzip curl wget perl tmux syncthing sshfs bindfs fuse3 cifs-utils kmod webp chromium chromium-driver python3-venv \
    rclone awscli nginx-light libvips-tools imagemagick libimage-exiftool-perl; do
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
            nginx-light) services=(nginx.service) ;;
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

# Each stage says how long it took, and the next one goes on where it failed: it may tell more. What a stage has started
# and mounted ends with it, and it ends when its time is over: see Tests/Reaper.
said="$(mktemp -d)"
# Some tests are other users.
chmod 755 "$said"
trap 'rm -rf "$said"' EXIT
times=()
failed=
stage() { # NAME SECONDS COMMAND...
    local name=$1 limit=$2 start=$SECONDS result
    shift 2
    [ -z "${STAGES:-}" ] || [[ " $STAGES " == *" $name "* ]] || return 0
    echo "== $name"
    if .build/debug/reaper -t "$limit" "$@" 2>&1 | tee "$said/log" && all_ran "$said/log"; then
        result=passed
    else
        result=FAILED
        failed=1
        # What went wrong is the last thing said: nobody looks for it between the lines of all that went well.
        {
            echo "== $name"
            grep -a -A 2 'recorded an issue' "$said/log" || tail -n 20 "$said/log"
        } >>"$said/failures"
    fi
    times+=("$(printf '%-14s %s in %4d s of %d' "$name" "$result" $((SECONDS - start)) "$limit")")
    echo "== ${times[-1]}"
}

# What is skipped where it could run has proved nothing. Only what another kernel could do may be, and says so.
all_ran() {
    local skipped
    skipped="$(grep -aE ' skipped(:|\.|$)' "$1" | grep -vE 'this kernel' || true)"
    [ -n "$skipped" ] && [ "$(id -u)" = 0 ] || return 0
    printf 'skipped, though this machine should run it:\n%s\n' "$skipped"
    return 1
}

# What is not about the disk runs in memory: on a disk the sync of one daemon writes out what all others have written.
# Where this may mount, a stage has a file system of its own, which is gone with its last process, as is whatever the
# tests mount. Otherwise they look for a place themselves, and say so where it is the disk.
memory=()
if [ "$(id -u)" = 0 ] && unshare --mount mount -t tmpfs none "$said" 2>/dev/null; then
    mkdir "$said/memory"
    # shellcheck disable=SC2016
    memory=(unshare --mount sh -ec 'mount -t tmpfs -o mode=1777,size=75% none "$1"; export TMPDIR="$1"; shift; exec "$@"'
        sh "$said/memory")
fi
tests() { # NAME SECONDS, then options of `swift test`
    stage "$1" "$2" "${memory[@]}" swift test --skip-build "${@:3}"
}

if [ -z "${STAGES:-}" ]; then
    swift format lint --strict --recursive --configuration .swift-format Package.swift Sources Tests \
        Benchmarks/{Package.swift,Micro,Workbench} examples/swift-client
    # What decides knows no kernel, clock or socket.
    if grep -rnE '^[a-z ]*import +([a-z]+ +)?(Glibc|Foundation|Dispatch|NIO[A-Za-z]*|FileIO)' Sources/{Requests,Marking,Jobs,Spending}; then
        echo 'a pure target must not import this' >&2
        exit 1
    fi
    # The benchmarks' package builds some of the targets once more: with the same dependencies.
    dependencies() {
        swift package --package-path "$1" dump-package |
            jq -c '.targets[] | [.name, ([.dependencies[] | (.byName // .product)[0]] | sort)]' | grep -v '^."Micro"' | sort
    }
    if comm -13 <(dependencies .) <(dependencies Benchmarks) | grep .; then
        echo 'Benchmarks/Package.swift names other dependencies than Package.swift' >&2
        exit 1
    fi
    # The README shows what was measured, and nothing else.
    Benchmarks/report.py --check
    start=$SECONDS
    # A target that imports what it does not name in Package.swift breaks the layers, and the build.
    swift build --build-tests --explicit-target-dependency-import-check error
    if [ $# = 0 ]; then
        # As systemd/package.sh builds it, which then finds it built.
        swift build -c release --product bananadrop --static-swift-stdlib
        Tests/Fuzzing/run.sh 0
    fi
    echo "== built in $((SECONDS - start)) s"
fi
if [ $# -gt 0 ]; then
    "${memory[@]}" swift test --skip-build "$@"
    exit
fi

# One after the other, so that each has the machine: first what needs no daemon, then the built program, then the long
# proofs, which start some hundred daemons each.
kills='SystemTests.CrashTests|BatchCrashTests|FolderCrashTests|RandomKillTests|StepTroubleTests|JobPropertyTests'
kills+='|JournalPrefixTests|DaemonLifeTests|VisitedLifeTests|SteeredLifeTests|SpoolLifeTests|CommitterPromiseTests'
# Each of these keeps the machine busy by itself, with renames by the thousand.
hostile='HostileDropperTests|PutBackRaceTests|ForgedJournalTests'
# One test that waits makes room for another, but where all want the processor at once each of them only takes longer; and
# each daemon has an inotify instance, of which a user has 128 by default (inotify(7)).
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=12
stage documents 120 Tests/documents.sh
# The package that uses the library from outside.
stage example 300 Tests/example.sh
tests unit 600 --skip "SystemTests|$kills"
tests program 1200 --filter SystemTests \
    --skip "$kills|$hostile|PowerCutTests|SleepTests|ManyFilesTests|StartUpTests|DropperTests|SystemdBootTests|PublishRecipeTests"
# Alone: what wakes a daemon up is counted.
tests sleep 300 --filter SleepTests
# The page and STATUS.html, as a person meets them.
stage browser 600 Tests/Browser/run.sh
# The recipes for publishing one's own pictures, with the real tools.
stage publishing 300 "${memory[@]}" Tests/Publishing/run.sh
# Alone: how soon a request is taken is part of what they test.
tests droppers 900 --filter 'SystemTests.DropperTests'
tests hostile 600 --filter "$hostile"
tests kills 1200 --filter "$kills"
tests power-cuts 900 --filter PowerCutTests
# Requests and answers at random, the same ones in every run.
stage fuzzing 600 Tests/Fuzzing/run.sh
# The package, then a boot of the system that it is installed into. Twenty thousand files and ten
# thousand jobs want the optimised program, too.
stage package 3000 systemd/package.sh "$PWD/.build/package"
TESTED_PACKAGE="$(ls -t .build/package/*.deb 2>/dev/null | head -n 1 || true)"
export TESTED_PACKAGE
stage lint 120 lintian --fail-on error --tag-display-limit 0 "$TESTED_PACKAGE"
# What documents, examples, units and man pages name is in it.
stage contents 60 Tests/contents.py "$TESTED_PACKAGE"
stage boot 900 swift test --skip-build --filter SystemdBootTests
# With a static runtime tasks come to their threads by another way than with a shared one: it must sleep as well.
TESTED_BINARY="$PWD/.build/release/bananadrop" tests sleep-release 300 --filter SleepTests
# On the disk: so many files are about it, and nothing else is there to wait for it.
TESTED_RELEASE="$PWD/.build/release/bananadrop" stage many 900 \
    swift test --skip-build --filter 'ManyFilesTests|StartUpTests'

printf '\n'
if [ -n "$failed" ]; then cat "$said/failures"; fi
printf '%s\n' "${times[@]}"
[ -z "$failed" ]
