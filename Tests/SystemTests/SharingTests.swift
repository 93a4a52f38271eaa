// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

@testable import TestSupport

/// Pictures from one's own disk: made links of for as long as a job needs them.
@Suite(.watched, .timeLimit(.minutes(15)))
struct SharingTests {
    private static let request = "prompt: mine\nimages: [pics/bottle.png, https://example.com/a.png]\n"

    private static func directory(_ spool: TestSpool) throws -> (folder: URL, options: [String]) {
        let folder = spool.root.appendingPathComponent("published")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return (folder, ["--publish-directory", folder.path, "--publish-base-url", "https://pictures.example/x/"])
    }

    private static func files(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path)
    }

    private static func links(_ spool: TestSpool, _ job: String) throws -> [String] {
        let request = try spool.json("done/\(job)/result.json")["request"] as? [String: Any]
        return request?["image_urls"] as? [String] ?? []
    }

    @Test func `a picture is published while its job needs it, and taken away at its end`() async throws {
        // Until the test has seen what is published.
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await TestSpool.with { spool in
                let (folder, options) = try Self.directory(spool)
                try await spool.withDaemon(base, options) { daemon in
                    try spool.drop(PNGFile.small, as: "acme/pics/bottle.png")
                    try spool.drop(Self.request, as: "acme/mine.yaml")
                    await daemon.line(containing: "Submitted job=acme/mine ")
                    let names = try Self.files(in: folder)
                    #expect(names.count == 1)
                    let name = try #require(names.first)
                    #expect(name.count >= 30 && name.hasSuffix(".png"), "nobody can guess \(name)")
                    #expect(try Data(contentsOf: folder.appendingPathComponent(name)) == PNGFile.small)
                    simulator.finishWork()
                    #expect(await daemon.result(of: "acme/mine")?.contains(" Done ") == true)
                    #expect(
                        try Self.links(spool, "acme/mine")
                            == ["https://pictures.example/x/\(name)", "https://example.com/a.png"])
                }
                #expect(try Self.files(in: folder) == [])
                #expect(spool.places(of: "bottle.png") == ["inbox/acme/pics/bottle.png"])
                #expect(simulator.ledger.snapshot.paid == 1)
            }
        }
    }

    @Test func `what is set aside for a variant that waits goes back when its job is given up`() async throws {
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await TestSpool.with { spool in
                let (_, options) = try Self.directory(spool)
                let limits = ["--max-in-flight", "1", "--daily-submits", "2"]
                try await spool.withDaemon(base, options + limits + Scraper.options) { daemon in
                    let scraper = try await Scraper(daemon)
                    try spool.drop(PNGFile.small, as: "pics/bottle.png")
                    try spool.drop(Self.request + "variants: 2\n", as: "gone.yaml")
                    await daemon.line(containing: "Submitted job=gone ")
                    // The other one has what it costs, and waits for the only place.
                    _ = try await scraper.page { $0.value("bananadrop_today_submits") == 2 }
                    for name in spool.names(in: spool.processing) {
                        try FileManager.default.removeItem(at: spool.processing.appendingPathComponent(name))
                    }
                    simulator.finishWork()
                    #expect(await daemon.line(containing: "the job is given up") != nil)
                    try spool.drop(TestSpool.request("after"), as: "after.yaml")
                    await simulator.ledger.wait { $0.paid("after") == 1 }
                }
                #expect(simulator.ledger.snapshot.paid == 2)
            }
        }
    }

    @Test func `a request waits for its pictures, and nothing is sent before they are whole`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let (_, options) = try Self.directory(spool)
                try await spool.withDaemon(base, options) { daemon in
                    try spool.drop(Self.request, as: "mine.yaml")
                    try spool.drop(TestSpool.request("other"), as: "other.yaml")
                    #expect(await daemon.result(of: "other")?.contains(" Done ") == true)
                    let path = spool.inbox.appendingPathComponent("pics/bottle.png")
                    try FileManager.default.createDirectory(
                        at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                    // Open for writing from the moment at which it is there.
                    let new = spool.root.appendingPathComponent("new.png")
                    try PNGFile.small.prefix(40).write(to: new)
                    let writer = try FileHandle(forWritingTo: new)
                    try writer.seekToEnd()
                    #expect(rename(new.path, path.path) == 0)
                    try await Task.sleep(for: .milliseconds(700))
                    #expect(simulator.ledger.snapshot.paid("mine") == 0)
                    try writer.write(contentsOf: PNGFile.small.dropFirst(40))
                    try writer.close()
                    #expect(await daemon.result(of: "mine")?.contains(" Done ") == true)
                }
                #expect(simulator.ledger.snapshot.paid("mine") == 1)
            }
        }
    }

    @Test func `a picture that does not come in time is a clear failure that cost nothing`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let (folder, options) = try Self.directory(spool)
                try await spool.withDaemon(base, options + ["--local-images-wait", "1s"]) { daemon in
                    try spool.drop(Self.request, as: "mine.yaml")
                    let line = await daemon.result(of: "mine")
                    #expect(line?.contains("reason=picture-missing") == true, "\(line ?? "")")
                    let error = try spool.prose("failed/mine/error.txt")
                    #expect(error.contains("did not arrive within 1 second"))
                    #expect(error.contains("Was it charged? No."))
                    // It comes late, and the folder is put back.
                    try spool.drop(PNGFile.small, as: "pics/bottle.png")
                    try FileManager.default.moveItem(
                        at: spool.failed.appendingPathComponent("mine"), to: spool.inbox.appendingPathComponent("mine"))
                    #expect(await daemon.line { $0.contains(" Done job=mine ") } != nil)
                }
                #expect(simulator.ledger.snapshot.paid == 1)
                #expect(try Self.files(in: folder) == [])
            }
        }
    }

    @Test func `a command publishes and takes away, sees no key, and trouble with it is waited out`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let (folder, _) = try Self.directory(spool)
                let script = spool.root.appendingPathComponent("put.sh")
                let text = """
                    #!/bin/sh
                    [ -e \(spool.root.path)/broken ] && { echo "no route to host" >&2; exit 7; }
                    env > \(spool.root.path)/environment
                    cp "$1" "\(folder.path)/$2"

                    """
                try Data(text.utf8).write(to: script)
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
                let broken = spool.root.appendingPathComponent("broken")
                try Data().write(to: broken)
                let options = [
                    "--publish-command", "\(script.path) {file} {name}", "--publish-remove-command",
                    "rm \(folder.path)/{name}", "--publish-base-url", "https://pictures.example",
                ]
                try await spool.withDaemon(base, options) { daemon in
                    try spool.drop(PNGFile.small, as: "pics/bottle.png")
                    try spool.drop(Self.request, as: "mine.yaml")
                    let trouble = await daemon.line(containing: "Pictures cannot be published")
                    #expect(trouble?.contains("no route to host") == true, "\(trouble ?? "")")
                    #expect(simulator.ledger.snapshot.paid == 0)
                    try FileManager.default.removeItem(at: broken)
                    #expect(await daemon.result(of: "mine")?.contains(" Done ") == true)
                }
                #expect(try Self.files(in: folder) == [])
                #expect(try !spool.text("environment").contains("test-key"))
                #expect(simulator.ledger.snapshot.paid == 1)
            }
        }
    }

    @Test func `local-images move takes the picture along into the result`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let (_, options) = try Self.directory(spool)
                try await spool.withDaemon(base, options + ["--local-images", "move"]) { daemon in
                    try spool.drop(PNGFile.small, as: "pics/bottle.png")
                    try spool.drop(Self.request, as: "mine.yaml")
                    #expect(await daemon.result(of: "mine")?.contains(" Done ") == true)
                }
                #expect(spool.places(of: "bottle.png") == ["done/mine/originals/bottle.png"])
            }
        }
    }

    @Test func `without publish a local picture is a failure that says how to set it up`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(Self.request, as: "mine.yaml")
                    #expect(await daemon.result(of: "mine")?.contains("reason=invalid-request") == true)
                }
                let error = try spool.prose("failed/mine/error.txt")
                #expect(error.contains("publish-directory") && error.contains("publish-command"))
                #expect(simulator.ledger.snapshot.paid == 0)
            }
        }
    }

    @Test func `the rows of a table share pictures beside the table`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let (folder, options) = try Self.directory(spool)
                try await spool.withDaemon(base, options) { daemon in
                    try spool.drop(PNGFile.small, as: "red bottle.png")
                    try spool.drop(PNGFile.small, as: "pics/blue.png")
                    try spool.drop("prompt;image\none;red bottle.png\ntwo;pics\\blue.png\n", as: "mine.csv")
                    #expect(await daemon.result(of: "mine")?.contains(" Done ") == true)
                }
                #expect(simulator.ledger.snapshot.paid == 2)
                #expect(try Self.files(in: folder) == [])
            }
        }
    }

    @Test func `pictures of a large batch are published little by little, as turns come`() async throws {
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await TestSpool.with { spool in
                let (folder, options) = try Self.directory(spool)
                try await spool.withDaemon(base, options + ["--max-in-flight", "2"]) { daemon in
                    let rows = 1...24
                    for row in rows { try spool.drop(PNGFile.small, as: "\(row).png") }
                    try spool.drop("prompt,image\n" + rows.map { "p\($0),\($0).png\n" }.joined(), as: "mine.csv")
                    for turn in 1...12 {
                        await simulator.ledger.wait { $0.paid >= 2 * turn }
                        // Those whose result is being written are taken away in a moment.
                        while try Self.files(in: folder).count > 4 { try await Task.sleep(for: .milliseconds(20)) }
                        if turn == 1 {
                            // Time for more, if more were published ahead.
                            try await Task.sleep(for: .milliseconds(500))
                            let all = try Self.files(in: folder).count
                            #expect((2...4).contains(all), "two under way and two that come next, not \(all)")
                        }
                        simulator.finishWork()
                    }
                    #expect(await daemon.line { $0.contains(" Done ") && $0.contains("job=mine ") } != nil)
                }
                #expect(simulator.ledger.snapshot.paid == 24)
                #expect(try Self.files(in: folder) == [])
            }
        }
    }

    @Test func `a picture that is too large is made smaller for the API, and stays as it is`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let (folder, options) = try Self.directory(spool)
                let large = Data([UInt8].png(20_000))
                try PNGFile.small.write(to: spool.root.appendingPathComponent("small.png"))
                let shrink = "sh -c 'cp \(spool.root.path)/small.png \"$2\"' sh {file} {out}"
                let more = ["--shrink-command", shrink, "--shrink-above", "10KiB", "--local-images", "move"]
                try await spool.withDaemon(base, options + more) { daemon in
                    try spool.drop(large, as: "pics/bottle.png")
                    try spool.drop(Self.request, as: "mine.yaml")
                    #expect(await daemon.line(containing: "Made a picture smaller before it was published") != nil)
                    #expect(await daemon.result(of: "mine")?.contains(" Done ") == true)
                }
                #expect(try spool.data("done/mine/originals/bottle.png") == large)
                let smaller = try spool.json("done/mine/result.json")["made_smaller"] as? [[String: Any]]
                #expect(smaller?.count == 1 && smaller?[0]["file"] as? String == "pics/bottle.png")
                #expect(smaller?[0]["bytes"] as? Int == large.count)
                #expect(smaller?[0]["sent_bytes"] as? Int == PNGFile.small.count)
                #expect(try Self.files(in: folder) == [])
                #expect(simulator.ledger.snapshot.paid == 1)
            }
        }
    }

    @Test func `a picture that cannot be made smaller fails its own request after three attempts`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let (folder, options) = try Self.directory(spool)
                let shrink = "sh -c 'echo run >> \(spool.root.path)/runs; echo broken; exit 3' sh {file} {out}"
                let more = ["--shrink-command", shrink, "--shrink-above", "10KiB"]
                try await spool.withDaemon(base, options + more) { daemon in
                    try spool.drop(Data([UInt8].png(20_000)), as: "pics/large.png")
                    try spool.drop("prompt: large\nimages: [pics/large.png]\n", as: "large.yaml")
                    #expect(await daemon.result(of: "large")?.contains("reason=picture-missing") == true)
                    try spool.drop(PNGFile.small, as: "pics/bottle.png")
                    try spool.drop(Self.request, as: "mine.yaml")
                    #expect(await daemon.result(of: "mine")?.contains(" Done ") == true)
                }
                #expect(try spool.text("runs") == "run\nrun\nrun\n")
                let reason = try spool.prose("failed/large/error.txt")
                #expect(reason.contains("made smaller (shrink-command failed with exit code 3"), "\(reason)")
                #expect(try Self.files(in: folder) == [])
                #expect(simulator.ledger.snapshot.paid == 1)
            }
        }
    }
}
