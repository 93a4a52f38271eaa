// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// A daemon that was away for days finds jobs whose links no longer work.
@Suite(.watched, .timeLimit(.minutes(15)))
struct OldLinkTests {
    @Test func `links that have run out while nobody ran fail their own jobs, and keep no others waiting`() async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
                let date = Date(timeIntervalSinceNow: -3 * 86_400).formatted(format)
                for number in 1...3 {
                    let folder = spool.root.appendingPathComponent("processing/old\(number).1a2b3c")
                    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                    let lines = [
                        ForgedJournal.claimed("old\(number).yaml"), ForgedJournal.read("old"), ForgedJournal.submitting,
                        ForgedJournal.submitted("t-\(number)"), ForgedJournal.answered("\(base)/gone/\(number).png"),
                    ]
                    let journal = ForgedJournal(lines.map { $0.dropLast() + #","at":"\#(date)"}"# }).text
                    try Data(journal.utf8).write(to: folder.appendingPathComponent("journal.jsonl"))
                    let request = folder.appendingPathComponent("old\(number).yaml")
                    try Data(TestSpool.request("old").utf8).write(to: request)
                }
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("new"), as: "new.yaml")
                    #expect(await daemon.line(containing: "Done job=new ") != nil)
                    for number in 1...3 { #expect(await daemon.line(containing: "Failed job=old\(number) ") != nil) }
                }
                #expect(try spool.prose("failed/old1/error.txt").contains("will probably not help"))
                #expect(simulator.ledger.snapshot.paid == 1)
            }
        }
    }
}
