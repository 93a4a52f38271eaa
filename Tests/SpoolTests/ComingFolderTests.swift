// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBanana
import SystemPackage
import Testing

@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// What is shown of a batch that is under way, on a real disk.
@Suite(.idleLimit)
struct ComingFolderTests {
    private static let origin = Origin(lane: Samples.acme, file: "catalog.csv")
    private static let pictures = [
        PictureFile(number: 1, name: "001-1.png", bytes: 120, kind: .png),
        PictureFile(number: 2, name: "001-2.png", bytes: 120, kind: .png),
    ]
    private static let page = Array("ours".utf8)

    /// A spool with a batch under way, and its first part done.
    private static func with(_ body: (Scratch, ComingFolder, JobFolder) throws -> Void) async throws {
        try await Scratch.with { scratch in
            for folder in ["inbox", "processing", "done", "failed"] { try scratch.folder(folder) }
            let part = try scratch.folder("processing/catalog.1x/001")
            for picture in pictures { try scratch.write(.png(), to: "processing/catalog.1x/001/\(picture.name)") }
            try body(scratch, ComingFolder(Spool(root: scratch.path)), JobFolder(path: part))
        }
    }

    private static func remove(_ place: ComingFolder.Place, _ coming: ComingFolder) throws {
        try coming.remove(place, of: nil, headLength: 512) { $0 == page }
    }

    private static func sweep(_ coming: ComingFolder) throws { try coming.sweep(headLength: 512) { $0 == page } }

    @Test func `pictures have a second name there, and lose it when the batch is over`() async throws {
        try await Self.with { scratch, coming, part in
            var place = try coming.make(for: Self.origin)
            #expect(place.path == "coming/acme/catalog")
            for _ in 1...2 { try coming.show(Self.pictures, of: part, at: &place) }
            #expect(try scratch.names(in: "coming/acme/catalog/001") == ["001-1.png", "001-2.png"])
            let kept = try scratch.identity(of: "processing/catalog.1x/001/001-1.png")
            #expect(try scratch.identity(of: "coming/acme/catalog/001/001-1.png") == kept)
            try scratch.write(Self.page, to: "coming/acme/catalog/index.html")
            try Self.remove(place, coming)
            #expect(try scratch.names(in: "coming") == [])
            #expect(try scratch.bytes(of: "processing/catalog.1x/001/001-1.png") == .png())
        }
    }

    @Test func `two batches of one name have a folder each, and lanes that are others' get out of the way`()
        async throws
    {
        try await Self.with { scratch, coming, _ in
            #expect(try coming.make(for: Self.origin).path == "coming/acme/catalog")
            #expect(try coming.make(for: Self.origin).path == "coming/acme/catalog-2")
            try scratch.folder("elsewhere")
            try scratch.link("coming/shop", to: scratch.path.pushing("elsewhere"))
            let other = Origin(lane: Lane(path: "shop"), file: "catalog.csv")
            #expect(try coming.make(for: other).path == "coming/shop-2/catalog")
            #expect(try scratch.names(in: "elsewhere") == [])
        }
    }

    @Test func `what somebody else has put there stays, whatever is taken away`() async throws {
        for atStart in [false, true] {
            try await Self.with { scratch, coming, part in
                var place = try coming.make(for: Self.origin)
                try coming.show(Self.pictures, of: part, at: &place)
                let folder = "coming/acme/catalog"
                for name in ["001/mine.png", "001/notes.txt", "index.html"] {
                    try scratch.write(Array("mine".utf8), to: "\(folder)/\(name)")
                }
                try scratch.write(Array("far".utf8), to: "far")
                try scratch.link("\(folder)/002", to: scratch.path)
                try scratch.link("\(folder)/003.png", to: scratch.path.pushing("far"))
                try #require(mkfifo(scratch.path.pushing(FilePath("\(folder)/004.png")).string, 0o666) == 0)
                if atStart { try Self.sweep(coming) } else { try Self.remove(place, coming) }
                #expect(try scratch.names(in: folder) == ["001", "002", "003.png", "004.png", "index.html"])
                #expect(try scratch.names(in: "\(folder)/001") == ["mine.png", "notes.txt"])
                #expect(try scratch.text(of: "far") == "far")
                #expect(try scratch.names(in: "processing/catalog.1x/001") == ["001-1.png", "001-2.png"])
            }
        }
    }

