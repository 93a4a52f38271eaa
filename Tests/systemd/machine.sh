# SPDX-License-Identifier: Apache-2.0
# The machine of boot.sh, and how to look into it.

# In a network of its own, which is the machine's, too.
start_standin() {
    dpkg-deb --fsys-tarfile "$package" | tar -x -C "$work" ./usr/bin/bananadrop
    unshare --net "$work/usr/bin/bananadrop" simulate --port 8787 --work-time 1500ms >"$work/standin.log" 2>&1 &
    standin=$!
    eventually grep -q 'listening on' "$work/standin.log"
    nsenter -t "$standin" -n ip link set lo up
}

# What the stand-in says: `ledger paid_more_than_once`, or how often a prompt was paid for: `ledger prompts PROMPT
# paid`.
ledger() {
    nsenter -t "$standin" -n python3 - "$@" <<'PYTHON'
import json, sys, urllib.request
found = json.load(urllib.request.urlopen("http://127.0.0.1:8787/simulator/ledger", timeout=10))
for name in sys.argv[1:]:
    found = found[name] if name in found else 0
print(json.dumps(found))
PYTHON
}

# FOLDER, which whoever knows the stand-in finds at port 8788 from now on.
serve_folder() {
    nsenter -t "$standin" -n python3 -m http.server --bind 127.0.0.1 --directory "$1" 8788 >"$work/web.log" 2>&1 &
    web=$!
}
# `served NAME`: what is found there.
served() {
    nsenter -t "$standin" -n python3 - "$1" <<'PYTHON'
import sys, urllib.request
with urllib.request.urlopen("http://127.0.0.1:8788/" + sys.argv[1], timeout=10) as answer:
    sys.stdout.buffer.write(answer.read())
PYTHON
}

boot() {
    systemd-nspawn -D "$root" --boot --register=no --keep-unit --network-namespace-path="/proc/$standin/ns/net" \
        --console=pipe --quiet </dev/null >>"$work/console.log" 2>&1 &
    nspawn=$!
    eventually has_leader
    eventually inside systemctl is-system-running --quiet
}

has_leader() {
    leader="$(cat "/proc/$nspawn/task/$nspawn/children" 2>/dev/null)"
    leader="${leader%% *}"
    [ -n "$leader" ] && [ -S "$root/run/systemd/private" ] || [ -n "$leader" ] && inside test -S /run/systemd/private
}

inside() { nsenter -t "$leader" -m -u -i -n -p -- "$@"; }
# As a user with the groups that this user has by now, and the usual umask.
as() {
    local user="$1"
    shift
    inside setpriv --reuid "$user" --regid "$user" --init-groups sh -c "HOME=~$user; export HOME; cd; umask 022; $*"
}

as_root() { inside env DEBIAN_FRONTEND=noninteractive sh -c "set -e; cd /root; $*"; }
# There is no sudo in this machine, and whoever says it is root already.
lend_sudo() {
    install -m 755 /dev/stdin "$root/usr/local/bin/sudo" <<'SH'
#!/bin/sh
[ "$1" = -u ] || exec "$@"
user="$2"
shift 2
exec setpriv --reuid "$user" --regid "$user" --init-groups "$@"
SH
}
# What stands between the fences of a document, where a line begins with these words: `block Installing 'sudo tee'`.
# DocumentTests looks which ones are run here. The package is there already.
block() {
    local page="$here/../../Sources/bananadrop/Documentation.docc/$1.md"
    [ -e "$page" ] || page="$here/../../$1.md"
    awk -v words="$2" '
        /^```/ && !inside { inside = 1; text = ""; found = 0; next }
        /^```/ { inside = 0; if (found) { printf "%s", text; ended = 1; exit } }
        inside && $0 != "systemd/package.sh" { text = text $0 "\n" }
        inside && index($0, words) == 1 { found = 1 }
        END { exit !ended }' "$page" || {
        # What asks for it stands in quotes, where no failure is seen.
        echo "boot.sh: $1 has no block with a line that begins with: $2" >&2
        kill -TERM $$
    }
}

# The plug is pulled: nobody in there is asked.
power_off() {
    kill -KILL "$leader"
    wait "$nspawn" || true
    nspawn='' leader=''
}

# Runs a command again and again until it holds: for a minute, which is longer than a slow and busy machine takes.
eventually() {
    local end=$((SECONDS + 60))
    until "$@" >/dev/null 2>&1; do
        if [ "$SECONDS" -ge "$end" ]; then
            echo "waited in vain for: $*" >&2
            return 1
        fi
        sleep 0.1
    done
}

show() { inside systemctl show -P "$1" "${2:-bananadrop}"; }
journal() { inside journalctl -b --no-pager -o cat -u bananadrop; }
# Not through a pipe into `grep -q`: it ends early, and who writes is ended by that, which counts as well (pipefail).
says() { [[ "$("${@:2}")" == *"$1"* ]]; }
equals() { [ "$("${@:2}")" = "$1" ]; }
said() { says "$1" journal; }
is_not() { ! "$@"; }

# /srv/request.yaml, with this prompt: each is paid for once.
write_request() {
    printf 'prompt: "%s"\nimages: ["https://example.com/a.png"]\n' "$1" >"$root/srv/request.yaml"
    chmod 644 "$root/srv/request.yaml"
}
# Drops as ada does: a request of this name, with its name as the prompt.
drop() {
    write_request "$1"
    as ada "cp /srv/request.yaml ${2:-$spool}/inbox/$1.yaml"
}
is_done() { inside test -s "${2:-$spool}/done/$1/result.json" -a -s "${2:-$spool}/done/$1/$(basename "$1")-1.png"; }
is_submitted() { said "Submitted job=$1 "; }
is_running() { inside sh -c 'grep -qx bananadrop /proc/[0-9]*/comm' 2>/dev/null; }
paid_once() { equals 1 ledger prompts "$1" paid; }

failed() {
    echo "boot.sh: line $1: $2 did not hold" >&2
    trap - ERR
    set +e
    if [ -n "$leader" ]; then
        {
            inside systemctl status --no-pager -n 0 bananadrop
            journal | tail -n 60
            inside systemctl --failed --no-pager --no-legend
            inside find "$spool" -ls -prune
        } >&2
    else
        tail -n 30 "$work/console.log" >&2
    fi
    exit 1
}

clean_up() {
    trap - ERR
    set +e
    if [ -n "$leader" ]; then kill -KILL "$leader"; fi
    if [ -n "$nspawn" ]; then
        kill "$nspawn"
        wait "$nspawn"
    fi 2>/dev/null
    for server in $web $standin; do
        # One that was stopped would never end.
        kill "$server"
        kill -CONT "$server"
        wait "$server"
    done 2>/dev/null
    # Not what is still mounted there.
    grep -qF " $work/" /proc/self/mounts || rm -rf "$work"
}
