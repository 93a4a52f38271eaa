// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// `STATUS.html` and `status.json` beside a real daemon, as whoever sees only the folder reads them.
@Suite(.watched, .timeLimit(.minutes(15)))
struct StatusPageTests {
    /// Says what is wrong with a page, and prints its text: read by a parser that others wrote.
    private static let reader = """
        import json, sys
        from html.parser import HTMLParser
        TAGS = set('html head meta link title style body header main footer section p h1 h2 h3 span dl dt dd div ul ol li '
                   'strong details summary progress meter a img table thead tbody tr th td time'.split())
        NAMES = set('lang charset http-equiv content name rel href class id aria-hidden aria-label aria-labelledby max min '
                    'high optimum value src alt loading decoding datetime scope'.split())
        class Reader(HTMLParser):
            wrong, text, links, open = [], [], [], []
            def handle_starttag(self, tag, attributes):
                if tag not in TAGS: self.wrong.append('tag ' + tag)
                if tag not in ('meta', 'link', 'img'): self.open.append(tag)
                for name, value in attributes:
                    if name not in NAMES: self.wrong.append(f'{tag} {name}')
                    if name in ('href', 'src'):
                        self.links.append(value)
                        if value != 'data:,' and not value.startswith('./'): self.wrong.append(value)
                        if '/../' in value: self.wrong.append(value)
            def handle_endtag(self, tag):
                if not self.open or self.open.pop() != tag: self.wrong.append('end of ' + tag)
            def handle_data(self, data):
                if self.open[-1:] != ['style']: self.text.append(data)
            def handle_comment(self, data): self.wrong.append('comment ' + data)
            def handle_pi(self, data): self.wrong.append('instruction ' + data)
        reader = Reader(convert_charrefs=True)
        page = open(sys.argv[1], encoding='utf-8').read()
        reader.feed(page)
        reader.close()
        if reader.open: reader.wrong.append('never closed: ' + ' '.join(reader.open))
        for word in ('url(', '@import', 'expression('):
            if word in page: reader.wrong.append(word)
        json.dump({'wrong': reader.wrong, 'text': ''.join(reader.text), 'links': reader.links}, open(sys.argv[2], 'w'))
        """

    private struct Read: Decodable {
        var wrong: [String]
        var text: String
        var links: [String]
    }

    private static func read(_ spool: TestSpool) async throws -> Read {
        let script = spool.root.appendingPathComponent("read.py").path
        try reader.write(toFile: script, atomically: true, encoding: .utf8)
        let (page, found) = (spool.root.path + "/STATUS.html", spool.root.path + "/found.json")
        try await Tool.run(["/usr/bin/python3", script, page, found])
        return try JSONDecoder().decode(Read.self, from: Data(contentsOf: URL(fileURLWithPath: found)))
    }

    /// Names of files, for which `/` is the only character that they cannot have.
    private static let names = [
        "<img src=x onerror=alert(1)>", "\"><script>alert(1)<", "' onmouseover='alert(1)", "--><!--", "&lt;b&gt;",
        "javascript:alert(1)", "a\u{1B}[2Jb", "a\u{202E}b", "=cmd|'calc'!A1", "{{{7*7}}}", "%2e%2e%2f", "ü #?&",
    ]

