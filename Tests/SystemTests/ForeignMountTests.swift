// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// Folders of the inbox in which nothing can be renamed: snapshots, what is mounted from elsewhere, what is dead.
@Suite(.watched, .timeLimit(.minutes(15)), .enabled(if: Needs.mounts, "needs root and the right to mount"))
struct ForeignMountTests {
    @Test func `files that nothing can move are named and left alone, and the others go on`() async throws {
        try await withSimulator { simulator, base in
            try await Mounts.withFolder { folder in
                let spool = try TestSpool.make(at: folder.appendingPathComponent("spool"))
                // More than may be under way at once, so that none of them could keep its turn.
                let stuck = (0..<9).flatMap { ["frozen/old\($0).yaml", "elsewhere/old\($0).yaml"] }
                try Mounts.makeTemporary(spool.inbox.appendingPathComponent("elsewhere"), bytes: 1 << 20)
                for path in stuck { try spool.write(TestSpool.request("stuck"), to: path) }
                try Mounts.coverReadOnly(spool.inbox.appendingPathComponent("frozen"))
                try spool.write(TestSpool.request("older still"), to: "#snapshot/old.yaml")
                let alive = DroppedFile(path: "alive.yaml", prompt: "alive")
                try await spool.guarded(base) { daemon in
                    await daemon.line(containing: "Watching")
                    try spool.drop([alive])
                    await spool.published([alive], daemon)
                    let why = try await spool.leavesAlone(Set(stuck))
                    for path in stuck { #expect(why[path]?.hasPrefix("it is on another file system") == true) }
                    #expect(!daemon.lines.contains { $0.contains("The disk refuses") })
                    let page = try await Program.run(["status", "--spool", spool.root.path])
                    #expect(page.code == 0 && !page.output.contains("refuses"), "\(page.output)")
                }
                #expect(simulator.ledger.snapshot.prompts.mapValues(\.submits) == ["alive": 1])
            }
        }
    }
}
