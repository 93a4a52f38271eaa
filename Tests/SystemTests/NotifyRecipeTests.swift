// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

@testable import TestSupport

/// The recipes in `examples/notify`, run by the daemon against a receiver on loopback or stand-ins of programs.
@Suite(.watched, .timeLimit(.minutes(15)))
struct NotifyRecipeTests {
    /// Whatever a chat, a shell, a mail or a desktop could take for its own.
    private static let hostile = "<!channel> <b>&amp; $(id) `id` \"q\" *x* [a](http://b)\nBcc: a@b"

    private static func script(_ name: String) -> String {
        DocumentPage.root.appendingPathComponent("examples/notify/\(name).sh").path
    }

    /// A program that writes its arguments and what it reads.
    private static func standIn(_ name: String, in spool: TestSpool) throws -> String {
        let folder = spool.root.appendingPathComponent("bin")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let program = folder.appendingPathComponent(name)
        let text = "#!/bin/sh\nprintf '%s\\n' \"$@\" >'\(spool.root.path)/arguments'\ncat >'\(spool.root.path)/input'\n"
        try Data(text.utf8).write(to: program)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        return folder.path
    }

    /// Runs the daemon until what fails, under a hostile name, was told.
    private static func tell(
        _ command: String, path: String? = nil, in spool: TestSpool, api base: String
    ) async throws {
        var environment: [String: String] = [:]
        if let path {
            environment["PATH"] = path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
        }
        let daemon = try spool.run(base, ["--notify-command", command], environment: environment)
        await daemon.line(containing: "Watching")
        try spool.drop("promt: x\n", as: "\(hostile.replacingOccurrences(of: "/", with: "|")).yaml")
        await daemon.line { LogLook.text.says("Failed", $0) }
        let outbox = spool.root.appendingPathComponent("notifications")
        while !spool.names(in: outbox).isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        daemon.send(SIGTERM)
        _ = await daemon.end()
        #expect(!daemon.lines.contains { $0.contains("Notifications are not taken") }, "\(daemon.lines)")
    }

    private static func posted(by name: String, argument: String? = nil) async throws -> [String: Any] {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await Receiver.run { receiver in
                    let file = spool.root.appendingPathComponent("url")
                    try Data((receiver.url + "\n").utf8).write(to: file)
                    try await tell("\(script(name)) \(argument ?? file.path)", in: spool, api: base)
                    let post = try #require(receiver.posts.all.first)
                    #expect(receiver.posts.all.count == 1 && post.headers["content-type"] == "application/json")
                    return post
                }
            }
        }.object
    }

    @Test func `Slack: Block Kit with plain text, in which nothing is a mention`() async throws {
        let body = try await Self.posted(by: "slack")
        let blocks = try #require(body["blocks"] as? [[String: Any]])
        let text = try #require(blocks.first?["text"] as? [String: Any])
        #expect(text["type"] as? String == "plain_text")
        #expect((text["text"] as? String)?.contains("<!channel> <b>") == true)
        let fallback = try #require(body["text"] as? String)
        #expect(!fallback.contains("<") && fallback.contains("&lt;!channel&gt;"))
        #expect(blocks.count == 2)
    }

    @Test func `Teams: an Adaptive Card, in which nothing is Markdown`() async throws {
        let body = try await Self.posted(by: "teams")
        let attachment = try #require((body["attachments"] as? [[String: Any]])?.first)
        #expect(attachment["contentType"] as? String == "application/vnd.microsoft.card.adaptive")
        let card = try #require(attachment["content"] as? [String: Any])
        let parts = try #require(card["body"] as? [[String: Any]])
        #expect(parts.count == 2 && parts.allSatisfy { $0["type"] as? String == "RichTextBlock" })
    }

    @Test func `ntfy: its JSON, at the server's root`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await Receiver.run { receiver in
                    try await Self.tell("\(Self.script("ntfy")) \(receiver.url) topic", in: spool, api: base)
                    let body = try #require(receiver.posts.all.first).object
                    #expect(body["topic"] as? String == "topic" && body["title"] as? String == "bananadrop: failed")
                    #expect((body["message"] as? String)?.contains("$(id) `id`") == true)
                }
            }
        }
    }

    @Test func `mail: what others have written becomes no header`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let path = try Self.standIn("sendmail", in: spool)
                try await Self.tell("\(Self.script("mail")) team@example.com", path: path, in: spool, api: base)
                let mail = try spool.text("input")
                let head = try #require(mail.components(separatedBy: "\n\n").first)
                #expect(head.contains("To: team@example.com\nSubject: bananadrop: failed\n"))
                #expect(!head.contains("Bcc") && mail.contains("U+000ABcc: a@b failed"))
                #expect(try spool.text("arguments") == "-t\n-oi\n")
            }
        }
    }

    @Test func `notify-send: what others have written is no markup and no option`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let path = try Self.standIn("notify-send", in: spool)
                try await Self.tell(Self.script("desktop"), path: path, in: spool, api: base)
                let lines = try spool.text("arguments").split(separator: "\n").map(String.init)
                #expect(lines.prefix(3) == ["--app-name=bananadrop", "--", "bananadrop: failed"])
                #expect(lines[3].hasPrefix("&lt;!channel&gt; &lt;b&gt;&amp;amp; $(id)"), "\(lines)")
            }
        }
    }

    @Test(.enabled(if: (try? Tool.runBlocking(["which", "cwebp"])) != nil, "needs cwebp (package webp)"))
    func `pictures are converted after they came, in a folder of their own`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let small = spool.root.appendingPathComponent("small")
                let command = "\(Self.script("convert")) \(small.path)"
                let options = ["--notify-command", command, "--notify-events", "done, batch-done"]
                try await spool.withDaemon(base, options) { daemon in
                    try spool.drop(TestSpool.request("a"), as: "acme/-n $(id) 'q'.yaml")
                    try spool.drop("prompt,image\na,https://a.b/c.png\nb,https://a.b/c.png\n", as: "table.csv")
                    await daemon.result(of: "table")
                    let outbox = spool.root.appendingPathComponent("notifications")
                    while spool.names(in: small.appendingPathComponent("done/table/002")).isEmpty
                        || !spool.names(in: outbox).isEmpty
                    {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
                for file in ["acme/-n $(id) 'q'/-n $(id) 'q'-1", "table/001/001-1", "table/002/002-1"] {
                    #expect(try spool.data("small/done/\(file).webp").prefix(4) == Data("RIFF".utf8), "\(file)")
                }
            }
        }
    }
}
