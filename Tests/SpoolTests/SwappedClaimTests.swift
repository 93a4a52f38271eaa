// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import FileIO
@testable import Jobs
@testable import Spool
@testable import TestSupport

/// A file that was swapped between a claim's look and its rename, by a daemon that ended before it looked again.
struct SwappedClaimTests {
    struct Case: Sendable {
        var name: String
        /// Whether it is a request all the same.
        var isJob = false
        var isTaken = false
        var make: @Sendable (Scratch, FilePath) throws -> Void
    }

    static let cases: [Case] = [
        Case(name: "a file", isJob: true) { scratch, path in
            try scratch.write([120], to: "f"); rename(scratch, path)
        },
        Case(name: "a symlink") {
            try $0.write([120], to: "f"); try Kernel.makeSymlink($1, at: AT_FDCWD, pointingTo: "../../f")
        },
        Case(name: "a FIFO") { _, path in try #require(mkfifo(path.string, 0o666) == 0) },
        Case(name: "another's") { scratch, path in try link(scratch, path, 0o600) },
        Case(name: "another's, its name taken", isTaken: true) { scratch, path in try link(scratch, path, 0o600) },
        Case(name: "everybody's", isJob: true) { scratch, path in try link(scratch, path, 0o644) },
    ]

    @Sendable private static func rename(_ scratch: Scratch, _ path: FilePath) {
        _ = Glibc.rename(scratch.path.appending("f").string, path.string)
    }

    @Sendable private static func link(_ scratch: Scratch, _ path: FilePath, _ mode: mode_t) throws {
        let file = try scratch.write([120], to: "f")
        chmod(file.string, mode)
        try #require(Glibc.link(file.string, path.string) == 0)
    }

    @Test(arguments: cases, [true, false])
    func `goes back into its lane at the next start, unread`(item: Case, hasJournal: Bool) async throws {
        try await Scratch.with { scratch in
            let back = try PutBackJob(in: scratch)
            chmod(back.spool.inbox.appending("acme").string, 0o2775)
            let folder = try scratch.folder("processing/x.1")
            if hasJournal {
                var journal = Journal(in: folder)
                try journal.append(
                    JobEvent.claimed(Origin(lane: Samples.acme, file: "x.yaml")).line(at: Samples.start))
            }
            try JobFolder(path: folder).noteLane(Samples.acme)
            try item.make(scratch, folder.appending("x.yaml"))
            if item.isTaken { try scratch.write([], to: "inbox/acme/x.yaml") }
            let found = try back.left.open("x.1", now: Samples.later)
            // Without its journal only a regular file is taken for a request at all.
            let isIgnored = !hasJournal && ["a symlink", "a FIFO"].contains(item.name)
            if isIgnored {
                if found != nil { Issue.record("\(item.name) is a job") }
                return
            }
            #expect((found != nil) == item.isJob, "\(item.name)")
            let names = item.isJob ? [] : item.isTaken ? ["x.yaml", "x.yaml-2"] : ["x.yaml"]
            #expect(try scratch.names(in: "inbox/acme") == names, "\(item.name)")
            #expect(try scratch.exists("processing/x.1") == item.isJob)
        }
    }
}
