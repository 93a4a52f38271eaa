#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds examples/swift-client, the package that uses the library from outside, runs its tests and its program, and looks
# whether its Package.swift names what is there. Runs the sample of the library's article that needs no account, too.
#
# SwiftPM would build every dependency once more for it, in ten minutes. So the compiler is called here, on the package's
# own files, against what `swift build --build-tests` leaves in $BUILD (.build/debug): no file but those of the library's
# products, and nothing of it that is not public.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
. "$root/Tests/built.sh"
example="$root/examples/swift-client"
out="$(mktemp -d)"
standin=
stop() {
    if [ -n "$standin" ]; then
        kill "$standin" 2>/dev/null || true
        wait "$standin" 2>/dev/null || true
    fi
    rm -rf "$out"
}
trap stop EXIT
fail() {
    echo "example.sh: $1" >&2
    exit 1
}

# What a manifest says, as JSON. Nothing is resolved or built.
manifest() { swift package --package-path "$1" --scratch-path "$out/scratch" dump-package; }
manifest "$root" >"$out/root.json"
manifest "$example" >"$out/example.json"
# Its one dependency is this folder, and each product that it takes from there is a library that is there.
[ "$(jq -r '.dependencies[].fileSystem[].path' "$out/example.json")" -ef "$root" ] ||
    fail "its Package.swift depends on another folder than $root"
jq -e -n --slurpfile root "$out/root.json" --slurpfile example "$out/example.json" '
    [$root[0].products[] | select(.type.library) | .name] as $there
    | [$example[0].targets[].dependencies[] | .product? // empty | select(.[1] == $root[0].name) | .[0]] as $taken
    | ($taken | length) > 0 and ($taken - $there) == []' >/dev/null ||
    fail "its Package.swift takes a product that is not there"
# Its targets are its folders, so that no file is left out here.
folders=("$example"/Sources/* "$example"/Tests/*)
[ "$(jq -r '.targets[].name' "$out/example.json" | sort)" = "$(basename -a "${folders[@]}" | sort)" ] ||
    fail "its Package.swift names other targets than there are folders"

flags=(-swift-version 6 -warnings-as-errors -Onone -module-cache-path "$build/ModuleCache" -I "$out"
    "${module_flags[@]}")
link=(-use-ld=lld "$out/PictureEditing.o" "@$out/objects" -lz -lstdc++)
built_objects NanoBanana NanoBananaSimulator >"$out/objects"
swiftc "${flags[@]}" -parse-as-library -wmo -module-name PictureEditing -c -emit-module \
    -emit-module-path "$out/PictureEditing.swiftmodule" -o "$out/PictureEditing.o" "$example"/Sources/PictureEditing/*.swift
swiftc "${flags[@]}" -parse-as-library -module-name edit_picture -o "$out/edit-picture" \
    "$example"/Sources/edit-picture/*.swift "${link[@]}"
# As SwiftPM makes the program that runs tests.
cat >"$out/Runner.swift" <<'SWIFT'
import Testing

@main struct Runner {
    static func main() async { await Testing.__swiftPMEntryPoint() as Never }
}
SWIFT
swiftc "${flags[@]}" -parse-as-library -module-name PictureEditingTests -o "$out/tests" \
    "$example"/Tests/PictureEditingTests/*.swift "$out/Runner.swift" "${link[@]}"
NO_COLOR=1 "$out/tests" --testing-library swift-testing

touch "$out/simulate.log"
"$build/bananadrop" simulate --port 0 >>"$out/simulate.log" 2>&1 &
standin=$!
for _ in $(seq 100); do
    api="$(sed -n 's/^listening on //p' "$out/simulate.log")"
    [ -n "$api" ] && break
    sleep 0.1
done
[ -n "$api" ] || fail "the stand-in does not listen: $(cat "$out/simulate.log")"
edit() { NANOBANANA_API_KEY=any NANOBANANA_API_URL="$api" "$out/edit-picture" "$@"; }
[ "$(edit "$api/samples/bottle.png" 'Softer light' "$out/bottle")" = "$out/bottle/1.png" ] ||
    fail "the program brings no picture"
[ "$(head -c 4 "$out/bottle/1.png" | tail -c 3)" = PNG ] || fail "what the program brings is no PNG"
if edit "$api/samples/bottle.png" '[fault:submit=lost]' "$out/lost" 2>"$out/said"; then
    fail "the program ends well though its submit was lost"
fi
grep -q 'It may have been charged' "$out/said" || fail "the program says: $(cat "$out/said")"
[ "$(curl -sS "$api/simulator/ledger" | jq .submits)" = 2 ] || fail "the program has submitted something twice"

# The sample of the library's article that needs no account prints what stands behind its lines.
mkdir "$out/sample"
awk '/^```swift$/ { block = ""; on = 1; next } /^```$/ { if (on && block ~ /withSimulator/) printf "%s", block; on = 0 }
    on { block = block $0 "\n" }' "$root/Sources/NanoBanana/NanoBanana.docc/EditingPictures.md" >"$out/sample/main.swift"
swiftc "${flags[@]}" -module-name sample -o "$out/sample/sample" "$out/sample/main.swift" "${link[@]}"
expected="$(sed -n 's|.*)  // ||p' "$out/sample/main.swift")"
[ -n "$expected" ] && [ "$("$out/sample/sample")" = "$expected" ] || fail "the article's sample does not print: $expected"
echo "example: its tests and its program do what they should, and so does the article's sample"
