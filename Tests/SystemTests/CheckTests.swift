// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// `check`, as editors and programs read it.
@Suite(.watched, .timeLimit(.minutes(15)))
struct CheckTests {
    private static let link = "https://a.b/c.png"

    @Test func `a table tells what each row would send, and each broken row with its place`() async throws {
        try await TestSpool.with { spool in
            let table = "name,prompt,image,variants\nred shoe,a,\(Self.link),2\n,b,ftp://x,\n,\"c\nd\",\(Self.link),1\n"
            try spool.drop(table, as: "list.csv")
            let file = spool.inbox.path + "/list.csv"
            let result = try await Program.run(["check", file])
            #expect(result.code == 65)
            let lines = result.output.split(separator: "\n").map(String.init)
            try #require(lines.count == 4)
            #expect(lines[0] == "\(file):3:4: \"ftp://x\" is a `ftp:` link; the API takes https:// and http:// only")
            #expect(lines[1].hasPrefix("\(file):2:1: \"red shoe\" would send {\"request\":{"))
            #expect(lines[1].hasSuffix("\"variants\":2}"))
            #expect(lines[2].hasPrefix("\(file):4:1: would send {\"request\":{"))
            #expect(lines[3] == "\(file): 3 requests, 1 with mistakes; 3 submits to pay for")
        }
    }

    @Test func `the defaults that count are those from the request's folder up to the inbox`() async throws {
        try await TestSpool.with { spool in
            try "variants: 8\n".write(
                toFile: spool.root.path + "/_defaults.yaml", atomically: true, encoding: .utf8)
            try spool.drop("model: nano-banana\naspect_ratio: 1:1\n", as: "_defaults.yaml")
            try spool.drop("aspect_ratio: 16:9\npriority: 7\n", as: "acme/_defaults.yaml")
            try spool.drop(TestSpool.request("x"), as: "acme/spring/hero.yaml")
            let result = try await Program.run(["check", spool.inbox.path + "/acme/spring/hero.yaml"])
            #expect(result.code == 0)
            #expect(result.output.contains("hero.yaml: aspect_ratio from "))
            #expect(result.output.contains("/inbox/acme/_defaults.yaml\n"))
            #expect(result.output.contains("hero.yaml: model from "))
            #expect(result.output.contains("\"aspect_ratio\": \"16:9\""))
            #expect(result.output.contains("\"model\": \"gemini-2.5-flash-image\""))
            #expect(result.output.contains("\"variants\": 1\n"))
            let own = try await Program.run(["check", spool.inbox.path + "/acme/_defaults.yaml"])
            #expect(own.code == 0)
            #expect(own.output == "\(spool.inbox.path)/acme/_defaults.yaml: supplies aspect_ratio, the priority 7\n")
        }
    }

    @Test func `a mistake in the defaults is told with its own place, and nothing is said to be sent`() async throws {
        try await TestSpool.with { spool in
            try spool.drop("# mine\nmodl: nano-banana\n", as: "_defaults.yaml")
            try spool.drop("image: \(Self.link)\n", as: "hero.yaml")
            let result = try await Program.run(["check", spool.inbox.path + "/hero.yaml"])
            #expect(result.code == 65)
            let sentence = "_defaults.yaml:2:1: there is no key `modl`; did you mean `model`?\n"
            #expect(result.output.hasSuffix(sentence))
            #expect(result.output.split(separator: "\n").count == 1)
        }
    }

    @Test func `--json is one document, whatever the files are called`() async throws {
        try await TestSpool.with { spool in
            let odd = "new\nline\u{1B}[31m.yaml"
            try spool.drop("promt: x\nimage: \(Self.link)\n", as: odd)
            try spool.drop(#"[{"name":"n","prompt":"x","image":"\#(Self.link)"}, {"prompt":"y"}]"#, as: "list.json")
            let files = [odd, "list.json", "nowhere.csv"].map { spool.inbox.path + "/" + $0 }
            let result = try await Program.run(["check", "--json"] + files)
            #expect(result.code == 66)
            let page = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
            #expect(page?["version"] as? Int == 1)
            let found = try #require(page?["files"] as? [[String: Any]])
            #expect(found.map { $0["file"] as? String } == files)
            #expect(found.map { $0["ok"] as? Bool } == [false, false, false])
            #expect(found.map { $0["kind"] as? String } == [nil, "batch", nil])
            let findings = found.map { $0["findings"] as? [[String: Any]] ?? [] }
            #expect(findings[0].first?["line"] as? Int == 1 && findings[0].first?["column"] as? Int == 1)
            #expect(findings[1].first?["part"] as? Int == 2)
            #expect(findings[2].first?["message"] as? String == "the file is not there")
            let requests = try #require(found[1]["requests"] as? [[String: Any]])
            #expect(requests.map { $0["name"] as? String } == ["n"])
            let text = try await Program.run(["check", files[0]])
            #expect(text.output.contains("newU+000AlineU+001B[31m.yaml:1:1: there is no key `promt`"))
            #expect(!text.output.contains("\u{1B}"))
        }
    }
}
