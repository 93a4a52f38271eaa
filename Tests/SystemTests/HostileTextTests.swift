// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

@testable import TestSupport

/// What strangers write into names and prompts is text, and nothing else, wherever it is shown.
@Suite(.watched, .timeLimit(.minutes(15)))
struct HostileTextTests {
    /// Where it is shown, and what would be wrong there.
    private struct Face {
        enum Kind {
            /// Markup that is run.
            case page
            /// Whatever a terminal acts on, or shows in another order.
            case text
        }

        var name: String
        var kind: Kind
        var text: String
    }

    /// As names of files, which have no `/` in them and no zero byte, and are not hidden.
    private static let names = HostileTexts.all.filter { $0 != "\u{0}" }.enumerated().map { index, text in
        "\(text.hasPrefix("=") || text.hasPrefix("<") ? "" : "n")" + text.replacing("/", with: "|").prefix(120)
            + " \(index)"
    }

    private static func request(_ prompt: String) throws -> Data {
        let images = ["https://example.com/a.png"]
        return try JSONSerialization.data(
            withJSONObject: ["prompt": prompt, "images": images, "meta": ["note": prompt]])
    }

    @Test func `no name and no prompt is more than text on any face`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await Receiver.run { receiver in
                    let options = ["--notify-url", receiver.url, "--notify-events", "all"]
                    try await spool.withDaemon(base, try PageVisitor.options(in: spool) + options) { daemon in
                        try await PageVisitor.with(daemon) { visitor in
                            try await Self.run(spool, receiver)
                            for face in try await Self.faces(spool, visitor, receiver) + [Self.log(daemon)] {
                                for problem in Self.problems(face) { Issue.record("\(face.name): \(problem)") }
                            }
                        }
                    }
                    try await Self.checkTables(spool)
                }
            }
        }
    }

    /// Every second one fails, and so does every second row of a batch; beside each lies something that is no request.
    private static func run(_ spool: TestSpool, _ receiver: Receiver) async throws {
        var lines = Data()
        for (index, name) in names.enumerated() {
            let fault = index.isMultiple(of: 2) ? "" : "[fault:poll=error] "
            let prompt = "\(fault)\(HostileTexts.all[index]) \(index)"
            try spool.drop(try request(prompt), as: name + ".json")
            try spool.drop("no request", as: name + ".doc")
            lines += try request("row " + prompt) + Data("\n".utf8)
        }
        // One with a mistake, whose error.txt quotes its line.
        try spool.drop(Data("{\"prompt\": \"x\", \"\\u009b31m\\u001b[2J<img src=x>\": 1}".utf8), as: "mistake.json")
        try spool.drop(lines, as: "=batch.jsonl")
        _ = try await spool.status { page in
            let ended = [page["done_since_start"], page["failed_since_start"]].compactMap { $0 as? Int }
            let jobs = page["under_way_count"] as? Int
            return ended.reduce(0, +) >= 2 * names.count + 1 && jobs == 0
                && page["left_alone_count"] as? Int == names.count
        }
        while receiver.posts.all.count < names.count + 2 { _ = await receiver.posts.next() }
    }

    private static func faces(
        _ spool: TestSpool, _ visitor: PageVisitor, _ receiver: Receiver
    ) async throws -> [Face] {
        var faces: [Face] = [
            Face(name: "status.json", kind: .text, text: try spool.text("status.json")),
            Face(name: "STATUS.html", kind: .page, text: try spool.text("STATUS.html")),
        ]
        for options in [[], ["--json"]] {
            let output = try await Program.run(["status", "--spool", spool.root.path] + options).output
            faces.append(Face(name: "status \(options.joined())", kind: .text, text: output))
        }
        for path in ["/", "/gallery", "/gallery?q=%3Cimg"] {
            faces.append(Face(name: path, kind: .page, text: try await visitor.ask(path).text))
        }
        for place in ["done", "failed"] {
            for name in spool.names(in: spool.root.appendingPathComponent(place)) {
                let folder = "\(place)/\(name)"
                let path = try #require(name.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
                let page = try await visitor.ask("/job/\(place)/\(path)")
                #expect(page.status == 200, "\(name)")
                faces.append(Face(name: "the page of \(name)", kind: .page, text: page.text))
                for file in spool.names(in: spool.root.appendingPathComponent(folder)) {
                    let kind: Face.Kind
                    switch file {
                    case "result.json", "batch.json", "journal.jsonl", "error.txt": kind = .text
                    case "batch.html": kind = .page
                    default: continue
                    }
                    faces.append(Face(name: "\(folder)/\(file)", kind: kind, text: try spool.text("\(folder)/\(file)")))
                }
            }
        }
        for post in receiver.posts.all {
            #expect(!post.object.isEmpty)
            faces.append(Face(name: "a notification", kind: .text, text: String(decoding: post.body, as: UTF8.self)))
        }
        return faces
    }

    private static func log(_ daemon: Program) -> Face {
        Face(name: "the log", kind: .text, text: daemon.lines.joined(separator: "\n"))
    }

    private static let markup = [
        "<img src=x", "<script>alert", "<svg/onload", "' onmouseover='", "--><!--", "<![CDATA[", "<a href=javascript",
        "href=\"javascript", "src=\"//evil", "href=\"//evil", "=\"https://evil",
    ]

    private static func problems(_ face: Face) -> [String] {
        let unsafe = face.text.unicodeScalars.filter { scalar in
            switch scalar.value {
            case 0x0A, 0x0D: false
            case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: true
            default: false
            }
        }
        let characters = Set(unsafe.map { "U+" + String($0.value, radix: 16) }).sorted()
        switch face.kind {
        case .text: return characters
        case .page: return characters + markup.filter(face.text.contains)
        }
    }

    /// By a reader of others.
    private static let reader = """
        import csv, sys
        for path in sys.argv[1:]:
            for record in csv.reader(open(path, encoding='utf-8-sig', newline='')):
                for cell in record:
                    if cell[:1] in ('=', '+', '-', '@', '\\t', '\\r'): sys.exit(f'{path}: {cell!r}')
        """

    private static func checkTables(_ spool: TestSpool) async throws {
        let ledger = spool.names(in: spool.root.appendingPathComponent("ledger")).map { "ledger/\($0)" }
        let batches = spool.places(of: "batch.csv")
        #expect(!ledger.isEmpty && batches.count == 1)
        let script = spool.root.appendingPathComponent("read.py").path
        try reader.write(toFile: script, atomically: true, encoding: .utf8)
        let paths = (ledger + batches).map { spool.root.appendingPathComponent($0).path }
        try await Tool.run(["/usr/bin/python3", script] + paths)
    }
}
