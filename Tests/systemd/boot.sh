#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs the package into a Debian that systemd really boots, and goes through an administrator's year: start, drop,
# reload, kill, hang, power cut, upgrade, purge. The stand-in API runs outside and outlives the power cut, as the real
# one does. Needs root, debootstrap, systemd-container and iproute2. Ends with 0 when every step has held.
#
#   Tests/systemd/boot.sh PACKAGE
set -Eeuo pipefail
package="$(realpath "$1")"
here="$(cd "$(dirname "$0")" && pwd)"
base="$("$here/root.sh")"

work="$(mktemp -d "${TMPDIR:-/tmp}/bananadrop-boot.XXXXXX")"
root="$work/root"
spool=/var/lib/bananadrop
nspawn='' leader='' standin='' web=''

. "$here/machine.sh"
. "$here/steps.sh"
. "$here/doctor.sh"
. "$here/versions.sh"

trap 'failed "$LINENO" "$BASH_COMMAND"' ERR
trap clean_up EXIT
trap 'exit 130' INT TERM

cp -a --reflink=auto "$base" "$root"
lend_sudo
start_standin
boot
for step in "${steps[@]}"; do
    echo "== $step"
    "$step"
done
twice="$(ledger paid_more_than_once)"
[ "$twice" = '[]' ] || { echo "paid more than once: $twice" >&2; exit 1; }
echo "all ${#steps[@]} steps have held; nothing was paid twice"
