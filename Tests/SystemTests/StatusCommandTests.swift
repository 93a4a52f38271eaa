// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// `status` for programs.
@Suite(.watched, .timeLimit(.minutes(15)))
struct StatusCommandTests {
    private static func waiting(_ line: some StringProtocol) throws -> Int? {
        let page = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect(page?["version"] as? Int == 2)
        return page?["waiting"] as? Int
    }

    @Test func `it is one object of JSON`() async throws {
        try await TestSpool.with { spool in
            try spool.drop(TestSpool.request("a"), as: "acme/a.yaml")
            let result = try await Program.run(["status", "--json", "--spool", spool.root.path])
            #expect(result.code == 0)
            #expect(try Self.waiting(result.output) == 1)
            let page = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any] ?? [:]
            let members: Set = ["version", "daemon", "trouble", "waiting", "under_way", "today"]
            #expect(members.isSubset(of: Set(page.keys)))
            #expect(page["daemon"] is NSNull)
            #expect((page["next"] as? [[String: Any]])?.map { $0["job"] as? String } == ["acme/a"])
        }
    }

    @Test(arguments: [["--json"], []])
    func `watched, it says whatever has changed and nothing else`(options: [String]) async throws {
        try await TestSpool.with { spool in
            let (said, pid) = (spool.root.path + "/said", spool.root.path + "/pid")
            // The shell's own word for it: what is not a terminal gets plain pages.
            let program = ([Program.binary.path, "status", "--watch", "--spool", spool.root.path] + options)
                .map { "'\($0)'" }.joined(separator: " ")
            async let ended: Void = Tool.run("sh", "-c", "\(program) >'\(said)' & echo $! >'\(pid)'; wait $! || :")
            func pages() -> Int { ((try? String(contentsOfFile: said, encoding: .utf8)) ?? "").count { $0 == "\n" } }
            let (height, next) = options.isEmpty ? (4, 5) : (1, 1)
            while pages() < height { try await Task.sleep(for: .milliseconds(20)) }
            try spool.drop(TestSpool.request("a"), as: "a.yaml")
            // An empty line between two pages.
            let both = height + next + (options.isEmpty ? 1 : 0)
            while pages() < both { try await Task.sleep(for: .milliseconds(20)) }
            // Long enough for the next look, which finds what the last one found.
            try await Task.sleep(for: .milliseconds(1_500))
            // The program may say something before the shell notes its number.
            func number() -> String? { try? String(contentsOfFile: pid, encoding: .utf8) }
            while number()?.hasSuffix("\n") != true { try await Task.sleep(for: .milliseconds(20)) }
            let id = pid_t(number()?.trimmingCharacters(in: .newlines) ?? "")
            kill(try #require(id), SIGTERM)
            try await ended
            #expect(pages() == both)
            let text = try String(contentsOfFile: said, encoding: .utf8)
            if options.isEmpty {
                #expect(text.contains("waiting in the inbox: 0") && text.contains("waiting in the inbox: 1"))
                #expect(!text.contains("\u{1B}"))
            } else {
                #expect(try text.split(separator: "\n").map { try Self.waiting($0) } == [0, 1])
            }
        }
    }

    @Test(arguments: [false, true])
    func `an inbox that is gone is said, and no error`(byDaemon: Bool) async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                func check() async throws {
                    #expect(rename(spool.inbox.path, spool.root.path + "/away") == 0)
                    let result = try await Program.run(["status", "--spool", spool.root.path])
                    #expect(result.code == 0 && result.errors == [])
                    #expect(result.output.hasPrefix("running: \(byDaemon ? "process" : "no")"), "\(result.output)")
                    #expect(result.output.components(separatedBy: "the inbox is gone\n").count == 2)
                    #expect(result.output.contains("under way: 0"))
                    #expect(rename(spool.root.path + "/away", spool.inbox.path) == 0)
                }
                if !byDaemon { return try await check() }
                try await spool.guarded(base) { daemon in
                    await daemon.line(containing: "Watching")
                    try await check()
                }
            }
        }
    }

    struct Mistake: Sendable {
        var file: String
        var words: String
        var options: [String] = []
        var code: Int32 = 0
    }

    static let mistakes = [
        Mistake(file: "max-inflight: 3\n", words: "did you mean max-in-flight?"),
        Mistake(file: "max-in-flight: [3\n", words: "bananadrop.yaml:"),
        Mistake(file: "ignore: \"\"\n  - x\n", words: "bananadrop.yaml:"),
        // What is given to the command itself is never passed over.
        Mistake(file: "max-inflight: 3\n", words: "did you mean", options: ["--ignore", "*.x"], code: 78),
    ]

    @Test(arguments: mistakes)
    func `a mistake in the configuration is said, and what can be shown is`(mistake: Mistake) async throws {
        try await TestSpool.with { spool in
            try spool.drop(TestSpool.request("a"), as: "a.yaml")
            try Data(mistake.file.utf8).write(to: spool.root.appendingPathComponent("bananadrop.yaml"))
            let result = try await Program.run(["status", "--spool", spool.root.path] + mistake.options)
            #expect(result.code == mistake.code)
            #expect(result.errors.count == 1 && result.errors[0].contains(mistake.words), "\(result.errors)")
            #expect(result.output.contains("waiting in the inbox: 1\n") == (mistake.code == 0))
        }
    }

    private static func check(_ spool: TestSpool) async throws -> (code: Int32, words: String) {
        let result = try await Program.run(["status", "--check", "--spool", spool.root.path])
        return (result.code, result.output)
    }

    @Test func `a script learns by the exit code whether all is well`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                #expect(try await Self.check(spool) == (2, "not running\n"))
                try await spool.withDaemon(base, ["--daily-submits", "1"]) { daemon in
                    #expect(try await Self.check(spool) == (0, "idle\n"))
                    for name in ["a", "b"] { try spool.drop(TestSpool.request(name), as: "\(name).yaml") }
                    await daemon.line(containing: "Done job=")
                    await daemon.line(containing: "Requests are held")
                    #expect(try await Self.check(spool) == (1, "something is held\n"))
                    simulator.switches.keyRefused = true
                }
                #expect(try await Self.check(spool) == (2, "not running\n"))
            }
        }
    }
}
