// SPDX-License-Identifier: Apache-2.0

import CLinux
import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// A folder that is a batch is its dropper's, also while it is claimed: he may rename it, and swap what is in it.
extension HostileDropperTests {
    private static let lane =
        "mkdir inbox/race; printf 'pictures: each\\nfolders: batch\\nprompt: served\\ntext_wait: 0\\n' "
        + ">inbox/race/_defaults.yaml; "

    /// Three pictures that nobody has dropped before.
    private static func album(_ number: Int) -> String {
        "mkdir inbox/race/.new; for n in 1 2 3; do { cat ../plain.png; echo \(number) $n; } >inbox/race/.new/$n.png; "
            + "done; mv inbox/race/.new inbox/race/album\(number)"
    }

    @Test func `a folder of pictures swapped for a symlink at any moment leads nowhere`() async throws {
        try await withSimulator { simulator, base in
            try await SharedSpool.with { shared in
                try shared.hide(Self.picture, as: "a.png")
                let plain = shared.around.appendingPathComponent("plain.png")
                try PNGFile.small.write(to: plain)
                chmod(plain.path, 0o644)
                try await shared.act(.member, Self.lane)
                let options = Self.options(shared) + ["--rescan-interval", "1s"]
                try await shared.withDaemon(base, options) { daemon in
                    for number in 0..<4 {
                        let folder = shared.spool.inbox.path + "/race/album\(number)"
                        let link = shared.spool.inbox.path + "/race/.other\(number)"
                        try await shared.act(.member, "ln -s ../../../private inbox/race/.other\(number)")
                        let swap = { @Sendable (_: Int) -> Bool in
                            // RENAME_EXCHANGE, renameat2(2)
                            renameat2(AT_FDCWD, folder, AT_FDCWD, link, 2) == 0
                        }
                        let swaps = try await Racer.race(pause: 200, swap) {
                            try await shared.act(.member, Self.album(number))
                            try await Task.sleep(for: .seconds(6))
                        }
                        #expect(swaps > 0)
                        // Where it was not taken by then, it is put right.
                        try await shared.act(
                            .member,
                            "cd inbox/race; [ ! -d .other\(number) ] || [ -L .other\(number) ] || { rm -f "
                                + "album\(number); mv .other\(number) album\(number); }; find . -type l -delete")
                        await simulator.ledger.wait { $0.fetches == 3 * (number + 1) }
                    }
                    #expect(simulator.ledger.snapshot.prompts.mapValues(\.paid) == ["served": 12])
                    #expect(Self.leaks(shared, daemon, simulator) == [])
                }
                try Self.checkUntouched(["a.png": Self.picture], shared)
            }
        }
    }
}
