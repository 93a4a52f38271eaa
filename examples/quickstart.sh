#!/usr/bin/env bash
# From nothing to pictures: installs the system libraries, builds, starts the stand-in API and the daemon on a fresh spool,
# drops a few requests, and shows what comes back. Costs nothing and sends nothing beyond this machine.
# QUICKSTART_PROGRAM=FILE takes this program instead of building one.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
cd "$here/.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

packages=(libcurl4-openssl-dev libidn2-dev libinotifytools0-dev libyaml-dev zlib1g-dev)
if [ "$(dpkg-query -W -f '${Status}\n' "${packages[@]}" 2>/dev/null | grep -c 'install ok installed')" != "${#packages[@]}" ]; then
    echo "== Installing the libraries that it is built with"
    as_root apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}"
fi

program="${QUICKSTART_PROGRAM:-}"
if [ -z "$program" ]; then
    echo "== Building (the first time takes some minutes)"
    swift build --product bananadrop
    program="$(swift build --show-bin-path)/bananadrop"
fi

work="$(mktemp -d "${TMPDIR:-/tmp}/bananadrop-quickstart.XXXXXX")"
spool="$work/spool"
pids=()
stop() {
    for pid in "${pids[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
}
trap stop EXIT

echo "== Starting the stand-in API"
"$program" simulate --port 0 --work-time 1s..3s >"$work/simulate.log" 2>&1 &
pids+=($!)
for _ in $(seq 100); do
    api="$(sed -n 's/^listening on //p' "$work/simulate.log")"
    [ -n "$api" ] && break
    sleep 0.1
done
[ -n "$api" ] || { cat "$work/simulate.log" >&2; exit 1; }

echo "== Starting bananadrop on a fresh spool"
"$program" init "$spool"
BANANADROP_API_KEY=not-a-real-key "$program" run --spool "$spool" --api-url "$api" --poll-interval 0.5s &
pids+=($!)

echo "== Dropping requests"
for request in "$here"/requests/*; do
    # The examples point at example.com; here they use the stand-in's own sample pictures.
    name="$(basename "$request")"
    sed "s#https://example.com#$api/samples#g" "$request" >"$work/$name"
    mkdir -p "$spool/inbox/acme"
    mv "$work/$name" "$spool/inbox/acme/$name"
done

expected="$(find "$here/requests" -type f | wc -l)"
for _ in $(seq 600); do
    finished="$(find "$spool/done" "$spool/failed" -maxdepth 3 \( -name result.json -o -name batch.json \) | wc -l)"
    [ "$finished" -ge "$expected" ] && break
    sleep 0.1
done
stop
trap - EXIT

echo
echo "== Pictures"
find "$spool/done" -name '*.png' | sort
echo
echo "== A failure, explained"
find "$spool/failed" -name error.txt | sort | while read -r page; do
    echo "$page"
    tr -d '\r' <"$page" | sed 's/^/    /'
done
[ "$finished" -ge "$expected" ] || { echo "only $finished of $expected requests came back" >&2; exit 1; }
find "$spool/done" -name '*.png' | grep -q . || exit 1
