// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// Where the results of a lane go, whatever somebody has put in their way.
struct ResultLaneTests {
    struct Case: Sendable {
        var name: String
        var lane: FilePath = "acme"
        /// Where it leads, below the scratch folder.
        var place: String
        var needsRoot = false
        var make: @Sendable (Scratch) throws -> Void
    }

    private static func chownLink(_ scratch: Scratch, _ owner: uid_t) throws {
        try #require(lchown(scratch.path.pushing("done/acme").string, owner, owner) == 0)
    }

    static let cases: [Case] = [
        Case(name: "nothing there", place: "done/acme") { _ in },
        Case(name: "a lane", place: "done/acme") { try $0.folder("done/acme") },
        Case(name: "a deep lane", lane: "acme/spring/x", place: "done/acme/spring/x") {
            try $0.folder("done/acme/spring")
        },
        Case(name: "the inbox itself", lane: "", place: "done") { _ in },
        Case(name: "a result", place: "done/acme-2") {
            try $0.folder("done/acme"); try $0.write([], to: "done/acme/result.json")
        },
        Case(name: "a batch", place: "done/acme-2") {
            try $0.folder("done/acme"); try $0.write([], to: "done/acme/batch.json")
        },
        Case(name: "a file", place: "done/acme-2") { try $0.write([], to: "done/acme") },
        Case(name: "a fifo, and a file", place: "done/acme-3") { scratch in
            try #require(mkfifo(scratch.path.pushing("done/acme").string, 0o666) == 0)
            try scratch.write([], to: "done/acme-2")
        },
        Case(name: "a file on the way", lane: "acme/spring", place: "done/acme-2/spring") {
            try $0.write([], to: "done/acme")
        },
        Case(name: "one's own symlink", place: "elsewhere") { scratch in
            try scratch.folder("elsewhere")
            try scratch.link("done/acme", to: "../elsewhere")
        },
        Case(name: "one's own symlink to nowhere", place: "done/acme-2") { try $0.link("done/acme", to: "../nowhere") },
        Case(name: "one's own symlink to a file", place: "done/acme-2") { scratch in
            try scratch.write([], to: "file")
            try scratch.link("done/acme", to: "../file")
        },
        Case(name: "another's symlink", place: "done/acme-2", needsRoot: true) { scratch in
            try scratch.folder("elsewhere")
            try scratch.link("done/acme", to: "../elsewhere")
            try chownLink(scratch, Somebody.another)
        },
        Case(name: "another's symlink on the way", lane: "acme/spring", place: "done/acme-2/spring", needsRoot: true) {
            scratch in
            try scratch.folder("elsewhere/spring")
            try scratch.link("done/acme", to: "../elsewhere")
            try chownLink(scratch, Somebody.another)
        },
    ]

    @Test(arguments: cases)
    func `the results of a lane go where nobody else has led them`(item: Case) async throws {
        if item.needsRoot, !Somebody.isPossible { return }
        try await Scratch.with { scratch in
            let done = try scratch.folder("done")
            try item.make(scratch)
            let lane = try ResultLane(Lane(path: item.lane), below: done)
            try scratch.folder(item.place)
            let wanted = try Kernel.realPath(scratch.path.pushing(FilePath(item.place)))
            #expect(try lane.folder.place() == wanted, "\(item.name)")
            let found = try Kernel.realPath(lane.path)
            #expect(found == wanted, "\(item.name)")
        }
    }

    @Test(.enabled(if: Somebody.isPossible))
    func `a folder that cannot be written to is passed by, and root's symlink is followed`() async throws {
        try await Scratch.with { scratch in
            let done = try scratch.folder("done")
            try scratch.folder("done/acme")
            try scratch.folder("elsewhere")
            try scratch.folder("locked")
            try scratch.link("done/root", to: "../elsewhere")
            try scratch.link("done/locked", to: "../locked")
            for folder in ["done", "elsewhere"] {
                try #require(chown(scratch.path.pushing(FilePath(folder)).string, Somebody.user, 0) == 0)
            }
            chmod(scratch.path.pushing("locked").string, 0o700)
            for (lane, place) in [("acme", "acme-2"), ("root", "root"), ("locked", "locked-2")] {
                let path = try Somebody.does { try ResultLane(Lane(path: FilePath(lane)), below: done).path }
                #expect(path == done.appending(place), "\(lane)")
            }
        }
    }

    @Test(.enabled(if: Somebody.isPossible, "needs root"))
    func `a lane that lies on another disk is passed by, and said`() async throws {
        try await Scratch.with { scratch in
            try scratch.folder("elsewhere")
            try scratch.folder("done/acme/deep")
            try scratch.folder("done/bound")
            let disk = scratch.path.appending("elsewhere").string
            try #require(mount("none", disk, "tmpfs", 0, "size=1m") == 0)
            defer { umount2(disk, Int32(MNT_DETACH)) }
            try #require(mount(disk, scratch.path.pushing("done/acme/deep").string, nil, UInt(MS_BIND), nil) == 0)
            defer { umount2(scratch.path.pushing("done/acme/deep").string, Int32(MNT_DETACH)) }
            // Of the very same file system, and nothing can be renamed to there all the same.
            let bound = scratch.path.pushing("done/bound").string
            try #require(mount(scratch.path.pushing("done/acme").string, bound, nil, UInt(MS_BIND), nil) == 0)
            defer { umount2(bound, Int32(MNT_DETACH)) }
            try scratch.link("done/linked", to: "../elsewhere")
            try scratch.link("done/tied", to: "bound")
            for (lane, place) in [
                ("acme/deep", "acme/deep-2"), ("bound", "bound-2"), ("linked", "linked-2"), ("tied", "tied-2"),
            ] {
                let folder = JobFolder(path: try scratch.folder("processing/hero.1"))
                var passedBy: [ResultLane.PassedBy] = []
                let origin = Origin(lane: Lane(path: FilePath(lane)), file: "hero.yaml")
                let found = try folder.publish(in: scratch.path.appending("done"), as: origin) { passedBy.append($0) }
                #expect(found == scratch.path.pushing(FilePath("done/\(place)/hero")))
                let wanted = scratch.path.pushing(FilePath("done/\(lane)"))
                #expect(passedBy == [.init(folder: wanted, error: .improperLink)], "\(lane)")
            }
        }
    }

    @Test func `a lane that is removed between two looks is made anew`() async throws {
        try await Scratch.with { scratch in
            let folder = JobFolder(path: try scratch.folder("processing/hero.1"))
            let place = try folder.publish(
                in: try scratch.folder("done"), as: Origin(lane: Lane(path: "acme/spring"), file: "hero.yaml"))
            #expect(place == scratch.path.pushing("done/acme/spring/hero"))
            #expect(try scratch.exists("done/acme/spring/hero"))
            let other = JobFolder(path: try scratch.folder("processing/hero.2"))
            #expect(throws: Errno.noSuchFileOrDirectory) {
                try other.publish(in: scratch.path.appending("gone"), as: Samples.origin)
            }
        }
    }
}
