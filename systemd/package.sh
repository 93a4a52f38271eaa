#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the Debian package; the last line of output is its path. Needs dpkg-dev, python3 and, to build, a Swift
# toolchain.
#
#   systemd/package.sh [FOLDER]        FOLDER takes the package; default: .build/package
#
# BANANADROP_BINARY=FILE packs this program instead of building one, and passes over what it loads that no package
# holds; BANANADROP_CHECKOUTS=FOLDER then tells where the sources of what is linked are. Both are for trying things out.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
top="$(dirname "$here")"
mkdir -p "${1:-$top/.build/package}"
folder="$(cd "${1:-$top/.build/package}" && pwd)"
cd "$top"

# The template is the other unit with its names: nothing else may differ.
plain() { grep -v '^#' "$1"; }
named() {
    plain "$1" | sed -e '/^Description=/s/$/ (%i)/' -e 's,/etc/bananadrop/config.yaml,/etc/bananadrop/%i.yaml,' \
        -e 's,/etc/bananadrop/api-key,/etc/bananadrop/%i.api-key,' -e 's,=/var/lib/bananadrop$,&-%i,'
}
diff <(named "$here/bananadrop.service") <(plain "$here/bananadrop@.service") >&2

if [ -n "${BANANADROP_BINARY:-}" ]; then
    program="$BANANADROP_BINARY"
    leniently=--ignore-missing-info
else
    # The runtime goes into the program; the system's libraries stay outside.
    swift build -c release --product bananadrop --static-swift-stdlib >&2
    program="$(swift build -c release --product bananadrop --static-swift-stdlib --show-bin-path)/bananadrop"
    leniently=
fi

# Who builds the package for others says whose it is, as debchange(1) has it. Where nobody does, no address is made up;
# without the field, each run of dpkg would complain.
nobody='the bananadrop authors'
maintainer="$nobody"
if [ -n "${DEBFULLNAME:-}" ] && [ -n "${DEBEMAIL:-}" ]; then maintainer="$DEBFULLNAME <$DEBEMAIL>"; fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
root="$work/root"
put() { install -D -m "$1" "$2" "$root/$3"; }

put 755 "$program" usr/bin/bananadrop
strip --remove-section=.comment --remove-section=.note "$root/usr/bin/bananadrop"
program="$root/usr/bin/bananadrop"

units=usr/lib/systemd
put 644 "$here/bananadrop.service" "$units/system/bananadrop.service"
put 644 "$here/bananadrop@.service" "$units/system/bananadrop@.service"
put 644 "$here/user/bananadrop.service" "$units/user/bananadrop.service"
put 644 "$here/sysusers.conf" usr/lib/sysusers.d/bananadrop.conf
put 644 "$here/tmpfiles.conf" usr/lib/tmpfiles.d/bananadrop.conf
put 644 "$here/config.yaml" etc/bananadrop/config.yaml
put 644 "$here/debian/lintian-overrides" usr/share/lintian/overrides/bananadrop

# From the newest entry of the changelog, so that the same sources make the same package.
SOURCE_DATE_EPOCH="$(dpkg-parsechangelog -l "$here/debian/changelog" -S Timestamp)"
export SOURCE_DATE_EPOCH

mkdir -p "$work/made"
python3 -B "$here/manpages.py" "$program" "$work/made"
for shell in bash zsh fish; do
    # They are sourced, not run.
    "$program" --generate-completion-script "$shell" | sed '1{/^#!/d}' >"$work/made/$shell"