    @Test func `names and prompts of strangers are text, and nothing comes from elsewhere`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    for (index, name) in Self.names.enumerated() {
                        let fault = index.isMultiple(of: 2) ? "" : "[fault:poll=error] "
                        try spool.drop(TestSpool.request("\"\(fault)\(index) <b>x</b>\""), as: name + ".yaml")
                        try spool.drop("no request", as: name + ".doc")
                    }
                    _ = try await spool.status { page in
                        (page["recent"] as? [Any])?.count == Self.names.count
                            && page["left_alone_count"] as? Int == Self.names.count
                    }
                    // It is written a moment after the other.
                    while Self.text(spool).components(separatedBy: "<li class=\"card").count <= Self.names.count {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                    let page = try await Self.read(spool)
                    #expect(page.wrong == [])
                    for name in Self.names where name.unicodeScalars.allSatisfy({ $0.value > 31 && $0.value != 0x202E })
                    {
                        #expect(page.text.contains(name), "\(name)")
                    }
                    #expect(page.text.contains("aU+001B[2Jb") && page.text.contains("aU+202Eb"))
                    // What it shows is there.
                    let pictures = page.links.filter { $0.hasSuffix(".png") }
                    #expect(pictures.count == Self.names.count, "\(page.text)")
                    for link in page.links where link.hasPrefix("./") && !link.hasSuffix("HOW-TO.txt") {
                        let path = try #require(link.dropFirst(2).removingPercentEncoding)
                        #expect(FileManager.default.fileExists(atPath: spool.root.path + "/" + path), "\(link)")
                    }
                }
            }
        }
    }

    private static func text(_ spool: TestSpool) -> String { (try? spool.text("STATUS.html")) ?? "" }

    @Test func `from the folder alone one sees that it runs, where a picture is, why one failed, and that it stopped`()
        async throws
    {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    _ = try await spool.status { $0["idle"] as? Bool == true && $0["fresh_until"] is NSNull }
                    try spool.drop(TestSpool.request("\"[fault:picture=slow3000]\""), as: "acme/slow.yaml")
                    try spool.drop("prompt: no picture\n", as: "wrong.yaml")
                    let page = try await spool.status { page in
                        let jobs = page["under_way"] as? [[String: Any]] ?? []
                        return jobs.contains { $0["job"] as? String == "acme/slow" }
                            && (page["recent"] as? [Any])?.count == 1 && page["idle"] as? Bool == false
                    }
                    #expect(page["fresh_until"] is String)
                    while !Self.text(spool).contains("invalid-request") { try await Task.sleep(for: .milliseconds(20)) }
                    await daemon.result(of: "wrong")
                    await daemon.line(containing: "Done job=acme/slow")
                    _ = try await spool.status { $0["idle"] as? Bool == true }
                    while !Self.text(spool).contains("./done/acme/slow/slow-1.png") {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
                let last = try spool.json("status.json")
                #expect(last["stopped_at"] is String && last["idle"] as? Bool == false)
                #expect(
                    Self.text(spool).contains("<h1><span class=\"dot\" aria-hidden=\"true\"></span>Not running</h1>"))
                // The next one knows what came back before it.
                try await spool.withDaemon(base, ["--status-page", "false"]) { _ in
                    let page = try await spool.status { $0["stopped_at"] is NSNull && $0["idle"] as? Bool == true }
                    #expect((page["recent"] as? [Any])?.count == 2)
                    while FileManager.default.fileExists(atPath: spool.root.path + "/STATUS.html") {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
            }
        }
    }

    @Test(arguments: [["--watch-mode", "events", "--rescan-interval", "1h"], ["--watch-mode", "polling"]])
    func `what is taken away while it waits does not wait any more`(options: [String]) async throws {
        try await withSimulator { simulator, base in
            simulator.switches.keyRefused = true
            try await TestSpool.with { spool in
                let slow = ["--retry-interval", "60s", "--retry-limit", "60s", "--max-in-flight", "1"]
                try await spool.withDaemon(base, slow + options) { daemon in
                    try spool.drop(TestSpool.request("first"), as: "first.yaml")
                    await daemon.line(containing: "why=key")
                    for number in 0..<67 {
                        let lane = number.isMultiple(of: 2) ? "acme/" : ""
                        try spool.drop(TestSpool.request("number \(number)"), as: "\(lane)\(number).yaml")
                    }
                    let page = try await spool.status { $0["waiting"] as? Int == 67 }
                    let next = try #require(page["next"] as? [[String: Any]])
                    #expect(next.map { $0["place"] as? Int } == Array(1...10))
                    let lanes = try #require(page["waiting_by_lane"] as? [[String: Any]])
                    #expect(lanes.map { $0["files"] as? Int } == [34, 33])
                    // One is in hand until it may be sent, and does not wait either.
                    try await Tool.run("sh", "-c", "cd \(spool.inbox.path); mv acme ../away; rm *.yaml")
                    _ = try await spool.status { $0["waiting"] as? Int == 0 }
                    let gone = try await spool.status { $0["files_in_inbox"] as? Int == 0 }
                    #expect((gone["next"] as? [Any])?.isEmpty == true)
                }
            }
        }
    }
}
