#!/bin/sh
# Makes a small WebP of each picture after it came, in a folder of its own, since results are never changed:
#   notify-command: /usr/local/bin/convert.sh /srv/small
#   notify-events: done, batch-done
# Needs cwebp (Debian: webp). The same notification may come twice; it then comes to the same.
set -eu
case "$BANANADROP_EVENT" in done | batch-done) ;; *) exit 0 ;; esac
# Not known where somebody has taken the result away before it was told.
[ -n "${BANANADROP_PATH:-}" ] || exit 0
from="$BANANADROP_SPOOL/$BANANADROP_PATH"
to="$1/$BANANADROP_PATH"
find "$from" -type f \( -name '*.png' -o -name '*.jpg' -o -name '*.webp' \) -exec sh -eu -c '
    from=$1 to=$2
    shift 2
    for picture; do
        target="$to/${picture#"$from/"}"
        target="${target%.*}.webp"
        mkdir -p "${target%/*}"
        # A name of its own until it is whole; nothing that begins with a hyphen, since the path does not.
        cwebp -quiet -resize 512 0 "$picture" -o "$target.new$$"
        mv -f "$target.new$$" "$target"
    done' sh "$from" "$to" {} +
