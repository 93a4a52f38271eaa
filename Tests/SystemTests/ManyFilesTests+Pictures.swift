// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

@testable import TestSupport

extension ManyFilesTests {
    /// By mistake: it is one line and one notification, and nothing of others waits for it.
    @Test func `ten thousand photos are held as one, with one notification, and hold up nobody`() async throws {
        let binary = try #require(Needs.optimised)
        try await Receiver.run { receiver in
            try await withSimulator { simulator, base in
                try await TestSpool.with { spool in
                    let published = spool.root.appendingPathComponent("published")
                    try FileManager.default.createDirectory(at: published, withIntermediateDirectories: true)
                    try spool.drop(FolderBatchTests.defaults, as: "shop/_defaults.yaml")
                    let share = [
                        "--publish-directory", published.path, "--publish-base-url", "https://pictures.example/x",
                    ]
                    let told = [
                        "--notify-url", receiver.url, "--notify-events", "held-for-approval", "--rescan-interval", "1s",
                    ]
                    let settings = ["--spool", spool.root.path, "--api-url", base] + TestSpool.options
                    let daemon = try Program(
                        ["run"] + settings + share + FolderBatchTests.prices + told, binary: binary)
                    await daemon.line(containing: "Watching")
                    let others = try await Self.holds(photos: 10_000, spool, daemon, receiver)
                    #expect(simulator.ledger.snapshot.paid == others)
                    daemon.send(SIGTERM)
                    #expect(await daemon.end() == 0)
                }
            }
        }
    }

    /// Returns how many pictures of others have come back meanwhile.
    private static func holds(
        photos count: Int, _ spool: TestSpool, _ daemon: Program, _ receiver: Receiver
    ) async throws -> Int {
        let files = (0..<count).map { ("IMG_\($0).png", PNGFile.small + Data("\($0)".utf8)) }
        try FolderBatchTests.drop(Dictionary(uniqueKeysWithValues: files), as: "shop/photos", into: spool)
        // Of others, one after the other, until it is held.
        var (bottles, longest) = (0, Duration.zero)
        repeat {
            bottles += 1
            let began = ContinuousClock.now
            try spool.drop(PNGFile.small + Data("bottle \(bottles)".utf8), as: "shop/bottle\(bottles).png")
            let result = await daemon.result(of: "shop/bottle\(bottles)")
            #expect(result?.contains(" Done ") == true)
            longest = max(longest, began.duration(to: .now))
        } while !daemon.lines.contains { $0.contains("Requests are held") }
        print("\(bottles) pictures of others meanwhile, the slowest after \(longest)")
        #expect(bottles > 1)
        #expect(longest < .seconds(5))
        let page = try await spool.status { $0["held_count"] as? Int == 1 }
        let why = (page["held"] as? [[String: Any]] ?? []).compactMap { $0["why"] as? String }
        #expect(why.count == 1 && why[0].contains("shop/photos would cost 1200"), "\(why)")
        #expect(page["left_alone_count"] as? Int == 0)
        #expect(spool.names(in: spool.inbox.appendingPathComponent("shop/photos")).count == count)
        while receiver.posts.all.isEmpty { _ = await receiver.posts.next() }
        // Long enough for the regular looks to take it anew.
        try await Task.sleep(for: .seconds(6))
        #expect(receiver.posts.all.map(\.event) == ["held-for-approval"])
        #expect(try spool.json("status.json")["held_count"] as? Int == 1)
        return bottles
    }
}
