// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// `mark: ai-edited`, by the built program, as exiftool reads it.
@Suite(.watched, .enabled(if: Needs.programs("exiftool"), "needs exiftool"), .timeLimit(.minutes(5)))
struct MarkTests {
    private static let edited = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
    private static let generated = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"

    private static func tags(_ path: String, in spool: TestSpool) async throws -> [String: Any] {
        let answer = spool.root.appendingPathComponent("tags.json")
        try await Tool.run(
            "sh", "-euc", "exiftool -json -G1 \"$1\" >\"$2\"", "sh", spool.root.appendingPathComponent(path).path,
            answer.path)
        let all = try JSONSerialization.jsonObject(with: try Data(contentsOf: answer)) as? [[String: Any]]
        return try #require(all?.first)
    }

    private static func pictures(of job: String, in spool: TestSpool) throws -> [[String: Any]] {
        try spool.json("done/\(job)/result.json")["pictures"] as? [[String: Any]] ?? []
    }

    private static func isDone(_ jobs: String..., by daemon: Program) async {
        for job in jobs { #expect(await daemon.result(of: job)?.contains(" Done ") == true, "\(job)") }
    }

    @Test func `a request may ask for it, a lane, or the configuration, and any of them may say none`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("a"), as: "plain.yaml")
                    try spool.drop(TestSpool.request("a", more: "mark: ai-edited\n"), as: "asked.yaml")
                    try spool.drop("mark: ai-edited\n", as: "lane/_defaults.yaml")
                    try spool.drop(TestSpool.request("a"), as: "lane/hero.yaml")
                    try spool.drop(TestSpool.request("a", more: "mark: none\n"), as: "lane/none.yaml")
                    try spool.drop("name,prompt,image\na,x,https://example.com/a.png\n", as: "lane/table.csv")
                    await Self.isDone("plain", "asked", "lane/hero", "lane/none", "lane/table", by: daemon)
                    try spool.drop(TestSpool.request("b", more: "mark: ai-made\n"), as: "wrong.yaml")
                    #expect(await daemon.result(of: "wrong")?.contains(" Failed ") == true)
                }
                for (path, isMarked) in [
                    ("plain/plain", false), ("asked/asked", true), ("lane/hero/hero", true), ("lane/none/none", false),
                    ("lane/table/001-a/001-a", true),
                ] {
                    let tags = try await Self.tags("done/\(path)-1.png", in: spool)
                    #expect((tags["XMP-iptcExt:DigitalSourceType"] as? String == Self.edited) == isMarked, "\(path)")
                }
                #expect(try Self.pictures(of: "plain", in: spool).first?["marked"] == nil)
                let picture = try #require(try Self.pictures(of: "asked", in: spool).first)
                #expect(picture["marked"] as? Bool == true && picture["marked_by"] as? String == "bananadrop")
                let plain = try spool.data("done/plain/plain-1.png")
                let marked = try spool.data("done/asked/asked-1.png")
                #expect(marked.prefix(33) == plain.prefix(33) && marked.count > plain.count)
                #expect(picture["bytes"] as? Int == marked.count && PNGFile.isWhole(marked))
                #expect(try spool.prose("failed/wrong/error.txt").contains("`mark`"))
                #expect(simulator.ledger.snapshot.paid == 5)
            }
        }
    }

    @Test func `one's own picture gives its creator, its copyright and its colours`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let published = spool.root.appendingPathComponent("published")
                try FileManager.default.createDirectory(at: published, withIntermediateDirectories: true)
                let own = spool.root.appendingPathComponent("own.png")
                try PNGFile.small.write(to: own)
                try await Tool.run(
                    "exiftool", "-q", "-overwrite_original", "-XMP-dc:Creator=Ada <a@b>", "-XMP-dc:Rights=© Ada",
                    own.path)
                let picture = try Data(contentsOf: own)
                let share = ["--publish-directory", published.path, "--publish-base-url", "https://pictures.example/x"]
                try await spool.withDaemon(base, share + ["--mark", "ai-edited"]) { daemon in
                    try spool.drop("pictures: each\nprompt: on white\n", as: "shop/_defaults.yaml")
                    try spool.drop(picture, as: "shop/bottle.png")
                    try spool.drop(picture, as: "hand/own.png")
                    try spool.drop("prompt: x\nimages: [own.png]\n", as: "hand/named.yaml")
                    try spool.drop(TestSpool.request("far"), as: "far.yaml")
                    await Self.isDone("shop/bottle", "hand/named", "far", by: daemon)
                }
                for path in ["shop/bottle/bottle", "hand/named/named"] {
                    let tags = try await Self.tags("done/\(path)-1.png", in: spool)
                    #expect(tags["XMP-dc:Creator"] as? String == "Ada <a@b>", "\(path)")
                    #expect(tags["XMP-dc:Rights"] as? String == "© Ada", "\(path)")
                }
                #expect(try spool.data("done/shop/bottle/bottle.png") == picture, "one's own picture is not touched")
                let far = try await Self.tags("done/far/far-1.png", in: spool)
                #expect(far["XMP-dc:Creator"] == nil && far["XMP-iptcExt:DigitalSourceType"] as? String == Self.edited)
            }
        }
    }

    @Test func `of words alone it is another word`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let options = ["--allow-text-to-image", "true", "--mark", "ai-edited"]
                try await spool.withDaemon(base, options) { daemon in
                    try spool.drop("prompt: a lamp\n", as: "lamp.yaml")
                    await Self.isDone("lamp", by: daemon)
                }
                let tags = try await Self.tags("done/lamp/lamp-1.png", in: spool)
                #expect(tags["XMP-iptcExt:DigitalSourceType"] as? String == Self.generated)
            }
        }
    }

    @Test func `a job that is put back does not pay for a changed mark`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let text = TestSpool.request("\"[fault:picture=http404x4]\"")
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(text, as: "hero.yaml")
                    #expect(await daemon.result(of: "hero")?.contains(" Failed ") == true)
                    let request = spool.root.appendingPathComponent("failed/hero/hero.yaml")
                    try Data((text + "mark: ai-edited\n").utf8).write(to: request)
                    try FileManager.default.moveItem(
                        at: spool.failed.appendingPathComponent("hero"), to: spool.inbox.appendingPathComponent("hero"))
                    await daemon.line(containing: "Done job=hero ")
                }
                #expect(simulator.ledger.snapshot.paid == 1)
            }
        }
    }
}
