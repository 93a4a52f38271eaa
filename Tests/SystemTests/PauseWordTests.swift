// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// A file, or a folder, called `PAUSE`: nothing more is submitted as long as it is there, and all else goes on.
@Suite(.watched, .timeLimit(.minutes(15)))
struct PauseWordTests {
    /// Where it lies, relative to the spool, and whether it is a folder.
    static let places: [(path: String, isFolder: Bool)] = [
        ("inbox/acme/PAUSE", false), ("inbox/PAUSE.txt", false), ("PAUSE", false), ("pause.txt", false),
        ("inbox/acme/Pause", true), ("PAUSE", true),
    ]

    @Test(arguments: places.indices)
    func `as long as it is there nothing below it is submitted, and all goes on when it is taken away`(
        index: Int
    ) async throws {
        let (path, isFolder) = Self.places[index]
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await TestSpool.with { spool in
                let place = spool.root.appendingPathComponent(path)
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("before"), as: "acme/before.yaml")
                    await daemon.line(containing: "Submitted job=acme/before")
                    try spool.put(at: path, isFolder: isFolder)
                    await daemon.line(containing: "Paused by somebody")
                    try spool.drop(TestSpool.request("paused"), as: "acme/deep/paused.yaml")
                    _ = try await spool.status { page in
                        let (by, held) = (page["paused_by"] as? [[String: Any]], page["held_count"] as? Int)
                        return by?.count == 1 && (held ?? 0) >= 1
                    }
                    // Collecting goes on.
                    try await simulator.finishesWork { await daemon.line(containing: "Done job=acme/before") }
                    let status = try await Program.run(["status", "--spool", spool.root.path]).output
                    #expect(status.contains("paused by PAUSE in "), "\(status)")
                    #expect(simulator.ledger.snapshot.submits == 1)
                    #expect(spool.names(in: spool.inbox.appendingPathComponent("acme/deep")) == ["paused.yaml"])
                }
                // The file is the state.
                try await spool.withDaemon(base) { daemon in
                    _ = try await spool.status { ($0["held_count"] as? Int ?? 0) >= 1 }
                    #expect(simulator.ledger.snapshot.submits == 1)
                    try FileManager.default.removeItem(at: place)
                    try await simulator.finishesWork { await daemon.line(containing: "Done job=acme/deep/paused") }
                    _ = try await spool.status { ($0["paused_by"] as? [Any])?.isEmpty == true }
                }
                #expect(simulator.ledger.snapshot.paid == 2)
            }
        }
    }

    @Test func `jobs that have begun wait before their next submit, and other lanes do not wait`() async throws {
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--max-in-flight", "1"]) { daemon in
                    try spool.drop(TestSpool.request("two", more: "variants: 2\n"), as: "acme/two.yaml")
                    await daemon.line(containing: "Submitted job=acme/two")
                    try spool.put(at: "inbox/acme/PAUSE", isFolder: false)
                    await daemon.line(containing: "Paused by somebody")
                    simulator.finishWork()
                    try spool.drop(TestSpool.request("other"), as: "other/other.yaml")
                    await daemon.line(containing: "Submitted job=other/other")
                    _ = try await spool.status { ($0["held_count"] as? Int ?? 0) >= 1 }
                    #expect(simulator.ledger.snapshot.paid("two") == 1)
                    try FileManager.default.removeItem(at: spool.inbox.appendingPathComponent("acme/PAUSE"))
                    try await simulator.finishesWork { await daemon.line(containing: "Done job=acme/two") }
                }
                #expect(simulator.ledger.snapshot.paid("two") == 2)
            }
        }
    }

    @Test func `one that says until when ends by itself, and is taken away`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let end = Date().addingTimeInterval(3)
                let text = end.formatted(.iso8601)
                try Data("until: \(text)\n".utf8).write(to: spool.inbox.appendingPathComponent("PAUSE"))
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("later"), as: "later.yaml")
                    await daemon.line(containing: "Done job=later")
                    #expect(Date() >= end.addingTimeInterval(-1))
                    while spool.names(in: spool.inbox) != [] { try await Task.sleep(for: .milliseconds(20)) }
                }
                #expect(simulator.ledger.snapshot.paid == 1)
            }
        }
    }

    @Test func `paused and let go again and again while 50 jobs come, each is paid once`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    for number in 0..<50 {
                        try spool.drop(TestSpool.request("job \(number)"), as: "lane\(number % 3)/job\(number).yaml")
                        if number % 5 == 0 { try spool.put(at: "inbox/PAUSE", isFolder: number % 2 == 0) }
                        if number % 5 == 3 {
                            try FileManager.default.removeItem(at: spool.inbox.appendingPathComponent("PAUSE"))
                        }
                        if number % 7 == 0 { try await Task.sleep(for: .milliseconds(30)) }
                    }
                    for number in 0..<50 { await daemon.result(of: "lane\(number % 3)/job\(number)") }
                }
                #expect(simulator.ledger.snapshot.paid == 50)
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
            }
        }
    }

    @Test func `whatever is called so pauses, but a request`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                for lane in ["fifo", "link", "huge", "noise"] {
                    try FileManager.default.createDirectory(
                        at: spool.inbox.appendingPathComponent(lane), withIntermediateDirectories: true)
                }
                #expect(mkfifo(spool.inbox.appendingPathComponent("fifo/PAUSE").path, 0o644) == 0)
                try FileManager.default.createSymbolicLink(
                    atPath: spool.inbox.appendingPathComponent("link/PAUSE").path, withDestinationPath: "/etc/passwd")
                try Data(repeating: 0x41, count: 8 << 20).write(to: spool.inbox.appendingPathComponent("huge/PAUSE"))
                try Data([0xFF, 0xFE, 0, 0xD8]).write(to: spool.inbox.appendingPathComponent("noise/PAUSE"))
                try await spool.withDaemon(base) { daemon in
                    for lane in ["fifo", "link", "huge", "noise"] {
                        try spool.drop(TestSpool.request(lane), as: "\(lane)/job.yaml")
                    }
                    try spool.drop(TestSpool.request("in a lane"), as: "full/PAUSE/job.yaml")
                    try spool.drop(TestSpool.request("a request"), as: "other/PAUSE.yaml")
                    await daemon.line(containing: "Done job=other/PAUSE")
                    _ = try await spool.status { page in
                        (page["paused_by"] as? [Any])?.count == 5 && (page["held_count"] as? Int ?? 0) >= 5
                    }
                }
                #expect(simulator.ledger.snapshot.paid == 1)
            }
        }
    }
}

extension TestSpool {
    /// Puts an empty file, or an empty folder, as somebody does who sees only the folder.
    func put(at path: String, isFolder: Bool = false) throws {
        let place = root.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
        if isFolder {
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        } else {
            try Data().write(to: place)
        }
    }
}
