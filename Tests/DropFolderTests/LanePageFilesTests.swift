// SPDX-License-Identifier: Apache-2.0

import FileIO
import Glibc
import NanoBanana
import Requests
import Spool
import SpoolState
import SystemPackage
import Testing

@testable import DropFolder
@testable import Jobs
@testable import TestSupport

/// A lane's page on the disk: where it is written, and where not.
struct LanePageFilesTests {
    private static func news(_ folder: String, _ request: Request? = nil) throws -> LanePages.News {
        let job = try Samples.job(after: [.read(request ?? Samples.request())]).job
        let ended = Ended(
            name: folder, folder: FilePath(folder), at: Samples.later, pictures: [], pictureCount: 0, charged: .yes)
        return LanePages.News(ended, of: job) { _ in nil }
    }

    private static func with(_ body: (Scratch, LanePageFiles) throws -> Void) async throws {
        try await Scratch.with { scratch in
            try scratch.folder("done")
            try body(scratch, LanePageFiles(spool: Spool(root: scratch.path)))
        }
    }

    @Test func `a lane has its page with its first result, and keeps what it shows`() async throws {
        try await Self.with { scratch, files in
            try scratch.folder("failed/acme/cup")
            #expect(try !files.write([Self.news("failed/acme/cup")], FilePath("acme")))
            #expect(try scratch.names(in: "done") == [])
            try scratch.folder("done/acme/hero")
            #expect(try files.write([Self.news("done/acme/hero"), Self.news("failed/acme/cup")], FilePath("acme")))
            try scratch.folder("done/acme/bowl")
            #expect(try files.write([Self.news("done/acme/bowl")], FilePath("acme")))
            let page = try scratch.text(of: "done/acme/index.html")
            for name in ["./hero", "./bowl", "../../failed/acme/cup"] { #expect(page.contains("href=\"\(name)\"")) }
            #expect(try scratch.names(in: "done/acme") == [".index.json", "bowl", "hero", "index.html"])
        }
    }

    @Test func `a request of several prompts is shown with each of them`() async throws {
        try await Self.with { scratch, files in
            var request = try Samples.request()
            request.others = [try EditRequest(model: .pro, prompt: "in blue", images: request.edit.images)]
            try scratch.folder("done/hero")
            #expect(try files.write([Self.news("done/hero", request)], FilePath()))
            #expect(try scratch.text(of: "done/index.html").contains(">x\nin blue<"))
        }
    }

    @Test func `what was taken away is no longer shown, and what came again stands there once`() async throws {
        try await Self.with { scratch, files in
            try scratch.folder("done/hero")
            try scratch.folder("done/cup")
            #expect(try files.write([Self.news("done/hero"), Self.news("done/cup")], FilePath()))
            try Kernel.removeDirectory(scratch.path.pushing("done/cup"), at: AT_FDCWD)
            #expect(try files.write([Self.news("done/hero")], FilePath()))
            let page = try scratch.text(of: "done/index.html")
            #expect(!page.contains("cup") && page.split(separator: "href=\"./hero\"").count == 2)
        }
    }

    @Test func `what is no page of ours stays, whatever it is`() async throws {
        try await Self.with { scratch, files in
            try scratch.folder("done/hero")
            try scratch.write(Array("<title>my own</title>".utf8), to: "done/index.html")
            #expect(try files.write([Self.news("done/hero")], FilePath()))
            #expect(try scratch.text(of: "done/index.html") == "<title>my own</title>")
            #expect(try !scratch.exists("done/.index.json"))
            try scratch.folder("done/acme/index.html")
            #expect(try files.write([Self.news("done/acme/index.html")], FilePath("acme")))
            try scratch.folder("done/linked/hero")
            try scratch.write([], to: "elsewhere")
            try scratch.link("done/linked/index.html", to: scratch.path.pushing("elsewhere"))
            #expect(try files.write([Self.news("done/linked/hero")], FilePath("linked")))
            #expect(try scratch.bytes(of: "elsewhere") == [])
            // Nor is anything written behind a symlink in the place of a lane.
            try scratch.folder("far/hero")
            try scratch.link("done/away", to: scratch.path.pushing("far"))
            #expect(try !files.write([Self.news("done/away/hero")], FilePath("away")))
            #expect(try scratch.names(in: "far") == ["hero"])
        }
    }

    @Test func `rubbish in the daemon's own file is in nobody's way`() async throws {
        try await Self.with { scratch, files in
            try scratch.folder("done/hero")
            for rubbish in ["", "{", "null", String(repeating: "[", count: 10_000)] {
                try scratch.write(Array(rubbish.utf8), to: "done/.index.json")
                #expect(try files.write([Self.news("done/hero")], FilePath()))
                #expect(try scratch.text(of: "done/index.html").contains("href=\"./hero\""))
            }
        }
    }

    @Test func `what lies under the names of the daemon's own files is neither waited for nor written into`()
        async throws
    {
        try await Self.with { scratch, files in
            try scratch.folder("done/hero")
            for name in [".index.json", ".index.json.new", ".index.html.new"] {
                let fifo = scratch.path.pushing(FilePath("done/\(name)"))
                try #require(mkfifo(fifo.string, 0o666) == 0)
                // With a reader, a writer would not wait for ever, but fail.
                let reader = try Kernel.open(fifo, O_RDONLY | O_NONBLOCK)
                #expect(try files.write([Self.news("done/hero")], FilePath()))
                _ = reader.descriptor
                #expect(try scratch.names(in: "done") == [".index.json", "hero", "index.html"])
            }
            for name in [".index.json.new", ".index.html.new"] {
                let elsewhere = try scratch.write(Array("mine".utf8), to: "elsewhere")
                try #require(link(elsewhere.string, scratch.path.pushing(FilePath("done/\(name)")).string) == 0)
                #expect(try files.write([Self.news("done/hero")], FilePath()))
                #expect(try scratch.text(of: "elsewhere") == "mine")
            }
            #expect(try scratch.text(of: "done/index.html").contains("href=\"./hero\""))
            try scratch.folder("done/.index.json.new")
            #expect(throws: Errno.isDirectory) { try files.write([Self.news("done/hero")], FilePath()) }
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a page is written once for all that came meanwhile, and what failed is kept`()
        async throws
    {
        let pages = LanePages()
        for number in 0..<500 { pages.came(try Self.news("done/job\(number)"), into: FilePath()) }
        var written: [(count: Int, first: FilePath, isLast: Bool)] = []
        let write = { (news: [LanePages.News], folder: FilePath) async -> Bool in
            written.append((news.count, news[0].ended.folder, written.count > 0))
            return written.count > 1
        }
        await pages.flush(write: write)
        #expect(written.count == 1 && written[0].count == LanePage.limit && written[0].first == FilePath("done/job499"))
        await pages.flush(write: write)
        #expect(written.count == 1, "nothing new has come")
        pages.came(try Self.news("done/last"), into: FilePath())
        await pages.flush(write: write)
        #expect(written.count == 2 && written[1].count == LanePage.limit && written[1].first == FilePath("done/last"))
        pages.came(try Self.news("done/other"), into: FilePath())
        await pages.flush(write: write)
        #expect(written.count == 3 && written[2].count == 1)
    }
}
