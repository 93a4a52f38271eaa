#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Measures the daemon beside its peers, against the same stand-in. See README.md beside this file.
#
#   compare.sh [--quick] [--only ROW,…] [--rounds N] [--requests N] [--latency-requests N]
#              [--daemon PATH] [--json FILE] [--svg FILE] [--publish] [--keep]
#
# Everything is made in a temporary folder (TMPDIR chooses the disk) and deleted at the end, unless --keep is given.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname -- "$here")
daemon=$root/.build/release/bananadrop

options=() keep=no only= given=no
while (($#)); do
    case $1 in
        --rounds | --requests | --latency-requests)
            if [[ ! ${2-} =~ ^[1-9][0-9]*$ ]]; then
                echo "compare.sh: $1 needs a whole number from 1" >&2
                exit 64
            fi
            options+=("$1" "$2")
            shift 2
            ;;
        --only | --json | --svg | --daemon)
            if [[ -z ${2-} ]]; then
                echo "compare.sh: $1 needs a value" >&2
                exit 64
            fi
            case $1 in
                --daemon) daemon=$2 given=yes ;;
                --only) only=$2 options+=("$1" "$2") ;;
                *) options+=("$1" "$2") ;;
            esac
            shift 2
            ;;
        --quick | --publish) options+=("$1"); shift ;;
        --keep) keep=yes; shift ;;
        -h | --help) sed -n '4,/^set /{/^set /d; s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit 0 ;;
        *) echo "compare.sh: unknown option $1; see --help" >&2; exit 64 ;;
    esac
done

if [[ ! -x $daemon ]]; then
    if [[ $given == yes ]]; then
        echo "compare.sh: $daemon is no program" >&2
        exit 66
    fi
    swift build --package-path "$root" -c release --product bananadrop >&2
elif [[ $given == no && -n $(find "$root/Package.swift" "$root/Sources" -newer "$daemon" -print -quit) ]]; then
    echo "note: the sources are newer than $daemon, which is what is measured" >&2
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/bananadrop-benchmark.XXXXXX")
measure=
finish() {
    if [[ -n $measure ]]; then
        kill -TERM "$measure" 2>/dev/null || true
        wait "$measure" || true
    fi
    if [[ $keep == yes ]]; then echo "kept: $work" >&2; else rm -rf --one-file-system -- "$work"; fi
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Debian's packages hold the sources of what the peer imports, and nothing is fetched.
build() { # PROGRAM FOLDER
    (cd "$here/$2" && GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$work/go-cache go build -o "$work/$1" .)
}
if ! build stand-in standin || ! build peer-go peer; then
    echo "compare.sh: no Go (Debian: apt install golang-go golang-github-fsnotify-fsnotify-dev)" >&2
    exit 69
fi

if [[ -z $only || ,$only, == *,burst,* ]]; then
    if ! TMPDIR=$work python3 -m venv "$work/venv" >"$work/venv.log" 2>&1; then
        cat "$work/venv.log" >&2
        echo "compare.sh: no virtual environment (Debian: apt install python3-venv)" >&2
        exit 69
    fi
    TMPDIR=$work "$work/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt" >&2
    options+=(--peer-python "$work/venv/bin/python")
fi

# In the background, so that a signal to this script is not kept waiting until the end.
PYTHONDONTWRITEBYTECODE=1 python3 "$here/measure.py" --daemon "$daemon" --stand-in "$work/stand-in" \
    --peer-go "$work/peer-go" --go-version "$(go version | cut -d' ' -f3)" --work "$work" "${options[@]}" &
measure=$!
status=0
wait "$measure" || status=$?
measure=
exit "$status"
