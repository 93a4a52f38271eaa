#!/usr/bin/env bash
# Builds the documents as a site of web pages, and those of the library below it; a warning is an error:
# Tests/documents.sh [FOLDER, .build/documents]
# The library's have a page for each public symbol, so they need what `swift build` leaves in $BUILD (.build/debug).
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
. "$root/Tests/built.sh"
folder="${1:-$root/.build/documents}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

convert() { # NAME CATALOGUE FOLDER [options of docc]
    local copy="$work/$1.docc"
    cp -r "$2" "$copy"
    # The articles name each other as files, so that they can be read where they lie; pages are named otherwise. Of a
    # block's kind a page wants the language alone.
    sed -E -i -e 's/\]\(([A-Za-z]+)\.(md|tutorial)\)/](doc:\1)/g' -e 's/^(```[a-z]+) .*/\1/' "$copy"/*.md
    docc convert "$copy" --output-path "$3" --warnings-as-errors "${@:4}"
}

mkdir -p "$(dirname "$folder")" "$work/symbols"
rm -rf "$folder"
convert bananadrop "$root/Sources/bananadrop/Documentation.docc" "$folder"
swift symbolgraph-extract -module-name NanoBanana -minimum-access-level public -skip-inherited-docs \
    -target "$(swiftc -print-target-info | jq -r .target.unversionedTriple)" "${module_flags[@]}" \
    -module-cache-path "$build/ModuleCache" -output-dir "$work/symbols"
# The formatter asks for a sentence about each declaration, but not about the cases of an enum. What the compiler makes has
# no place.
bare="$(jq -r '.symbols[] | select(.location and (.docComment | not)) | .pathComponents | join(".")' \
    "$work/symbols/NanoBanana.symbols.json")"
[ -z "$bare" ] || {
    printf 'documents.sh: public, and without a sentence: %s\n' "$bare" >&2
    exit 1
}
convert NanoBanana "$root/Sources/NanoBanana/NanoBanana.docc" "$folder/NanoBanana" --hosting-base-path NanoBanana \
    --additional-symbol-graph-dir "$work/symbols"
echo "$folder"
