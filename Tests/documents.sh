#!/usr/bin/env bash
# Builds the documents as a site of web pages; a warning is an error: Tests/documents.sh [FOLDER, .build/documents]
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
folder="${1:-$root/.build/documents}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cp -r "$root/Sources/bananadrop/Documentation.docc" "$work/bananadrop.docc"
# The articles name each other as files, so that they can be read where they lie; pages are named otherwise. Of a block's
# kind a page wants the language alone.
sed -E -i -e 's/\]\(([A-Za-z]+)\.md\)/](doc:\1)/g' -e 's/^(```[a-z]+) .*/\1/' "$work"/bananadrop.docc/*.md
mkdir -p "$(dirname "$folder")"
rm -rf "$folder"
docc convert "$work/bananadrop.docc" --output-path "$folder" --warnings-as-errors
echo "$folder"
