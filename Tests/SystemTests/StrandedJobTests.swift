// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// A job whose folder cannot be read when the daemon starts is not forgotten until the next start: what was paid for is
/// asked for as soon as it can be read.
@Suite(.watched, .timeLimit(.minutes(15)), .enabled(if: Needs.mounts, "needs root and the right to mount"))
struct StrandedJobTests {
    /// A file of which no byte can be read: each attempt is an error of the disk.
    private static let unreadable = "/proc/\(getpid())/mem"

    private static let rows = """
        {"prompt":"row 1","images":["https://example.com/a.png"]}
        {"prompt":"row 2","images":["https://example.com/a.png"]}

        """

    @Test(arguments: [
        // A job of its own, a batch, and a part of a batch.
        ["r2"], ["sheet"], ["sheet", "001"],
    ])
    func `the others go on, and it does when it can`(path: [String]) async throws {
        var configuration = SimulatorConfiguration()
        configuration.workTime = .seconds(3_600) ... .seconds(3_600)
        try await withSimulator(configuration) { simulator, base in
            try await Mounts.withFolder { folder in
                let spool = try TestSpool.make(at: folder.appendingPathComponent("spool"))
                for name in ["r1", "r2"] { try spool.drop(TestSpool.request(name), as: "\(name).yaml") }
                try spool.drop(Self.rows, as: "sheet.jsonl")
                let first = try spool.run(base)
                await simulator.ledger.wait { $0.polls >= 4 && $0.paid == 4 }
                first.send(SIGTERM)
                #expect(await first.end() == 0)

                let job = try Self.folder(path[0], in: spool.processing)
                let journal = try path.dropFirst().reduce(job) { try Self.folder($1, in: $0) }
                    .appendingPathComponent("journal.jsonl")
                try Mounts.bind(Self.unreadable, over: journal)
                try await spool.withDaemon(base) { daemon in
                    let line = await daemon.line(containing: "A job cannot continue; trying again")
                    #expect(line?.contains(job.path) == true, "\(line ?? "")")
                    simulator.finishWork()
                    let others = ["r1", "r2", "sheet"].filter { $0 != path.first }
                    for name in others { #expect(await daemon.result(of: name)?.contains(" Done ") == true, "\(name)") }
                    // The page is written once a second at most.
                    _ = try await spool.status { ($0["stranded"] as? [Any])?.isEmpty == false }
                    let status = try await Program.run(["status", "--spool", spool.root.path]).output
                    #expect(status.contains("stuck since "), "\(status)")

                    try Mounts.unmountLazily(journal)
                    #expect(await daemon.line(containing: "A job continues again") != nil)
                    #expect(await daemon.result(of: path[0])?.contains(" Done ") == true)
                }
                #expect(simulator.ledger.snapshot.paid == 4)
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
                #expect(spool.names(in: spool.processing) == [] && spool.names(in: spool.failed) == [])
            }
        }
    }

    /// The folder that is named so, or begins so.
    private static func folder(_ name: String, in folder: URL) throws -> URL {
        let names = TestSpool(root: folder).names(in: folder)
        return folder.appendingPathComponent(try #require(names.first { $0.hasPrefix(name) }, "\(names)"))
    }
}
