// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Jobs
@testable import Notifying
@testable import Requests
@testable import Spool
@testable import TestSupport

/// What is written down to be told, and what a start makes of it.
@Suite(.idleLimit)
struct OutboxTests {
    static func notification(
        _ id: String, _ event: Notification.Event = .done, job: String = "acme/hero"
    ) -> Notification {
        let subject = Notification.Subject(
            job: job, lane: "acme", charge: .no, bill: Bill(charged: 0, maybeCharged: 0))
        return Notification(id: id, event: event, at: .now, subject: subject, text: "It is done.")
    }

    static func with(_ body: (Scratch, Outbox) async throws -> Void) async throws {
        try await Scratch.with { scratch in
            let spool = Spool(root: scratch.path)
            try spool.make()
            try await body(scratch, Outbox(spool: spool))
        }
    }

    private static func path(_ entry: Outbox.Entry?) -> FilePath? {
        if case .ready(let notification)? = entry { notification.subject?.path } else { nil }
    }

    @Test func `it is early until its result is published, and then says where that is`() async throws {
        try await Self.with { scratch, outbox in
            let (job, one) = (JobFolder(path: try scratch.folder("processing/hero.1x2y3z")), Self.notification("a"))
            try outbox.write(one, to: [.command, .url], of: job)
            #expect(try scratch.names(in: "notifications") == ["a.command", "a.url"])
            guard case .early? = try outbox.read("a.url") else { throw Failed() }
            outbox.note(scratch.path.appending("done").pushing("acme/hero"), for: "a", .url)
            #expect(Self.path(try outbox.read("a.url")) == "done/acme/hero")
            guard case .early? = try outbox.read("a.command") else { throw Failed() }
            try outbox.write(one, to: [.url], of: job)
            guard case .early? = try outbox.read("a.url") else { throw Failed() }
        }
    }

    struct Failed: Error {}

    @Test(arguments: [("done", "hero"), ("done", "hero-3"), ("failed", "hero-2")])
    func `after a crash the result is found by what it is, not by its name`(place: String, name: String) async throws {
        try await Self.with { scratch, outbox in
            let job = JobFolder(path: try scratch.folder("processing/hero.1x2y3z"))
            try scratch.folder("done/acme/hero-1")
            try outbox.write(Self.notification("a", place == "done" ? .done : .failed), to: [.url], of: job)
            try scratch.folder("\(place)/acme")
            let target = scratch.path.pushing(FilePath("\(place)/acme/\(name)"))
            try Kernel.rename(job.path, at: Kernel.here, to: target, at: Kernel.here)
            #expect(Self.path(try outbox.read("a.url")) == FilePath("\(place)/acme/\(name)"))
            // Whoever has taken it away keeps nobody from being told.
            try Kernel.rename(target, at: Kernel.here, to: scratch.path.appending("elsewhere"), at: Kernel.here)
            guard case .ready(let told)? = try outbox.read("a.url") else { throw Failed() }
            #expect(told.subject?.path == nil && told.id == "a")
        }
    }

    @Test(arguments: ["", "{", "[]", "{}", #"{"notification":{}}"#, "\0\0\0\0"])
    func `what is torn, or somebody else's, is nothing to tell`(text: String) async throws {
        try await Self.with { scratch, outbox in
            try scratch.folder("notifications")
            try scratch.write(Array(text.utf8), to: "notifications/a.url")
            guard case .broken? = try outbox.read("a.url") else { throw Failed() }
        }
    }

    @Test func `a part of what waits is looked at, of one way, and nothing that is not ours`() async throws {
        try await Self.with { scratch, outbox in
            #expect(try outbox.waiting(.url, limit: 9, besides: []) == [])
            for index in 0..<20 { try outbox.write(Self.notification("n\(index)"), to: [.url, .command]) }
            for name in ["x.txt", "UPPER.url", "a b.url"] { try scratch.write([1], to: "notifications/\(name)") }
            #expect(try outbox.waiting(.url, limit: 7, besides: []).count == 7)
            let rest = try outbox.waiting(.url, limit: 99, besides: ["n3.url", "n4.url"])
            #expect(rest.count == 18 && rest.allSatisfy { $0.extension == "url" })
            try outbox.remove("n5.url")
            try outbox.remove("n5.url")
            #expect(try outbox.read("n5.url") == nil)
        }
    }
}

extension Kernel {
    static let here = Int32(-100)
}
