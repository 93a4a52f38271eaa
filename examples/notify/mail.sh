#!/bin/sh
# Sends a mail, through the sendmail of whatever mail system this machine has:
#   notify-command: /usr/local/bin/mail.sh team@example.com
# Needs jq. The subject holds no name of others; these stand in the body, where they can become no header.
set -eu
sendmail="$(PATH="$PATH:/usr/sbin" command -v sendmail)"
body="$(jq -r '.text, (.reason.next // empty), (if .path then "Folder: \(.path)" else empty end)')"
{
    printf 'To: %s\nSubject: bananadrop: %s\n' "$1" "$BANANADROP_EVENT"
    printf 'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n'
    printf '%s\n' "$body"
} | "$sendmail" -t -oi
