#!/bin/sh
# Tells a Slack channel, by an incoming webhook:
#   notify-command: /usr/local/bin/slack.sh /etc/bananadrop/slack-url
# The file holds the webhook's address, which is a secret. Needs jq and curl.
# Plain text, since names and messages of others stand in it: Slack reads no markup and no mention there.
set -eu
# In two steps: where jq fails, nothing is sent, and bananadrop tries again.
body="$(jq -c '{
    text: (.text | gsub("&"; "&amp;") | gsub("<"; "&lt;") | gsub(">"; "&gt;")),
    blocks: ([{type: "section", text: {type: "plain_text", emoji: false, text: .text[:3000]}}]
        + if .reason.next then [{type: "context", elements: [{type: "plain_text", emoji: false, text: .reason.next[:3000]}]}]
          else [] end)
}')"
printf '%s' "$body" | curl -fsS --max-time 20 -o /dev/null -H 'Content-Type: application/json' --data-binary @- "$(cat "$1")"
