// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// The listener beside the pipeline, from the start to the end.
@Suite(.watched, .timeLimit(.minutes(15)))
struct MetricsListenTests {
    @Test(.enabled(if: Needs.mounts, "needs root and the right to mount"))
    func `ready means that the first scan is done and no stop has begun; healthy it is all the while`() async throws {
        try await withSimulator { simulator, base in
            try await Mounts.withFolder { mounts in
                let spool = try TestSpool.make(at: mounts.appendingPathComponent("spool"))
                // Nothing to do: pictures are left alone.
                for lane in 0..<20 {
                    let folder = spool.inbox.appendingPathComponent("lane-\(lane)")
                    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                    for number in 0..<100 {
                        let path = folder.appendingPathComponent("\(number).png").path
                        #expect(FileManager.default.createFile(atPath: path, contents: nil))
                    }
                }
                // The start waits for the disk until the test has asked.
                try Mounts.coverReadOnly(spool.root)
                let daemon = try spool.run(base, Scraper.options)
                let scraper = try await Scraper(daemon)
                let early = try await scraper.get("/readyz")
                #expect(early.status == 503)
                #expect(early.body.hasPrefix("not ready: the "))
                #expect(try await scraper.get("/healthz").body == "ok\n")
                try Mounts.unmountLazily(spool.root)
                await daemon.line(containing: "Watching")
                #expect(try await scraper.get("/readyz") == (200, "ready\n"))
                #expect(try await scraper.page().value("bananadrop_left_alone_files") == 2000)

                // No answer comes: the submit is on its way, and the stop waits for it, until the test has seen both.
                try spool.drop(TestSpool.request("\"[fault:submit=slow60000]\""), as: "slow.yaml")
                await simulator.ledger.wait { $0.submits == 1 }
                #expect(try await scraper.page().value("bananadrop_jobs", ["stage": "submitting"]) == 1)
                daemon.send(SIGTERM)
                while try await scraper.get("/readyz") != (503, "not ready: the daemon stops\n") {
                    try await Task.sleep(for: .milliseconds(10))
                }
                #expect(try await scraper.get("/healthz").status == 200)
                #expect(try await scraper.page().value("bananadrop_ready") == 0)
                daemon.send(SIGTERM)
                #expect(await daemon.end() == 0)
                await #expect(throws: (any Error).self) { try await scraper.get("/readyz", within: 1) }
            }
        }
    }

    @Test(.enabled(if: Needs.loopDevices, "mounting an image needs root and loop devices"))
    func `healthy it is while the start waits for a disk that does not answer`() async throws {
        try await withSimulator { _, base in
            try await LoopImage.with { image in
                let disk = image.mountPoint.path
                let spool = try TestSpool.make(at: image.mountPoint.appendingPathComponent("spool"))
                // Whoever writes waits in the kernel, and nothing wakes him.
                try await Tool.run("fsfreeze", "--freeze", disk)
                let daemon: Program
                do {
                    defer { try? Tool.runBlocking(["fsfreeze", "--unfreeze", disk]) }
                    daemon = try spool.run(base, Scraper.options)
                    let scraper = try await Scraper(daemon)
                    #expect(try await scraper.get("/healthz") == (200, "ok\n"))
                    #expect(try await scraper.get("/readyz").status == 503)
                }
                #expect(await daemon.line(containing: "Watching") != nil)
                daemon.send(SIGTERM)
                #expect(await daemon.end() == 0)
            }
        }
    }

    @Test func `a port that is taken ends the start, and says what to do`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, Scraper.options) { daemon in
                    let place = try await Scraper(daemon).base.dropFirst("http://".count)
                    try await TestSpool.with { other in
                        let second = try other.run(base, ["--metrics-listen", String(place)])
                        #expect(await second.end() == 69)
                        await second.line { _ in false }
                        #expect(
                            second.lines == [
                                "bananadrop: metrics-listen: \(place) is in use, perhaps by another bananadrop; `ss "
                                    + "-ltnp` shows who uses it. Give each its own port"
                            ])
                    }
                }
            }
        }
    }

    struct Refusal: Sendable {
        var value: String
        var why: String
    }

    private static let rule =
        "it is HOST:PORT such as 127.0.0.1:9464 or [::1]:9464, port 0 means any free port; public HOST:PORT lets "
        + "other machines reach it"
    private static let refusals = [
        Refusal(value: ":9464", why: rule), Refusal(value: "example.com:80", why: rule),
        Refusal(
            value: "0.0.0.0:9464",
            why: "anyone who reaches that address could read lanes and spending; use 127.0.0.1 instead, or "
                + "\"public 0.0.0.0:9464\" if you mean it"),
    ]

    @Test(arguments: refusals)
    func `a value that is no place, or is open by mistake, is refused`(refusal: Refusal) async throws {
        try await TestSpool.with { spool in
            let program = try spool.run("http://127.0.0.1:9", ["--metrics-listen", refusal.value])
            #expect(await program.end() == 78)
            await program.line { _ in false }
            #expect(
                program.lines == ["bananadrop: metrics-listen cannot be \"\(refusal.value)\": \(refusal.why)"])
        }
    }

    @Test func `without the setting nothing listens`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    #expect(!daemon.lines.contains { $0.contains("Metrics") })
                    for _ in 0..<3 {
                        let ports = try Self.listening(daemon.pid)
                        #expect(ports.isEmpty)
                    }
                }
                try await spool.withDaemon(base, Scraper.options) { daemon in
                    let port = try await Scraper(daemon).base.split(separator: ":").last.flatMap { Int($0) }
                    // The look would see a listener: at the first or at the next look, since the kernel's table is not
                    // read in one piece.
                    while try Self.listening(daemon.pid) != [try #require(port)] {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
            }
        }
    }

    /// The ports at which a process listens (proc(5), `/proc/net/tcp`: `0A` is `TCP_LISTEN`).
    private static func listening(_ pid: pid_t) throws -> [Int] {
        let folder = "/proc/\(pid)/fd"
        let sockets = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap { name in
            try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "/" + name)
        }
        let tables = ["tcp", "tcp6"].compactMap {
            try? String(contentsOfFile: "/proc/\(pid)/net/\($0)", encoding: .utf8)
        }
        return tables.flatMap { $0.split(separator: "\n").dropFirst() }.compactMap { line -> Int? in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == "0A", sockets.contains("socket:[\(fields[9])]") else { return nil }
            return fields[1].split(separator: ":").last.flatMap { Int($0, radix: 16) }
        }
    }
}
