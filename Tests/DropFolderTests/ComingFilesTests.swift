// SPDX-License-Identifier: Apache-2.0

import Glibc
import NanoBanana
import Requests
import SystemPackage
import Testing

@testable import DropFolder
@testable import FileIO
@testable import Jobs
@testable import Spool
@testable import SpoolState
@testable import TestSupport

/// What a batch that is under way shows, as its parts come to their ends.
struct ComingFilesTests {
    private static let folder = "processing/catalog.1x"

    private static func batch() throws -> Job {
        var batch = Job(claimed: Origin(lane: Samples.acme, file: "catalog.csv"), at: Samples.start)
        _ = try batch.apply(.split(parts: 3), at: Samples.start)
        return batch
    }

    private static func part(_ name: FilePath.Component) throws -> BatchSummary.Part {
        let (job, _) = try Samples.job(after: [
            .read(Samples.request()), .submitting(variant: 0), .submitted(variant: 0, Samples.task),
            .answered(variant: 0, Answer(pictures: [PictureLink(url: "https://p/1")], response: [1])),
            .fetched(variant: 0, [Samples.picture]),
        ])
        return BatchSummary.Part(folder: name, job: job, outcome: .done)
    }

    /// A spool with a batch of which two parts have their pictures.
    private static func with(
        hasPage: Bool = true, _ body: (Scratch, ComingFiles, ComingBatches.News) throws -> Void
    ) async throws {
        try await Scratch.with { scratch in
            for name in ["inbox", "done", "failed", "\(folder)/001", "\(folder)/002", "\(folder)/003"] {
                try scratch.folder(name)
            }
            for part in ["001", "002"] { try scratch.write(.png(), to: "\(folder)/\(part)/hero-1.png") }
            let files = ComingFiles(spool: Spool(root: scratch.path), hasPage: hasPage) { _ in nil }
            let batch = JobFolder(path: scratch.path.pushing(FilePath(folder)))
            try body(scratch, files, ComingBatches.News(folder: batch))
        }
    }

    @Test func `parts come one after the other, and all of them go with the batch`() async throws {
        try await Self.with { scratch, files, nothing in
            #expect(files.show(nothing, nil) == nil, "a batch that nobody has told of")
            var news = nothing
            news.began = ComingBatches.Began(number: 1, job: try Self.batch())
            news.parts["002"] = try Self.part("002")
            var shown = try #require(files.show(news, nil))
            let trouble = shown.takeTrouble()
            #expect(shown.place?.path == "coming/acme/catalog" && trouble == nil)
            #expect(try scratch.names(in: "coming/acme/catalog") == ["002", "index.html"])
            news = nothing
            news.parts["001"] = try Self.part("001")
            // The pictures come at once, and the page when a browser looks again.
            shown = try #require(files.show(news, shown))
            #expect(try scratch.names(in: "coming/acme/catalog") == ["001", "002", "index.html"])
            #expect(try scratch.text(of: "coming/acme/catalog/index.html").contains("1 of 3 parts is done."))
            #expect(shown.isPageDue)
            shown = try #require(files.show(nothing, shown, at: Machine.now + .seconds(ComingPage.refresh)))
            #expect(!shown.isPageDue)
            #expect(try scratch.text(of: "coming/acme/catalog/index.html").contains("2 of 3 parts are done."))
            news = nothing
            news.end = .published("done/acme/catalog")
            #expect(files.show(news, shown) == nil)
            #expect(try scratch.names(in: "coming") == [])
        }
    }

    @Test func `what is shown is known under the batch's number, which it gets anew where it goes on`() async throws {
        try await Self.with { scratch, files, nothing in
            var news = nothing
            news.began = ComingBatches.Began(number: 1, job: try Self.batch())
            let first = try #require(files.show(news, nil))
            #expect(first.number == 1 && files.show(nothing, first)?.number == 1)
            news.began?.number = 2
            #expect(files.show(news, first)?.number == 2)
        }
    }

    /// On a disk that takes one of the two pictures.
    @Test(.enabled(if: geteuid() == 0, "needs root"))
    func `where there is no room all that was shown goes, and nothing is tried again`() async throws {
        try await Scratch.with { scratch in
            let disk = try scratch.folder("disk")
            try #require(mount("none", disk.string, "tmpfs", 0, "size=256k") == 0)
            defer { umount2(disk.string, Int32(MNT_DETACH)) }
            let spool = Spool(root: disk)
            try spool.make()
            let batch = try scratch.folder("elsewhere/catalog.1x")
            for part in ["001", "002"] {
                try scratch.folder("elsewhere/catalog.1x/\(part)")
                try scratch.write(.png(150_000), to: "elsewhere/catalog.1x/\(part)/hero-1.png")
            }
            let files = ComingFiles(spool: spool, hasPage: true) { _ in nil }
            var news = ComingBatches.News(folder: JobFolder(path: batch))
            news.began = ComingBatches.Began(number: 1, job: try Self.batch())
            for part: FilePath.Component in ["001", "002"] { news.parts[part] = try Self.part(part) }
            var shown = try #require(files.show(news, nil))
            let trouble = shown.takeTrouble()
            #expect(trouble == .noSpace && shown.place == nil)
            #expect(try scratch.names(in: "disk/coming") == [])
            news.began = nil
            shown = try #require(files.show(news, shown))
            let again = shown.takeTrouble()
            #expect(again == nil && shown.place == nil && !shown.isPageDue)
            #expect(try scratch.names(in: "disk/coming") == [])
        }
    }

    @Test func `a page of somebody's own stays, and without pages there are pictures alone`() async throws {
        for hasPage in [true, false] {
            try await Self.with(hasPage: hasPage) { scratch, files, nothing in
                var news = nothing
                news.began = ComingBatches.Began(number: 1, job: try Self.batch())
                let shown = try #require(files.show(news, nil))
                try scratch.write(Array("mine".utf8), to: "coming/acme/catalog/index.html")
                news.began = nil
                news.parts["001"] = try Self.part("001")
                let after = files.show(news, shown, at: Machine.now + .seconds(ComingPage.refresh))
                #expect(after?.isPageDue == false)
                #expect(try scratch.text(of: "coming/acme/catalog/index.html") == "mine")
                #expect(try scratch.names(in: "coming/acme/catalog/001") == ["hero-1.png"])
            }
        }
    }

    @Test func `trouble is told once for each batch, and what was missing comes when it is over`() async throws {
        try await Self.with { scratch, files, nothing in
            try scratch.write([], to: "coming")
            var news = nothing
            news.began = ComingBatches.Began(number: 1, job: try Self.batch())
            news.parts["001"] = try Self.part("001")
            var shown = try #require(files.show(news, nil))
            let first = shown.takeTrouble()
            #expect(shown.place == nil && first != nil)
            news = nothing
            news.parts["002"] = try Self.part("002")
            shown = try #require(files.show(news, shown))
            let second = shown.takeTrouble()
            #expect(second == nil)
            try Kernel.remove(scratch.path.pushing("coming"), at: AT_FDCWD)
            // One whose picture is not there keeps nothing from the others.
            news.parts = ["003": try Self.part("003")]
            shown = try #require(files.show(news, shown))
            #expect(try scratch.names(in: "coming/acme/catalog/001") == ["hero-1.png"])
            #expect(try scratch.names(in: "coming/acme/catalog/002") == ["hero-1.png"])
            #expect(try scratch.names(in: "coming/acme/catalog/003") == [])
        }
    }
}
