// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import FileIO
@testable import Spool
@testable import SpoolTools
@testable import TestSupport

/// What a shell is offered for the name of a job.
struct JobNamesTests {
    private static let paths = [
        "inbox/hero.yaml", "inbox/hello.csv", "inbox/notes.txt", "inbox/.hidden.yaml", "inbox/_defaults.yaml",
        "inbox/acme/deep/only.yaml", "failed/lost/journal.jsonl", "failed/acme/torn/journal.jsonl",
        "failed/$(reboot)/journal.jsonl", "failed/naïve one/journal.jsonl",
    ]

    private static func expect(
        _ start: String, _ names: [String], in places: [JobNames.Place] = [.inbox, .processing, .failed]
    ) async throws {
        try await Scratch.with { scratch in
            let spool = Spool(root: scratch.path)
            try spool.make()
            for path in paths {
                try scratch.folder(FilePath(path).removingLastComponent().string)
                try scratch.write([0x78], to: path)
            }
            #expect(JobNames(spool, startingWith: start).all(in: places) == names)
        }
    }

    @Test(
        arguments: [
            ("he", ["hello", "hero"]), ("hero", ["hero"]), ("x", []), ("lo", ["lost"]), ("no", []),
            ("", ["acme/", "hello", "hero", "lost", "naïve one"]), ("acme/to", ["acme/torn"]),
            ("acme/", ["acme/deep/", "acme/torn"]),
        ] as [(String, [String])])
    func `names begin as what is typed, and a lane has a slash`(start: String, names: [String]) async throws {
        try await Self.expect(start, names)
    }

    @Test func `the jobs of the only lane are offered at once`() async throws {
        try await Self.expect("a", ["acme/deep/only"], in: [.inbox])
        try await Self.expect("a", ["acme/torn"], in: [.failed])
    }

    @Test func `a folder of pictures that waits is a job`() async throws {
        try await Scratch.with { scratch in
            let spool = Spool(root: scratch.path)
            try spool.make()
            for folder in ["album", "again"] { try scratch.folder("inbox/photos/" + folder) }
            let defaults = try scratch.write(
                Array("pictures: each\nfolders: batch\nprompt: x\n".utf8), to: "inbox/photos/_defaults.yaml")
            waitForEndOfWriting(defaults)
            // Nobody believes defaults of this very moment.
            try await Task.sleep(for: .milliseconds(10))
            let names = JobNames(spool, startingWith: "photos/").all(in: [.inbox])
            #expect(names == ["photos/again/", "photos/album"])
        }
    }

    @Test func `no name is offered that a shell could run`() async throws {
        try await Self.expect("$", [], in: [.failed])
        #expect(
            ["a;b", "a`b`", "a\nb", "a'b", "a\"b", "a\\b", "a*", "a|b", "~a", "--again", "-h"].filter(JobNames.isPlain)
                == [])
    }

    @Test func `a folder with thousands of names is not read to its end`() async throws {
        try await Scratch.with { scratch in
            let spool = Spool(root: scratch.path)
            try spool.make()
            for number in 0..<2500 { try scratch.write([0x78], to: "inbox/job\(number).yaml") }
            #expect(JobNames(spool, startingWith: "job").all(in: [.inbox]).count == 200)
        }
    }
}
