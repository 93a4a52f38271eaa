// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// The page of the running daemon, over real connections.
@Suite(.watched, .timeLimit(.minutes(15)))
struct PageTests {
    @Test func `from a drop to its picture in the gallery, by token, without a browser`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let options = try PageVisitor.options(in: spool) + ["--prices", "nano-banana-pro = 0.12"]
                try await spool.withDaemon(base, options) { daemon in
                    try await PageVisitor.with(daemon) { visitor in
                        #expect(try await visitor.ask("/gallery").text.contains("There are no results yet"))
                        try spool.drop(TestSpool.request("\"<b>light</b>\""), as: "acme/hero.yaml")
                        await daemon.result(of: "acme/hero")
                        let gallery = try await visitor.ask("/gallery?q=LIGHT")
                        #expect(gallery.text.contains("/job/done/acme/hero"))
                        #expect(gallery.text.contains("&lt;b&gt;light&lt;/b&gt;"))
                        #expect(!gallery.text.contains("<b>light"))
                        let picture = try await visitor.ask("/file/done/acme/hero/hero-1.png")
                        #expect(picture.body == (try spool.data("done/acme/hero/hero-1.png")))
                        #expect(picture["content-type"] == "image/png")
                        #expect(picture["x-content-type-options"] == "nosniff")
                        let job = try await visitor.ask("/job/done/acme/hero").text
                        #expect(job.contains("1 submit charged (0.12)"))
                        #expect(job.contains("All pictures of variant 1 are here."))
                        let summary = try await visitor.ask("/file/done/acme/hero/result.json")
                        #expect(summary["content-type"] == "text/plain; charset=utf-8")
                    }
                }
            }
        }
    }

    @Test func `without the token one sees that it lives, and nothing else`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, try PageVisitor.options(in: spool)) { daemon in
                    try await PageVisitor.with(daemon) { visitor in
                        #expect(try await visitor.ask("/healthz", headers: []).text == "ok\n")
                        #expect(try await visitor.ask("/readyz", headers: []).text == "ready\n")
                        #expect(try await visitor.ask("/metrics", headers: []).status == 404)
                        #expect(try await visitor.ask("/metrics").text.contains("bananadrop_ready 1"))
                        for path in ["/", "/gallery"] {
                            let answer = try await visitor.ask(path, headers: [])
                            #expect(answer.status == 303)
                            #expect(answer["location"]?.hasPrefix("/login") == true)
                        }
                        for path in ["/events", "/file/done/x/y.png"] {
                            #expect(try await visitor.ask(path, headers: []).status == 401)
                        }
                        let wrong = [("Authorization", "Bearer \(PageVisitor.token)x")]
                        #expect(try await visitor.ask("/", headers: wrong).status == 401)
                        #expect(!daemon.lines.contains { $0.contains(PageVisitor.token) })
                    }
                }
            }
        }
    }

    @Test func `a body that is too long, and a flood of connections, leave it well`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, try PageVisitor.options(in: spool)) { daemon in
                    try await PageVisitor.with(daemon) { visitor in
                        let long = "do=pause+&x=" + String(repeating: "y", count: 70_000)
                        #expect((try? await visitor.ask("/act", form: long).status) ?? 413 == 413)
                        await withTaskGroup(of: Void.self) { tasks in
                            for _ in 0..<300 { tasks.addTask { _ = try? await visitor.ask("/gallery") } }
                        }
                        let after = try await visitor.ask("/gallery")
                        #expect(after.status == 200)
                        #expect(spool.names(in: spool.inbox).isEmpty)
                    }
                }
            }
        }
    }

    @Test func `who listens hears that a result has come`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, try PageVisitor.options(in: spool)) { daemon in
                    try await PageVisitor.with(daemon) { visitor in
                        try spool.drop(TestSpool.request("a"), as: "hero.yaml")
                        try await visitor.listen { event in
                            #expect(event.contains("event: state\n"))
                            return try await visitor.ask("/gallery").text.contains("/job/done/hero")
                        }
                    }
                }
            }
        }
    }

    @Test func `a failed job that is tried again by a form goes on`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, try PageVisitor.options(in: spool)) { daemon in
                    try await PageVisitor.with(daemon) { visitor in
                        try spool.drop(TestSpool.request("\"[fault:poll=error]\""), as: "hero.yaml")
                        await daemon.result(of: "hero")
                        let count = daemon.lines.count
                        let job = try await visitor.ask("/job/failed/hero").text
                        #expect(job.contains("value=\"retry /job/failed/hero\""))
                        #expect(try await visitor.ask("/act", form: "do=retry+/job/failed/hero").status == 200)
                        #expect(await daemon.line(after: count) { $0.contains("job=hero ") } != nil)
                        let foreign = [
                            ("Authorization", "Bearer \(PageVisitor.token)"), ("Origin", "http://evil.example"),
                        ]
                        let refused = try await visitor.ask("/act", form: "do=pause+", headers: foreign)
                        #expect(refused.status == 403)
                    }
                }
            }
        }
    }

    struct Refusal: Sendable {
        var mode: mode_t = 0o600
        var token = PageVisitor.token
        var isNamed = true
        var says: String
    }

    private static let refusals = [
        Refusal(isNamed: false, says: "page-listen needs page-token-file"),
        Refusal(mode: 0o644, says: "is open to everybody on this machine (mode 644)"),
        Refusal(token: "short", says: "holds fewer than 16 characters"),
        Refusal(token: "two words, and long enough", says: "something else than one line of plain characters"),
    ]

    @Test(arguments: refusals)
    func `a page that anybody could see is not shown`(refusal: Refusal) async throws {
        try await TestSpool.with { spool in
            var options = try PageVisitor.options(in: spool, mode: refusal.mode, token: refusal.token)
            if !refusal.isNamed { options.removeLast(2) }
            let program = try spool.run("http://127.0.0.1:9", options)
            #expect(await program.end() == 78)
            await program.line { _ in false }
            #expect(program.lines.count == 1)
            #expect(program.lines.first?.contains(refusal.says) == true, "\(program.lines)")
            #expect(!program.lines.contains { $0.contains(refusal.token) })
        }
    }

    @Test func `where both settings name one place, it is one listener, and metrics stay open`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                // An address of its own: elsewhere another test may have the port.
                let place = "127.0.0.79:9465"
                let options = Array(try PageVisitor.options(in: spool).dropFirst(2))
                let both = ["--page-listen", place, "--metrics-listen", place]
                try await spool.withDaemon(base, options + both) { daemon in
                    try await PageVisitor.with(daemon) { visitor in
                        #expect(visitor.base == "http://\(place)")
                        #expect(await daemon.line(containing: "address=http://\(place)/metrics") != nil)
                        let metrics = try await visitor.ask("/metrics", headers: [])
                        #expect(metrics.status == 200)
                        #expect(try await visitor.ask("/gallery", headers: []).status == 303)
                        #expect(try await visitor.ask("/gallery").status == 200)
                    }
                }
            }
        }
    }
}
