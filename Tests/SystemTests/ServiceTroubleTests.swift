// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// Only a fault of the request is a failure.
@Suite(.watched, .timeLimit(.minutes(15)))
struct ServiceTroubleTests {
    static let troubles: [(switches: Switches, word: String)] = {
        var (key, balance, fast) = (Switches(), Switches(), Switches())
        key.keyRefused = true
        balance.balanceEmpty = true
        fast.tooFast = true
        return [(key, "why=key"), (balance, "why=balance"), (fast, "why=too-fast")]
    }()

    @Test(arguments: troubles.indices)
    func `while the service takes nothing, files stay, and it goes on by itself`(index: Int) async throws {
        let (switches, word) = Self.troubles[index]
        try await withSimulator { simulator, base in
            simulator.switches = switches
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--max-in-flight", "2"]) { daemon in
                    for number in 0..<20 { try spool.drop(TestSpool.request("wait \(number)"), as: "w\(number).yaml") }
                    let line = await daemon.line(containing: "Paused")
                    #expect(line?.contains(word) == true)
                    // Where a free question shows the trouble, submits are not tried at all.
                    await simulator.ledger.wait { $0.submits + $0.strayPolls >= 5 }
                    #expect(word != "why=key" || simulator.ledger.snapshot.submits <= 2)
                    let left = spool.names(in: spool.inbox).count
                    // Read in this order: a file that is claimed has been submitted by then, but for two on their way.
                    let submits = simulator.ledger.snapshot.submits
                    #expect(left + submits >= 18, "each probe may claim one more: \(left) after \(submits)")
                    #expect(spool.names(in: spool.failed) == [])
                    simulator.switches = Switches()
                    await simulator.ledger.wait { $0.fetches == 20 }
                    #expect(await daemon.line(containing: "works again") != nil)
                    for number in 0..<20 { #expect(await daemon.line(containing: "Done job=w\(number) ") != nil) }
                }
                #expect(spool.names(in: spool.failed) == [])
                #expect(simulator.ledger.snapshot.paid == 20)
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
            }
        }
    }

    @Test func `an API that cannot be reached is waited for`() async throws {
        try await TestSpool.with { spool in
            // Port 9 of loopback: nothing listens there.
            let daemon = try spool.run("http://127.0.0.1:9")
            try spool.drop(TestSpool.request("later"), as: "later.yaml")
            let line = await daemon.line(containing: "Paused")
            #expect(line?.contains("why=unreachable") == true)
            daemon.send(SIGTERM)
            #expect(await daemon.end() == 0)
            #expect(spool.names(in: spool.failed) == [])
            try await withSimulator { simulator, base in
                let second = try spool.run(base)
                #expect(await second.line(containing: "Done job=later") != nil)
                second.send(SIGTERM)
                #expect(await second.end() == 0)
                #expect(simulator.ledger.snapshot.paid("later") == 1)
            }
        }
    }

    @Test func `an API that answers 503 to everything costs few requests their outcome, and the rest wait`()
        async throws
    {
        try await withSimulator { simulator, base in
            simulator.switches.down = true
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--max-in-flight", "2"]) { daemon in
                    for number in 0..<20 { try spool.drop(TestSpool.request("wait \(number)"), as: "w\(number).yaml") }
                    await daemon.line(containing: "why=service")
                    // Meanwhile only questions are asked, which cost nothing.
                    await simulator.ledger.wait { $0.strayPolls >= 10 }
                    // What was on its way then has its end in a moment.
                    while spool.names(in: spool.failed).count < simulator.ledger.snapshot.submits {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                    let lost = spool.names(in: spool.failed).count
                    #expect(lost <= 4, "three in a row, and one that was on its way")
                    #expect(simulator.ledger.snapshot.submits == lost)
                    simulator.switches.down = false
                    await simulator.ledger.wait { $0.fetches == 20 - lost }
                    await daemon.line(containing: "works again")
                }
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
            }
        }
    }

    @Test func `an API that is gone for a minute loses nobody's request`() async throws {
        let (held, port) = try Self.heldPort()
        defer { close(held) }
        try await TestSpool.with { spool in
            try await spool.withDaemon("http://127.0.0.1:\(port)", ["--max-in-flight", "4"]) { daemon in
                for number in 0..<10 { try spool.drop(TestSpool.request("g \(number)"), as: "g\(number).yaml") }
                let line = await daemon.line(containing: "Paused")
                #expect(line?.contains("why=unreachable") == true)
                // The minute itself is what is tried here.
                try await Task.sleep(for: .seconds(60))
                // Four were under way, and one more from the inbox may have been the probe.
                #expect(spool.names(in: spool.inbox).count >= 5)
                #expect(daemon.lines.count { $0.contains("Paused") } == 1, "said once")
                let simulator = try Program(["simulate", "--port", "\(port)", "--work-time", "0s"])
                for number in 0..<10 { #expect(await daemon.line(containing: "Done job=g\(number) ") != nil) }
                simulator.send(SIGTERM)
                _ = await simulator.end()
            }
            #expect(spool.names(in: spool.failed) == [])
        }
    }

    /// A port of loopback on which nothing listens, and that nobody gets by chance as long as the descriptor is open.
    /// Whoever wants just this one and has `SO_REUSEADDR`, as the stand-in does, can listen there: see socket(7).
    private static func heldPort() throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, size) == 0 && getsockname(descriptor, pointer, &size) == 0
            }
        }
        guard result else {
            close(descriptor)
            throw POSIXError(.EADDRINUSE)
        }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    static let faults: [(marker: String, ending: String)] = [
        ("submit=http429x2", "Done"), ("submit=code401x1", "Done"), ("submit=lost", "unknown-outcome"),
        ("submit=drop", "unknown-outcome"), ("submit=http500", "unknown-outcome"),
        ("submit=garbage", "unknown-outcome"),
        ("submit=code400", "refused"), ("poll=http502x3", "Done"), ("poll=dropx2", "Done"), ("poll=unknownx2", "Done"),
        ("poll=error", "task-failed"), ("picture=http500x2", "Done"), ("picture=truncatedx2", "Done"),
        ("picture=htmlx1", "Done"), ("picture=http404", "picture-failed"), ("picture=html", "picture-failed"),
        ("picture=slow200", "Done"), ("submit=slow300", "Done"), ("submit=http500x1", "unknown-outcome"),
        ("submit=code402x2", "Done"), ("submit=http403x1", "Done"),
    ]

    @Test(arguments: faults.indices)
    func `each fault ends as it should and is paid for at most once`(index: Int) async throws {
        let (marker, ending) = Self.faults[index]
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let prompt = "fault [fault:\(marker)]"
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("\"\(prompt)\""), as: "f.yaml")
                    let line = await daemon.result(of: "f")
                    #expect(line?.contains(ending) == true, "\(marker): \(line ?? "")")
                }
                #expect(simulator.ledger.snapshot.paid(prompt) <= 1)
                if ending == "unknown-outcome" {
                    #expect(simulator.ledger.snapshot.prompts[prompt]?.submits == 1)
                    #expect(try spool.prose("failed/f/error.txt").contains("may have been charged"))
                }
            }
        }
    }

    @Test func `a picture without end is given up at the limit`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--picture-limit", "1MiB"]) { daemon in
                    try spool.drop(TestSpool.request("\"[fault:picture=endless]\""), as: "f.yaml")
                    #expect(await daemon.line(containing: "reason=picture-failed") != nil)
                }
                #expect(try spool.prose("failed/f/error.txt").contains("larger than picture-limit (1 MiB)"))
            }
        }
    }
}
