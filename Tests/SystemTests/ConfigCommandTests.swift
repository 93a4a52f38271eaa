// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `config`, as an administrator runs it to find out why something is as it is.
@Suite(.watched, .timeLimit(.minutes(15)))
struct ConfigCommandTests {
    private static func config(
        _ spool: TestSpool, _ options: [String] = [], environment: [String: String] = [:], key: String? = "test-key"
    ) async throws -> (code: Int32, lines: [String], errors: [String]) {
        let (code, output, errors) = try await Program.run(
            ["config", "--spool", spool.root.path] + options, environment: environment, key: key)
        return (code, output.split(separator: "\n").map(String.init), errors)
    }

    private static func write(_ text: String, in spool: TestSpool) throws -> String {
        let file = spool.root.appendingPathComponent("bananadrop.yaml")
        try Data(text.utf8).write(to: file)
        return file.path
    }

    @Test func `each value is shown with its source, the strongest first`() async throws {
        try await TestSpool.with { spool in
            let file = try Self.write("# mine\nmax-in-flight: 3\nsettle: 1s\npoll-interval: 5s\n", in: spool)
            let (code, lines, errors) = try await Self.config(
                spool, ["--settle", "2s"], environment: ["BANANADROP_POLL_INTERVAL": "4s"])
            #expect(code == 0)
            #expect(errors == [])
            let words = lines.map { $0.split(separator: "  ", omittingEmptySubsequences: true).map { String($0) } }
            let found = words.filter { $0.count == 2 }.map { $0[0] + " " + $0[1].trimmingCharacters(in: .whitespaces) }
            #expect(found.contains("max-in-flight: 3 # \(file):2"))
            #expect(found.contains("settle: 2s # option"))
            #expect(found.contains("poll-interval: 4s # BANANADROP_POLL_INTERVAL"))
            #expect(found.contains("retry-interval: 5s # default"))
            #expect(found.contains("# prices is not set # default"))
            #expect(lines.last == "# The key is set: BANANADROP_API_KEY")
        }
    }

    @Test func `what is printed is a configuration that says the same`() async throws {
        try await TestSpool.with { spool in
            _ = try Self.write(
                "prices: nano-banana-pro 4K = 0.24, nano-banana = 0.04\npublish-keep: false\nmodel: nano-banana\n",
                in: spool)
            let first = try await Self.config(spool)
            _ = try Self.write(first.lines.joined(separator: "\n") + "\n", in: spool)
            let second = try await Self.config(spool)
            #expect(second.code == 0)
            let values = { (lines: [String]) in
                lines.filter { !$0.hasPrefix("#") }.map { $0.components(separatedBy: "  # ")[0] }
            }
            #expect(
                values(second.lines).map { $0.trimmingCharacters(in: .whitespaces) }
                    == values(first.lines).map { $0.trimmingCharacters(in: .whitespaces) })
            #expect(first.lines.contains { $0.hasPrefix(#"prices: "nano-banana-pro 4K = 0.24, nano-banana = 0.04""#) })
        }
    }

    @Test func `nothing secret is shown`() async throws {
        try await TestSpool.with { spool in
            for options in [[], ["--json"]] {
                let (code, lines, errors) = try await Self.config(
                    spool, options, environment: ["BANANADROP_PROXY": "http://ada:pass%40word@proxy:3128"],
                    key: "very-secret")
                #expect(code == 0)
                let all = (lines + errors).joined(separator: "\n")
                #expect(all.contains("http://***@proxy:3128"))
                for secret in ["very-secret", "ada", "pass", "word@"] { #expect(!all.contains(secret), "\(secret)") }
            }
        }
    }

    @Test func `the document for programs has every setting`() async throws {
        try await TestSpool.with { spool in
            let (code, lines, _) = try await Self.config(spool, ["--json"], key: nil)
            #expect(code == 0)
            let page =
                try JSONSerialization.jsonObject(with: Data(lines.joined(separator: "\n").utf8)) as? [String: Any]
            let settings = page?["settings"] as? [[String: Any]] ?? []
            #expect(settings.contains { $0["name"] as? String == "spool" && $0["value"] as? String == spool.root.path })
            #expect(settings.contains { $0["name"] as? String == "settle" && $0["needs_restart"] as? Bool == true })
            let key = page?["key"] as? [String: Any]
            #expect(key?["is_set"] as? Bool == false)
            #expect((key?["what"] as? String)?.hasPrefix("there is no API key") == true)
        }
    }

    @Test func `a value that cannot be used is shown, and named`() async throws {
        try await TestSpool.with { spool in
            let (code, lines, errors) = try await Self.config(spool, ["--settle", "soon"])
            #expect(code == 78)
            #expect(lines.contains { $0.hasPrefix("settle: soon ") })
            #expect(
                errors == [
                    #"bananadrop: settle cannot be "soon": it is a time from 0s to 1h; seconds if no unit is given"#
                ])
        }
    }
}