done
for section in 1 5; do
    for page in "$work/made"/*."$section"; do
        gzip -9n "$page"
        put 644 "$page.gz" "usr/share/man/man$section/$(basename "$page").gz"
    done
done
put 644 "$work/made/bash" usr/share/bash-completion/completions/bananadrop
put 644 "$work/made/zsh" usr/share/zsh/vendor-completions/_bananadrop
put 644 "$work/made/fish" usr/share/fish/vendor_completions.d/bananadrop.fish

# For postinst: what `init` writes for designers.
"$program" init "$work/spool" >&2
put 644 "$work/spool/HOW-TO.txt" usr/share/bananadrop/HOW-TO.txt

docs=usr/share/doc/bananadrop
put 644 "$here/debian/copyright" "$docs/copyright"
put 644 NOTICE "$docs/NOTICE"
put 644 "$here/debian/doc-base" usr/share/doc-base/bananadrop
for example in examples/*.{yaml,json} examples/{requests,schemas,shop,photos}/* examples/publish/*.conf; do put 644 "$example" "$docs/$example"; done
for script in examples/{notify,publish}/*.sh; do put 755 "$script" "$docs/$script"; done
gzip -9nc CHANGELOG.md >"$root/$docs/changelog.gz"
python3 -B "$here/articles.py" "$root/$docs"
changes="$(<"$here/debian/changelog")"
if [ "$maintainer" != "$nobody" ]; then changes="${changes//"$nobody <>"/"$maintainer"}"; fi
gzip -9n <<<"$changes" >"$root/$docs/changelog.Debian.gz"

# The licences of what is linked ask for their texts to go with the program; each dependency has to be named.
checkouts="${BANANADROP_CHECKOUTS:-.build/checkouts}"
for package in "$checkouts"/*/; do
    name="$(basename "$package")"
    grep -q "checkouts/$name/\*" "$here/debian/copyright" || {
        echo "package.sh: systemd/debian/copyright does not name $name" >&2
        exit 1
    }
    for text in "$package"LICENSE* "$package"NOTICE*; do
        [ -f "$text" ] && printf '%s\n\n' "==== $name: $(basename "$text")" && cat "$text" && echo
    done || true
done | gzip -9n >"$root/$docs/third-party-notices.gz"
chmod 644 "$root/$docs"/*.gz

version="$(dpkg-parsechangelog -l "$here/debian/changelog" -S Version)"
[ "${version%-*}" = "$("$program" --version)" ] || {
    echo "package.sh: the program is $("$program" --version), systemd/debian/changelog speaks of $version" >&2
    exit 1
}
architecture="$(dpkg --print-architecture)"

# Which packages hold the libraries that the program loads.
mkdir -p "$work/debian"
printf 'Source: bananadrop\n\nPackage: bananadrop\nArchitecture: any\n' >"$work/debian/control"
libraries="$(cd "$work" && dpkg-shlibdeps ${leniently:+"$leniently"} -O "$program" 2>"$work/shlibdeps.log")" || {
    cat "$work/shlibdeps.log" >&2
    exit 1
}
# An older one has the calls by name, and not all of their options: see TransferContext.
libraries="$(sed -E 's/(libcurl4[a-z0-9]*) \(>= [^)]*\)/\1 (>= 7.87)/' <<<"$libraries")"
mkdir -p "$root/DEBIAN"
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@LIBRARIES@/${libraries#shlibs:Depends=}/" \
    -e "s/@SIZE@/$(du -sk --apparent-size "$root" | cut -f1)/" "$here/debian/control.in" >"$root/DEBIAN/control"
echo "Maintainer: $maintainer" >>"$root/DEBIAN/control"
echo /etc/bananadrop/config.yaml >"$root/DEBIAN/conffiles"
install -m 755 "$here/debian/postinst" "$here/debian/prerm" "$here/debian/postrm" "$root/DEBIAN/"
(cd "$root" && find . -type f ! -path './DEBIAN/*' ! -path './etc/*' -printf '%P\0' | sort -z | xargs -0 md5sum) \
    >"$root/DEBIAN/md5sums"
chmod 644 "$root/DEBIAN/md5sums"
find "$root" -type d -exec chmod 755 {} +

package="$folder/bananadrop_${version}_$architecture.deb"
dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >&2
echo "$package"
