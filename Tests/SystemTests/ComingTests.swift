// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// `coming/`: what is done of a batch, before the last of its parts is.
@Suite(.watched, .timeLimit(.minutes(10)))
struct ComingTests {
    private static let options = ["--max-in-flight", "2"] + BatchCrashTests.showing

    /// The first row has a mistake, and the last two wait as long as the test wants.
    private static let table =
        "name,prompt,image,aspect_ratio\nodd,zero,https://a.b/0.png,7:5\nred,\"on <b>marble</b>\",https://a.b/1.png,\n"
        + "blue,two,https://a.b/2.png,\ngreen,three,https://a.b/3.png,\n"

    /// All that is shown, but for folders.
    static func files(in spool: TestSpool) -> [String] {
        let root = spool.root.appendingPathComponent("coming")
        let walker = FileManager.default.enumerator(atPath: root.path)
        var files: [String] = []
        while let path = walker?.nextObject() as? String {
            if walker?.fileAttributes?[.type] as? FileAttributeType != .typeDirectory { files.append(path) }
        }
        return files.sorted()
    }

    static func pictures(in spool: TestSpool) -> [String] { files(in: spool).filter { $0.hasSuffix(".png") } }

    /// Waits until the page of a batch says all of that.
    @discardableResult
    private static func page(_ path: String, in spool: TestSpool, says words: [String]) async throws -> String {
        while true {
            let page = (try? spool.text(path)) ?? ""
            if words.allSatisfy(page.contains) { return page }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Waits until nothing is shown any more.
    private static func isOver(_ spool: TestSpool) async throws {
        while !spool.names(in: spool.root.appendingPathComponent("coming")).isEmpty {
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func `each part can be looked at when it is done, and all of it goes when the batch is over`() async throws {
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, Self.options) { daemon in
                    try spool.drop(Self.table, as: "acme/catalog.csv")
                    for part in ["002-red", "003-blue"] {
                        #expect(await daemon.line(containing: "Submitted job=acme/catalog/\(part) ") != nil)
                    }
                    // A mistake costs nothing, and is known at once.
                    try await Self.page(
                        "coming/acme/catalog/index.html", in: spool, says: ["0 of 4 parts are done, 1 failed."])
                    simulator.finishWork()
                    #expect(await daemon.line(containing: "Submitted job=acme/catalog/004-green ") != nil)
                    let page = try await Self.page(
                        "coming/acme/catalog/index.html", in: spool,
                        says: [
                            "2 of 4 parts are done, 1 failed.", "src=\"./002-red/002-red-1.png\"",
                            "src=\"./003-blue/003-blue-1.png\"", "on &lt;b&gt;marble&lt;/b&gt;", "invalid-request",
                            "http-equiv=\"refresh\"",
                        ])
                    #expect(!page.contains("<b>") && !page.contains("href=\"./001-odd\""))
                    #expect(
                        Self.files(in: spool) == [
                            "acme/catalog/002-red/002-red-1.png", "acme/catalog/003-blue/003-blue-1.png",
                            "acme/catalog/index.html",
                        ])
                    #expect(PNGFile.isWhole(try spool.data("coming/acme/catalog/002-red/002-red-1.png")))
                    let state = try await spool.status { page in
                        let jobs = page["under_way"] as? [[String: Any]] ?? []
                        return jobs.first?["coming"] as? String == "coming/acme/catalog"
                    }
                    #expect(state["under_way_count"] as? Int == 1)
                    #expect(spool.names(in: spool.done) == [] && spool.names(in: spool.failed) == [])
                    try await simulator.finishesWork {
                        #expect(await daemon.result(of: "acme/catalog")?.contains(" Failed ") == true)
                    }
                    try await Self.isOver(spool)
                    let folder = spool.failed.appendingPathComponent("acme/catalog")
                    #expect(spool.names(in: folder).contains("catalog-failed.csv"))
                    #expect(PNGFile.isWhole(try spool.data("failed/acme/catalog/002-red/002-red-1.png")))
                }
                #expect(simulator.ledger.snapshot.paid == 3)
            }
        }
    }

    @Test func `nothing is shown where nobody asks for it`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(Self.table, as: "catalog.csv")
                    #expect(await daemon.result(of: "catalog") != nil)
                }
                #expect(!FileManager.default.fileExists(atPath: spool.root.path + "/coming"))
            }
        }
    }

    @Test func `after a kill it is made again, and what somebody has put there stays`() async throws {
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await TestSpool.with { spool in
                let page = "coming/catalog/index.html"
                let first = try spool.run(base, Self.options)
                await first.line(containing: "Watching")
                try spool.drop(Self.table, as: "catalog.csv")
                await first.line(containing: "Submitted job=catalog/003-blue ")
                simulator.finishWork()
                try await Self.page(page, in: spool, says: ["2 of 4 parts are done"])
                await first.line(containing: "Submitted job=catalog/004-green ")
                first.send(SIGKILL)
                #expect(await first.end() == -SIGKILL)
                let mine = spool.root.appendingPathComponent("coming/catalog/002-red/mine.png")
                try Data("mine".utf8).write(to: mine)
                let old = spool.root.appendingPathComponent("coming/gone/001/001-1.png")
                try FileManager.default.createDirectory(
                    at: old.deletingLastPathComponent(), withIntermediateDirectories: true)
                try FileManager.default.linkItem(
                    at: spool.root.appendingPathComponent("coming/catalog/002-red/002-red-1.png"), to: old)
                try await spool.withDaemon(base, Self.options) { daemon in
                    // The folder that holds somebody's file is no longer the batch's.
                    try await Self.page("coming/catalog-2/index.html", in: spool, says: ["2 of 4 parts are done"])
                    #expect(!FileManager.default.fileExists(atPath: old.path))
                    try await simulator.finishesWork { #expect(await daemon.result(of: "catalog") != nil) }
                    while Self.files(in: spool) != ["catalog/002-red/mine.png"] {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                }
                #expect(try Data(contentsOf: mine) == Data("mine".utf8))
                #expect(simulator.ledger.snapshot.paid == 3)
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
            }
        }
    }

    @Test func `where nothing can be written there, the batch comes back all the same, and one line says so`()
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try Data("in the way".utf8).write(to: spool.root.appendingPathComponent("coming"))
                try await spool.withDaemon(base, Self.options) { daemon in
                    try spool.drop(Self.table, as: "catalog.csv")
                    #expect(await daemon.result(of: "catalog") != nil)
                    try spool.drop(TestSpool.request("single"), as: "single.yaml")
                    #expect(await daemon.result(of: "single")?.contains(" Done ") == true)
                    #expect(daemon.lines.count { $0.contains("cannot be shown in coming") } <= 1)
                }
                #expect(try spool.text("coming") == "in the way")
                #expect(simulator.ledger.snapshot.paid == 4)
            }
        }
    }
}
