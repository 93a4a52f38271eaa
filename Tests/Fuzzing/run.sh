#!/usr/bin/env bash
# Fuzzes the request reader and the answer reader with libFuzzer: Tests/Fuzzing/run.sh [SECONDS for each [SEED]]
# Without options it tries the same inputs in every run and on every machine, so that what it says is about the code. For
# seconds, by hand, it looks for what nobody has seen yet, each time elsewhere. With 0 it only compiles; what was
# compiled from the same sources is not compiled again.
# Needs what `swift build --build-tests` leaves in $BUILD (.build/debug). Ends with 1 on a finding, and names its file.
set -euo pipefail
seconds=${1:-}
seed=${2:-$RANDOM}
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/Tests/built.sh"
out=${OUT:-$root/.build/fuzzing}
rm -rf "$out"/{request,answer}
mkdir -p "$out"/{cache,request,answer}

# Address sanitizer finds what is done wrong with the memory of libyaml, and leaks with it.
swift_flags=(-sanitize=fuzzer,address -O -wmo -g -parse-as-library -swift-version 6 -enable-testing
    -package-name bananadrop -module-cache-path "$out/cache" -I "$out" "${module_flags[@]}"
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault
    -enable-upcoming-feature MemberImportVisibility)

module() { # NAME: the project's own module, instrumented
    # In a catalogue of documents lie files that are only shown.
    find "$root/Sources/$1" -name '*.swift' ! -path '*.docc/*' -exec printf '"%s"\n' {} + >"$out/$1.sources"
    swiftc "${swift_flags[@]}" -module-name "$1" -emit-module -emit-module-path "$out/$1.swiftmodule" \
        -c -o "$out/$1.o" "@$out/$1.sources"
}
target() { # NAME, then its sources and objects
    local name=$1
    shift
    swiftc "${swift_flags[@]}" -use-ld=lld -module-name "$name" -o "$out/$name" "$@" "@$out/objects" \
        -linotifytools -lyaml -lz -lstdc++
}

compile() {
    local started=$SECONDS
    rm -f "$out/compiled"
    module NanoBanana
    module Documents
    module Requests
    module Jobs
    # The project's own are compiled above, or not needed.
    built_objects >"$out/objects"
    target FuzzRequests "$root/Tests/Fuzzing/FuzzRequests.swift" "$root/Tests/RequestsTests/RequestProperties.swift" \
        "$out"/{Jobs,Requests,Documents,NanoBanana}.o
    target FuzzAnswers "$root/Tests/Fuzzing/FuzzAnswers.swift" "$root/Tests/NanoBananaTests/AnswerProperties.swift" \
        "$out/NanoBanana.o"
    echo "fuzzing: compiled in $((SECONDS - started)) s"
    touch "$out/compiled"
}
if [ ! -e "$out/compiled" ] || [ -n "$(find "$root"/{Sources,Tests/Fuzzing,Tests/*/*Properties.swift} "$build/Modules" \
    -newer "$out/compiled" -print -quit)" ]; then
    compile
fi
[ "$seconds" != 0 ] || exit 0

fuzz() { # PROGRAM, corpus, inputs
    # The first directory gets what is found to be new; the committed corpus stays as it is.
    local log=$out/$1.log started=$SECONDS work=(-seed=1 -runs="$3")
    [ -z "$seconds" ] || work=(-seed="$seed" -max_total_time="$seconds")
    rm -f "$out/$1"-{crash,timeout,oom,leak}-*
    # Freed memory is soon given back, so that the limit is one of growth. Swift's own backtrace hangs beside the
    # fuzzer's.
    if SWIFT_BACKTRACE=enable=no SWIFT_DETERMINISTIC_HASHING=1 ASAN_OPTIONS=quarantine_size_mb=16 \
        setarch --addr-no-randomize "$out/$1" \
        "${work[@]}" -timeout=5 -rss_limit_mb=1024 -max_len=4096 -print_final_stats=1 -artifact_prefix="$out/$1-" \
        "$out/$2" "$root/Tests/Fuzzing/corpus/$2" >"$log" 2>&1; then
        echo "fuzzing: $1: $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs in $((SECONDS - started)) s," \
            "at most $(sed -n 's/^stat::peak_rss_mb: *//p' "$log") MiB, no finding"
        return
    fi
    grep -v -E '^ +#|^INFO|^0x' "$log" | tail -n 25 | cut -c 1-2000
    echo "fuzzing: $1 has found something: $(ls "$out/$1"-{crash,timeout,oom,leak}-* 2>/dev/null || echo "see $log")"
    return 1
}
# Each takes one processor.
fuzz FuzzRequests request 50000 & running=($!)
fuzz FuzzAnswers answer 200000 & running+=($!)
failed=0
for each in "${running[@]}"; do wait "$each" || failed=1; done
exit "$failed"