    @Test func `whoever may look at a picture there cannot write into it, though all the group could where it lies`()
        async throws
    {
        try await Self.with { scratch, coming, part in
            let own = part.path.appending("001-1.png")
            try #require(chmod(own.string, 0o664) == 0)
            var place = try coming.make(for: Self.origin)
            try coming.show(Self.pictures, of: part, at: &place)
            let shown = scratch.path.pushing("coming/acme/catalog/001/001-1.png")
            #expect(try Kernel.rights(of: shown).mode == 0o644 && Kernel.rights(of: own).mode == 0o644)
        }
    }

    @Test func `a batch's folder is no lane of another, which would go with it`() async throws {
        try await Self.with { scratch, coming, part in
            var place = try coming.make(for: Self.origin)
            let below = Origin(lane: Lane(path: "acme/catalog"), file: "spring.csv")
            let other = try coming.make(for: below, beside: [place])
            #expect(other.path == "coming/acme/catalog-2/spring")
            try coming.show(Self.pictures, of: part, at: &place)
            try Self.remove(place, coming)
            #expect(try scratch.names(in: "coming/acme") == ["catalog-2"])
            #expect(try coming.make(for: Self.origin, beside: [other]).path == "coming/acme/catalog")
        }
    }

    @Test func `a picture that is on its way to where all come is over, and no trouble`() async throws {
        try await Self.with { scratch, coming, part in
            var place = try coming.make(for: Self.origin)
            try Kernel.remove(part.path.appending("001-1.png"), at: AT_FDCWD)
            try coming.show(Self.pictures, of: part, at: &place)
            #expect(try scratch.names(in: "coming/acme/catalog/001") == ["001-2.png"])
        }
    }

    static let otherDisk = "/dev/shm"

