// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// What one request or one task meets holds up nobody else, and what is paid for is not given up for it.
@Suite(.watched, .timeLimit(.minutes(15)))
struct OneRequestsTroubleTests {
    private static func drop(_ fault: String, as name: String, in spool: TestSpool) throws {
        try spool.drop(TestSpool.request("\"\(name) [fault:\(fault)]\""), as: "\(name).yaml")
    }

    @Test(arguments: ["http500", "http302", "http403", "echo500", "drop", "other"])
    func `tasks that get no good answer end when they have had their time, and keep nobody's place for ever`(
        fault: String
    ) async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--max-in-flight", "2", "--task-timeout", "1s"]) { daemon in
                    for name in ["s1", "s2"] { try Self.drop("poll=\(fault)", as: name, in: spool) }
                    await simulator.ledger.wait { $0.paid == 2 }
                    try spool.drop(TestSpool.request("plain"), as: "plain.yaml")
                    for name in ["s1", "s2"] {
                        let line = await daemon.result(of: name)
                        #expect(line?.contains("reason=task-timeout") == true, "\(line ?? "")")
                        #expect(try spool.prose("failed/\(name)/error.txt").contains("; the last answer was \""))
                        #expect(try spool.prose("failed/\(name)/error.txt").contains("which costs nothing"))
                    }
                    #expect(await daemon.result(of: "plain")?.contains(" Done ") == true)
                    // Once of both, unless one is over before the other begins, or their answers differ: the second stands
                    // in some. None where a slow machine asks for the first time when it is over.
                    let begun = daemon.lines.count { $0.contains("A task gets no usable answer") }
                    let over = daemon.lines.count { $0.contains("The API gives usable answers for tasks again") }
                    #expect((begun > 0) == (over > 0) && over <= begun && begun <= 2, "\(daemon.lines)")
                    #expect(!daemon.lines.contains { $0.contains("Paused") })
                }
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
            }
        }
    }

    @Test func `status names a task in trouble as long as it is`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try Self.drop("poll=http500", as: "stuck", in: spool)
                    await daemon.line(containing: "A task gets no usable answer")
                    var words = ""
                    while !words.contains("no usable answer since "), !Task.isCancelled {
                        words = try await Program.run(["status", "--spool", spool.root.path]).output
                    }
                    #expect(words.contains("of stuck: ") && words.contains("500"), "\(words)")
                }
            }
        }
    }

    @Test func `a task is still waited for while the whole API is away`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--task-timeout", "1h"]) { daemon in
                    try Self.drop("poll=never", as: "patient", in: spool)
                    await simulator.ledger.wait { $0.polls >= 1 }
                    simulator.switches.down = true
                    await daemon.line(containing: "A task gets no usable answer")
                    simulator.switches.down = false
                    #expect(await daemon.line(containing: "The API gives usable answers for tasks again") != nil)
                    #expect(spool.names(in: spool.failed) == [])
                }
            }
        }
    }

    @Test(arguments: ["emptyx3", "busyx1", "otherx2"])
    func `an end that is not the end yet is asked for again, and the pictures come`(fault: String) async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try Self.drop("poll=\(fault)", as: "late", in: spool)
                    #expect(await daemon.result(of: "late")?.contains(" Done ") == true)
                }
                #expect(simulator.ledger.snapshot.submits == 1)
            }
        }
    }

    @Test func `a request that the API dislikes is refused alone, and nobody reads of a refused key`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    for number in 0..<3 { try Self.drop("submit=http403", as: "disliked\(number)", in: spool) }
                    for number in 0..<10 { try spool.drop(TestSpool.request("p \(number)"), as: "p\(number).yaml") }
                    for number in 0..<10 { #expect(await daemon.result(of: "p\(number)")?.contains("Done") == true) }
                    for number in 0..<3 {
                        let line = await daemon.result(of: "disliked\(number)")
                        #expect(line?.contains(" reason=refused ") == true, "\(line ?? "")")
                        #expect(line?.contains(" charged=no ") == true, "\(line ?? "")")
                    }
                }
                #expect(simulator.ledger.snapshot.paid == 10)
            }
        }
    }

    @Test func `variants and rows that the API dislikes are refused, also where nobody else comes`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    let disliked = "\"disliked [fault:submit=http403]\""
                    try spool.drop(TestSpool.request(disliked, more: "variants: 4\n"), as: "four.yaml")
                    let line = await daemon.result(of: "four")
                    #expect(line?.contains(" reason=refused ") == true, "\(line ?? "")")
                    #expect(line?.contains(" charged=no ") == true, "\(line ?? "")")
                    #expect(!daemon.lines.contains { $0.contains("Paused") }, "\(daemon.lines)")
                    // Some rows are taken, so it is known whose trouble the others' is.
                    let rows = (1...8).map { number in
                        let fault = number <= 4 ? " [fault:submit=http403]" : ""
                        return #"{"prompt":"row \#(number)\#(fault)","images":["https://example.com/a.png"]}"#
                    }
                    try spool.drop(rows.joined(separator: "\n") + "\n", as: "sheet.jsonl")
                    #expect(await daemon.line { $0.contains("Failed job=sheet ") } != nil)
                }
                #expect(simulator.ledger.snapshot.paid == 4)
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
            }
        }
    }

    @Test func `a bad answer to a poll stops no submit`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    for code in [401, 402, 403, 429] {
                        try Self.drop("poll=echo\(code)x20", as: "poll\(code)", in: spool)
                    }
                    await simulator.ledger.wait { $0.polls >= 8 }
                    for number in 0..<10 { try spool.drop(TestSpool.request("p \(number)"), as: "p\(number).yaml") }
                    for number in 0..<10 { #expect(await daemon.result(of: "p\(number)")?.contains("Done") == true) }
                    #expect(!daemon.lines.contains { $0.contains("Paused") }, "\(daemon.lines)")
                }
            }
        }
    }

    @Test func `after answers that cannot be read no request is sent without a person's word`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    for number in 0..<20 { try Self.drop("submit=garbage", as: "g\(number)", in: spool) }
                    let line = await daemon.line(containing: "Paused")
                    #expect(line?.contains("why=unreadable") == true, "\(line ?? "")")
                    #expect(line?.contains("SIGHUP") == true)
                    let lost = simulator.ledger.snapshot.submits
                    #expect(lost <= 3, "two in a row, and one that was on its way")
                    // A person's word buys one try.
                    daemon.send(SIGHUP)
                    await simulator.ledger.wait { $0.submits > lost }
                    #expect(spool.names(in: spool.inbox).count >= 20 - lost - 2)
                }
                #expect(simulator.ledger.snapshot.submits <= 4)
            }
        }
    }

    @Test func `a gateway that breaks costs no more outcomes than there were on their way`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                // Nothing is tried again: another try would cost another outcome before the test looks.
                let options = ["--max-in-flight", "500", "--retry-interval", "1h", "--retry-limit", "1h"]
                try await spool.withDaemon(base, options) { daemon in
                    for number in 0..<100 { try Self.drop("submit=http502", as: "g\(number)", in: spool) }
                    await daemon.line(containing: "why=service")
                    #expect(simulator.ledger.snapshot.submits <= 4, "\(simulator.ledger.snapshot.submits)")
                }
            }
        }
    }
}
