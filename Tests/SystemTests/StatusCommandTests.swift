// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing

/// `status` for programs.
@Suite(.timeLimit(.minutes(1)))
struct StatusCommandTests {
    private static func waiting(_ line: some StringProtocol) throws -> Int? {
        let page = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
        #expect(page?["version"] as? Int == 1)
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
            let height = options.isEmpty ? 4 : 1
            while pages() < height { try await Task.sleep(for: .milliseconds(20)) }
            try spool.drop(TestSpool.request("a"), as: "a.yaml")
            // An empty line between two pages.
            let both = height * 2 + (options.isEmpty ? 1 : 0)
            while pages() < both { try await Task.sleep(for: .milliseconds(20)) }
            // Long enough for the next look, which finds what the last one found.
            try await Task.sleep(for: .milliseconds(1_500))
            let id = pid_t(try String(contentsOfFile: pid, encoding: .utf8).trimmingCharacters(in: .newlines))
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
}