    /// Where a file can have but one name, as on another disk.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: otherDisk), "needs another file system"))
    func `copies go with the batch, whatever its pictures are called by then, and what was changed stays`()
        async throws
    {
        try await Self.with { scratch, coming, _ in
            let far = FilePath(Self.otherDisk).appending("bananadrop-\(getpid())-\(UInt32.random(in: 0...UInt32.max))")
            let part = JobFolder(path: far.appending("001"))
            try FileManager.default.createDirectory(atPath: part.path.string, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: far.string) }
            for picture in Self.pictures {
                let file = try Kernel.createAnew(part.path.appending(picture.name))
                try file.writeAll(.png())
                try file.setMode(0o664)
            }
            var place = try coming.make(for: Self.origin)
            try coming.show(Self.pictures, of: part, at: &place)
            #expect(try scratch.names(in: "coming/acme/catalog/001") == ["001-1.png", "001-2.png"])
            let shown = scratch.path.pushing("coming/acme/catalog/001/001-1.png")
            #expect(try Kernel.status(of: shown, at: AT_FDCWD).links == 1)
            #expect(try Kernel.rights(of: shown).mode & 0o022 == 0)
            try scratch.write(.png(of: 9), to: "coming/acme/catalog/001/001-2.png")
            // Nobody knows where its pictures are.
            try Self.remove(place, coming)
            #expect(try scratch.names(in: "coming/acme/catalog/001") == ["001-1.png", "001-2.png"])
            let batch = try scratch.folder("done/acme/catalog")
            try coming.remove(place, of: batch, headLength: 512) { $0 == Self.page }
            #expect(try scratch.names(in: "coming/acme/catalog/001") == ["001-2.png"])
        }
    }

    @Test func `a copy of an earlier run goes where the same picture is among all those of its batch`() async throws {
        try await Self.with { scratch, coming, _ in
            for folder in ["done/acme/catalog/delivered", "coming/acme/catalog/002"] { try scratch.folder(folder) }
            try scratch.write(.png(of: 5), to: "done/acme/catalog/delivered/4711.png")
            try scratch.write(.png(of: 5), to: "coming/acme/catalog/002/002-1.png")
            try scratch.write(.png(of: 6), to: "coming/acme/catalog/002/002-2.png")
            try coming.sweep(headLength: 512, isPage: { $0 == Self.page }, while: { false })
            #expect(try scratch.names(in: "coming/acme/catalog/002") == ["002-1.png", "002-2.png"])
            try Self.sweep(coming)
            #expect(try scratch.names(in: "coming/acme/catalog/002") == ["002-2.png"])
        }
    }

    @Test func `a picture that lies nowhere else any more is kept`() async throws {
        try await Self.with { scratch, coming, part in
            var place = try coming.make(for: Self.origin)
            try coming.show(Self.pictures, of: part, at: &place)
            try FileManager.default.removeItem(atPath: scratch.path.pushing("processing/catalog.1x").string)
            try Self.sweep(coming)
            #expect(try scratch.names(in: "coming/acme/catalog/001") == ["001-1.png", "001-2.png"])
        }
    }

    /// Where a file can have but one name.
    @Test(arguments: ["processing/catalog.1x", "done/acme/catalog", "done/acme/catalog-2", "failed/acme/catalog"])
    func `a copy goes at a start where the same picture is in the batch`(batch: String) async throws {
        try await Self.with { scratch, coming, _ in
            try FileManager.default.removeItem(atPath: scratch.path.pushing("processing/catalog.1x").string)
            for folder in ["\(batch)/001", "coming/acme/catalog-2/001"] { try scratch.folder(folder) }
            try scratch.write(.png(), to: "\(batch)/001/001-1.png")
            try scratch.write(.png(), to: "coming/acme/catalog-2/001/001-1.png")
            try scratch.write(.png(of: 8), to: "coming/acme/catalog-2/001/001-2.png")
            try Self.sweep(coming)
            #expect(try scratch.names(in: "coming/acme/catalog-2/001") == ["001-2.png"])
        }
    }

    @Test func `what was swapped for something else is not gone into`() async throws {
        try await Self.with { scratch, coming, part in
            var place = try coming.make(for: Self.origin)
            try scratch.folder("elsewhere")
            let (folder, moved) = (scratch.path.pushing(place.path), scratch.path.pushing("coming/acme/moved"))
            try Kernel.rename(folder, at: AT_FDCWD, to: moved, at: AT_FDCWD)
            try scratch.link("coming/acme/catalog", to: scratch.path.pushing("elsewhere"))
            #expect(throws: Errno.self) { try coming.show(Self.pictures, of: part, at: &place) }
            try Kernel.remove(folder, at: AT_FDCWD)
            try scratch.folder("coming/acme/catalog")
            #expect(throws: Errno.noSuchFileOrDirectory) { try coming.show(Self.pictures, of: part, at: &place) }
            try Self.remove(place, coming)
            #expect(try scratch.names(in: "elsewhere") == [])
        }
    }

    @Test func `where nothing was ever shown there is nothing to take away, nor behind a symlink`() async throws {
        try await Self.with { scratch, coming, _ in
            try Self.sweep(coming)
            #expect(try !scratch.exists("coming"))
            try scratch.folder("elsewhere/001")
            let far = try scratch.write(.png(), to: "elsewhere/001/001-1.png")
            try #require(link(far.string, scratch.path.pushing("second.png").string) == 0)
            try scratch.link("coming", to: scratch.path.pushing("elsewhere"))
            try Self.sweep(coming)
            #expect(try scratch.names(in: "elsewhere/001") == ["001-1.png"])
            #expect(throws: Errno.self) { try coming.make(for: Self.origin) }
        }
    }
}
