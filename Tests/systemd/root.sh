#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the root of a small Debian with systemd, once, and prints where it is. It is kept between runs in
# ${BOOT_ROOTS:-/var/tmp/bananadrop-boot}; take that folder away to have it made anew.
set -euo pipefail
suite=bookworm
packages=systemd,systemd-sysv,dbus,libpam-systemd,libinotifytools0,libyaml-0-2,libcurl4,libidn2-0,ca-certificates,init-system-helpers
roots="${BOOT_ROOTS:-/var/tmp/bananadrop-boot}"
root="$roots/$suite-$(printf %s "$packages" | sha256sum | cut -c1-12)"
mkdir -p "$roots"
# One at a time; whoever waits finds it made.
exec 9>"$roots/lock"
flock 9
if [ ! -d "$root" ]; then
    rm -rf "$roots/new"
    debootstrap --variant=minbase --include="$packages" "$suite" "$roots/new" >"$roots/debootstrap.log" 2>&1 9>&- || {
        tail -n 20 "$roots/debootstrap.log" >&2
        exit 1
    }
    rm -f "$roots/new/var/cache/apt/archives/"*.deb
    mv "$roots/new" "$root"
fi
echo "$root"
