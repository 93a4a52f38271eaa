// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// The blocks of the documents that go on without end: each is started, seen at its work, and ended.
@Suite(.watched, .timeLimit(.minutes(15)))
struct DocumentEndlessTests {
    struct Endless: Sendable, CustomTestStringConvertible {
        var place: DocumentPlace
        /// What has to be there before.
        var before = ":"
        /// What it prints when it is at work.
        var ready: String
        /// The spool that it works on.
        var spool: String
        /// What it prints when a request is done.
        var shown: String

        var testDescription: String { place.testDescription }
    }

    static let all = [
        Endless(
            place: DocumentPlace(page: "Installing", line: "bananadrop run"),
            before: "bananadrop init ~/drop; (umask 077; echo a-key > ~/api-key); unset BANANADROP_API_KEY",
            ready: "Watching", spool: "~/drop", shown: "Done job=hero"),
        Endless(
            place: DocumentPlace(page: "Integration", line: "bananadrop simulate"), ready: "Watching", spool: "~/try",
            shown: "Done job=hero"),
        Endless(
            place: DocumentPlace(page: "Integration", line: "inotifywait"),
            before: "bananadrop init ~/drop; setsid bananadrop run --spool ~/drop >daemon 2>&1 & owned+=($!)",
            ready: "Watches established", spool: "~/drop", shown: "hero yes"),
    ]

    /// Waits for lines, not for time; what has ended without them fails.
    private static let script =
        Dropper.freePort + #"""
            cd; owned=()
            trap 'for process in "${owned[@]}"; do kill -- "-$process"; done' EXIT
            says() {
                until grep -qF -e "$1" said; do
                    sleep 0.1
                    kill -0 "$block" || { cat said; exit 1; }
                done
            }
            eval "$before"
            # The port that the document names may be another's here.
            setsid bash -c "${text//8787/$port}" >said 2>&1 & block=$!; owned+=($!)
            says "$ready"
            printf 'prompt: a\nimages: https://example.com/a.png\n' > "${spool/#\~/$HOME}/.new"
            mv "${spool/#\~/$HOME}/.new" "${spool/#\~/$HOME}/inbox/hero.yaml"
            says "$shown"
            """#

    @Test(.enabled(if: Needs.programs("inotifywait"), "needs inotify-tools"), arguments: all)
    func `it is at work until it is ended`(endless: Endless) async throws {
        let block = try endless.place.block
        try await withSimulator { _, base in
            try await DocumentWorld.with(base) { world in
                let parts = [
                    "before": endless.before, "ready": endless.ready, "spool": endless.spool, "shown": endless.shown,
                    "text": world.placed(block.text),
                ]
                let environment = world.environment.merging(parts) { $1 }
                let result = try await Program.run(
                    ["-euc", Self.script], environment: environment, binary: "/bin/bash")
                #expect(result.code == 0, "\(result.output) \(result.errors)")
            }
        }
    }
}
