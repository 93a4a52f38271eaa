// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

@testable import TestSupport

/// What is told of the whole spool is told at least once, too, and not again by each start.
@Suite(.watched, .timeLimit(.minutes(15)))
struct AnnouncementTests {
    private static func options(_ receiver: Receiver, _ events: String = "paused, gone-on") -> [String] {
        ["--notify-url", receiver.url, "--notify-events", events]
    }

    /// Each that was told, once: the order is not promised.
    private static func told(_ receiver: Receiver) -> [String] {
        var ids: Set<String> = []
        return receiver.posts.all.filter { ids.insert($0.id).inserted }.map(\.event).sorted()
    }

    private static func wait(_ receiver: Receiver, for events: [String]) async {
        while told(receiver).count < events.count { _ = await receiver.posts.next() }
        #expect(told(receiver) == events.sorted())
    }

    private static func isEmpty(_ spool: TestSpool) async throws {
        let outbox = spool.root.appendingPathComponent("notifications")
        while !spool.names(in: outbox).isEmpty { try await Task.sleep(for: .milliseconds(20)) }
    }

    static let places =
        ["announce", "note", "tell", "forget"].flatMap { ["before:\($0)", "after:\($0)"] }
        + ["before:announce:2", "after:announce:2"]

    @Test(arguments: places)
    func `killed at any place, a pause is told at least once, with one id, and so is its end`(
        place: String
    ) async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await Receiver.run { receiver in
                    try await Self.kill(place, spool, base, receiver)
                    try await spool.withDaemon(base, Self.options(receiver)) { _ in
                        await Self.wait(receiver, for: ["paused"])
                        spool.remove("PAUSE")
                        await Self.wait(receiver, for: ["paused", "gone-on"])
                        try await Self.isEmpty(spool)
                    }
                    let ids = Dictionary(grouping: receiver.posts.all, by: \.event).mapValues { Set($0.map(\.id)) }
                    #expect(ids.values.allSatisfy { $0.count == 1 }, "\(ids)")
                }
            }
        }
    }

    /// Runs until a `PAUSE` has brought it to that place, where it is killed.
    private static func kill(_ place: String, _ spool: TestSpool, _ base: String, _ receiver: Receiver) async throws {
        let first = try spool.run(base, options(receiver), environment: ["BANANADROP_TEST_KILL_AT": place])
        await first.line(containing: "Watching")
        try spool.put(at: "PAUSE")
        #expect(await first.end() == -SIGKILL)
    }

    @Test(arguments: places)
    func `what is over when it starts again is told as over, where anybody may have heard of it`(
        place: String
    ) async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await Receiver.run { receiver in
                    try await Self.kill(place, spool, base, receiver)
                    spool.remove("PAUSE")
                    try await spool.withDaemon(base, Self.options(receiver)) { daemon in
                        if place != "before:announce" { await Self.wait(receiver, for: ["paused", "gone-on"]) }
                        try spool.drop("promt: x\n", as: "slip.yaml")
                        await daemon.line { LogLook.text.says("Failed", $0) }
                        try await Self.isEmpty(spool)
                    }
                    #expect(Self.told(receiver).count == (place == "before:announce" ? 0 : 2))
                }
            }
        }
    }

    @Test func `a start does not tell again what was told, and learns by a submit that a pause is over`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await Receiver.run { receiver in
                    let options = Self.options(receiver) + ["--retry-interval", "1h", "--retry-limit", "1h"]
                    try await spool.withDaemon(base, options) { _ in
                        try spool.put(at: "inbox/acme/PAUSE")
                        await Self.wait(receiver, for: ["paused"])
                        try spool.drop(TestSpool.request("\"[fault:submit=http429x1]\""), as: "first.yaml")
                        await Self.wait(receiver, for: ["paused", "paused"])
                        try await Self.isEmpty(spool)
                    }
                    try await spool.withDaemon(base, options) { daemon in
                        await daemon.line(containing: "Done job=first")
                        await Self.wait(receiver, for: ["paused", "paused", "gone-on"])
                        spool.remove("inbox/acme/PAUSE")
                        await Self.wait(receiver, for: ["paused", "paused", "gone-on", "gone-on"])
                        try await Self.isEmpty(spool)
                    }
                    #expect(receiver.posts.all.count == 4, "each once")
                    let codes = receiver.posts.all.map { ($0.object["reason"] as? [String: Any])?["code"] as? String }
                    #expect(codes == ["by-somebody", "too-fast", nil, "by-somebody"])
                }
            }
        }
    }

    @Test func `however a pause flaps, each beginning that is told has its end, and the last word is true`()
        async throws
    {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await Receiver.run { receiver in
                    try await spool.withDaemon(base, Self.options(receiver)) { daemon in
                        for _ in 0..<300 {
                            try spool.put(at: "PAUSE")
                            spool.remove("PAUSE")
                        }
                        try spool.put(at: "PAUSE")
                        while Self.told(receiver).count % 2 == 0 { _ = await receiver.posts.next() }
                        spool.remove("PAUSE")
                        while Self.told(receiver).count % 2 == 1 { _ = await receiver.posts.next() }
                        try spool.drop(TestSpool.request("a"), as: "a.yaml")
                        await daemon.result(of: "a")
                        try await Self.isEmpty(spool)
                    }
                    let (told, ids) = (receiver.posts.all, Set(receiver.posts.all.map(\.id)))
                    #expect(told.count == ids.count)
                    #expect(told.count { $0.event == "paused" } * 2 == told.count)
                }
            }
        }
    }

    @Test func `a price is asked for once for each file that is dropped, whatever starts between`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await Receiver.run { receiver in
                    let options = Self.options(receiver, "held-for-approval") + ["--hold-above-submits", "1"]
                    let dear = TestSpool.request("a", more: "variants: 2\n")
                    func drop() throws { try spool.drop(dear, as: "dear.yaml") }
                    try drop()
                    for _ in 0..<2 {
                        try await spool.withDaemon(base, options) { _ in
                            _ = try await spool.status { $0["held_count"] as? Int == 1 }
                            await Self.wait(receiver, for: ["held-for-approval"])
                            try await Self.isEmpty(spool)
                        }
                    }
                    #expect(receiver.posts.all.count == 1)
                    try await spool.withDaemon(base, options) { daemon in
                        spool.remove("inbox/dear.yaml")
                        _ = try await spool.status { $0["held_count"] as? Int == 0 }
                        try drop()
                        await Self.wait(receiver, for: ["held-for-approval", "held-for-approval"])
                    }
                }
            }
        }
    }

    @Test func `what stands in the way of the outbox is said, and holds up no job`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await Receiver.run { receiver in
                    try spool.put(at: "notifications")
                    try await spool.withDaemon(base, Self.options(receiver)) { daemon in
                        try spool.put(at: "inbox/acme/PAUSE")
                        await daemon.line(containing: "A notification cannot be written down")
                        try spool.drop(TestSpool.request("a"), as: "a.yaml")
                        await daemon.result(of: "a")
                    }
                    #expect(receiver.posts.all.isEmpty)
                }
            }
        }
    }

    @Test(.enabled(if: Needs.mounts, "needs root and the right to mount"))
    func `a disk that refuses holds up no job, and in the end the truth is told`() async throws {
        try await withSimulator { _, base in
            try await Mounts.withFolder { folder in
                let spool = try TestSpool.make(at: folder.appendingPathComponent("spool"))
                // It has no room for what is told alone.
                let outbox = spool.root.appendingPathComponent("notifications")
                try Mounts.makeTemporary(outbox, bytes: 64 << 10)
                let ballast = try Ballast(outbox.appendingPathComponent("ballast"))
                try await Receiver.run { receiver in
                    try await spool.withDaemon(base, Self.options(receiver)) { daemon in
                        try spool.put(at: "inbox/acme/PAUSE")
                        await daemon.line(containing: "The disk refuses to write")
                        for number in 0..<50 {
                            try spool.put(at: "inbox/other/PAUSE")
                            spool.remove("inbox/other/PAUSE")
                            try spool.drop(TestSpool.request("a \(number)"), as: "a\(number).yaml")
                        }
                        for number in 0..<50 { await daemon.result(of: "a\(number)") }
                        #expect(receiver.posts.all.isEmpty)
                        ballast.remove()
                        await Self.wait(receiver, for: ["paused"])
                        spool.remove("inbox/acme/PAUSE")
                        await Self.wait(receiver, for: ["paused", "gone-on"])
                    }
                }
            }
        }
    }
}

extension TestSpool {
    /// Removes a file of the spool.
    fileprivate func remove(_ path: String) { unlink(root.appendingPathComponent(path).path) }
}
