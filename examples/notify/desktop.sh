#!/bin/sh
# Shows it on one's own desktop, where bananadrop runs as a unit of the user:
#   notify-command: /usr/local/bin/desktop.sh
# Needs notify-send (Debian: libnotify-bin). Desktops take the text for markup, so that is taken out.
set -eu
text="$(printf '%s' "$BANANADROP_TEXT" | sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g')"
exec notify-send --app-name=bananadrop -- "bananadrop: $BANANADROP_EVENT" "$text"
