#!/usr/bin/env bash
# Builds the documents as a site of web pages, and those of the libraries below it; a warning is an error:
# Tests/documents.sh [FOLDER, .build/documents]
# The libraries' have a page for each public symbol, so they need what `swift build` leaves in $BUILD (.build/debug). DocC
# comes with the toolchain: its plugin would be a dependency that everyone who uses the libraries has to fetch.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
. "$root/Tests/built.sh"
folder="${1:-$root/.build/documents}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# The articles name each other as files, so that they can be read where they lie; pages are named otherwise. What lies
# beside the articles has no page, so its words stay alone. Of a block's kind a page wants the language.
catalogue() { # NAME CATALOGUE
    cp -r "$2" "$work/$1.docc"
    sed -E -i -e 's,\]\(Resources/,](,g' -e 's/\]\(([A-Za-z]+)\.(md|tutorial)\)/](doc:\1)/g' -e 's/^(```[a-z]+) .*/\1/' \
        -e 's,\]\([./]*/NanoBanana\.docc/EditingPictures\.md\),](/NanoBanana/documentation/nanobanana/editingpictures),' \
        -e 's,\[([^]]*)\]\(\.\./[^)]*\),\1,g' "$work/$1.docc"/*.md
}

convert() { # FOLDER [options of docc]
    docc convert "${@:2}" --output-path "$1" --warnings-as-errors
    local dead
    dead="$(find "$1/data" -name '*.json' -exec jq -r '.references[]? | select(.type == "link") | .url' {} + |
        grep -vE '^(https?:|/)' || true)"
    [ -z "$dead" ] || {
        printf 'documents.sh: a link to a file, which is no page: %s\n' "$dead" >&2
        exit 1
    }
}

library() { # MODULE [CATALOGUE]
    mkdir "$work/$1"
    swift symbolgraph-extract -module-name "$1" -minimum-access-level public -skip-inherited-docs \
        -target "$(swiftc -print-target-info | jq -r .target.unversionedTriple)" "${module_flags[@]}" \
        -module-cache-path "$build/ModuleCache" -output-dir "$work/$1"
    # The formatter asks for a sentence about each declaration, but not about the cases of an enum. What the compiler makes
    # has no place.
    local bare
    bare="$(jq -r '.symbols[] | select(.location and (.docComment | not)) | .pathComponents | join(".")' \
        "$work/$1/$1.symbols.json")"
    [ -z "$bare" ] || {
        printf 'documents.sh: public, and without a sentence: %s\n' "$bare" >&2
        exit 1
    }
    convert "$folder/$1" "${@:2}" --hosting-base-path "$1" --additional-symbol-graph-dir "$work/$1" \
        --fallback-display-name "$1" --fallback-bundle-identifier "$1"
}

mkdir -p "$(dirname "$folder")"
rm -rf "$folder"
catalogue bananadrop "$root/Sources/bananadrop/Documentation.docc"
convert "$folder" "$work/bananadrop.docc"
catalogue NanoBanana "$root/Sources/NanoBanana/NanoBanana.docc"
library NanoBanana "$work/NanoBanana.docc"
# The stand-in, for those who test with it.
library NanoBananaSimulator
echo "$folder"
