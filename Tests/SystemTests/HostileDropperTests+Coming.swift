// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// Where a batch shows its parts members only look; a file server may write there in the daemon's name.
extension HostileDropperTests {
    @Test func `what is planted where parts are shown leads nowhere, holds nothing up, and stays`() async throws {
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await SharedSpool.with { shared in
                try shared.hide(Data("\(Self.mark)\n".utf8), as: "key")
                let options = ["--max-in-flight", "1"] + BatchCrashTests.showing
                try await shared.withDaemon(base, options) { daemon in
                    let spool = shared.spool
                    let rows = (1...5).map { "row \($0),https://a.b/\($0).png\n" }.joined()
                    let script = "printf '%s' 'prompt,image\n\(rows)' >inbox/.new; mv inbox/.new inbox/catalog.csv"
                    try await shared.act(.member, script)
                    #expect(await daemon.line(containing: "Submitted job=catalog/001 ") != nil)
                    simulator.finishWork()
                    #expect(await daemon.line(containing: "Submitted job=catalog/002 ") != nil)
                    let shown = spool.root.appendingPathComponent("coming/catalog/001/001-1.png")
                    while !FileManager.default.fileExists(atPath: shown.path) {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                    try await shared.act(.member, "test -r coming/catalog/001/001-1.png")
                    try await shared.act(.member, "! touch coming/catalog/x && ! rm -f \(shown.path)")
                    // By this name it is the result itself.
                    try await shared.act(.member, "! sh -c 'echo x >>coming/catalog/001/001-1.png'")
                    try await shared.act(
                        .daemon,
                        """
                        cd coming/catalog
                        ln -s ../../../private 002
                        mkdir 003; mkfifo 003/003-1.png 003/.coming.new
                        mkdir 004; ln -s ../../../../private/key 004/004-1.png; echo mine >004/notes.txt
                        rm -f index.html; ln -s ../../../private/key index.html; mkfifo .index.html.new
                        """)
                    try await simulator.finishesWork {
                        #expect(await daemon.result(of: "catalog")?.contains(" Done ") == true)
                    }
                    while FileManager.default.fileExists(atPath: shown.path) {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                    #expect(daemon.lines.count { $0.contains("cannot be shown in coming") } <= 1)
                    let notes = spool.root.appendingPathComponent("coming/catalog/004/notes.txt")
                    #expect(try Data(contentsOf: notes) == Data("mine\n".utf8))
                    #expect(Self.leaks(shared, daemon, simulator) == [])
                    for part in 1...5 {
                        #expect(PNGFile.isWhole(try spool.data("done/catalog/00\(part)/00\(part)-1.png")))
                    }
                }
                try Self.checkUntouched(["key": Data("\(Self.mark)\n".utf8)], shared)
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
                #expect(simulator.ledger.snapshot.paid == 5)
            }
        }
    }
}
