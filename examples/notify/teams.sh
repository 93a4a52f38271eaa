#!/bin/sh
# Tells a Microsoft Teams channel, by a webhook of Workflows ("Post to a channel when a webhook request is received"):
#   notify-command: /usr/local/bin/teams.sh /etc/bananadrop/teams-url
# The file holds the webhook's address, which is a secret. Needs jq and curl.
# A RichTextBlock, since a TextBlock takes what others have written for Markdown.
set -eu
# In two steps: where jq fails, nothing is sent, and bananadrop tries again.
body="$(jq -c 'def text(words): {type: "RichTextBlock", inlines: [{type: "TextRun", text: words}]};
{
    type: "message",
    attachments: [{
        contentType: "application/vnd.microsoft.card.adaptive",
        content: {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", type: "AdaptiveCard", version: "1.4",
            body: ([text(.text)] + if .reason.next then [text(.reason.next)] else [] end)
        }
    }]
}')"
printf '%s' "$body" | curl -fsS --max-time 20 -o /dev/null -H 'Content-Type: application/json' --data-binary @- "$(cat "$1")"
