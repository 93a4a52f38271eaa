# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# What `swift build --build-tests` has left, for scripts that call the compiler themselves: sourced, with `root` set to the
# top of the sources. $BUILD names another build than .build/debug.
build=${BUILD:-$root/.build/debug}
checkouts=$(dirname "$build")/checkouts

# Where the modules are, and what the C ones are called: in their sources, or as SwiftPM has generated it.
module_flags=(-I "$build/Modules")
for map in "$root"/Sources/*/module.modulemap "$build"/*.build/module.modulemap \
    "$checkouts"/*/Sources/*/include/module.modulemap; do
    module_flags+=(-Xcc "-fmodule-map-file=$map")
done
for headers in "$checkouts"/*/Sources/C*/include "$checkouts"/*/Sources/_*Shims/include; do
    module_flags+=(-Xcc -I -Xcc "$headers")
done

# The objects of the dependencies as they are, and those of the project's own modules that are named: a line each, for a
# response file.
built_objects() {
    local objects name
    for objects in "$build"/*.build; do
        name=$(basename "$objects" .build)
        if [ -d "$root/Sources/$name" ] || [ -d "$root/Tests/$name" ] || [ -d "$root/Benchmarks/$name" ]; then continue; fi
        case $name in bananadrop* | reaper | *-tool | *Macros*) continue ;; esac
        find "$objects" -name '*.o' -printf '"%p"\n'
    done
    # A file that has gone may have left its object.
    for name; do jq '.[].object // empty' "$build/$name.build/output-file-map.json"; done
}
