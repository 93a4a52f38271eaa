// SPDX-License-Identifier: Apache-2.0

import Logging
import SystemPackage
import Testing

@testable import Intake
@testable import Requests
@testable import Spool
@testable import SpoolState
@testable import TestSupport

/// What is kept in mind of the files that stay in the inbox, and what is said of them.
struct LeftAloneFilesTests {
    private let heard = RecordingLogHandler()
    private let changes = Recorder<Int>()
    private let files: LeftAloneFiles

    init() {
        let (handler, noted) = (heard, changes)
        files = LeftAloneFiles(log: Logger(label: "test") { _ in handler }) { noted.note(1) }
    }

    private var paths: [FilePath] { files.summary.named.map(\.path) }

    @Test func `a file is news once, however often it is seen, and not again when it comes back`() {
        files.say("notes.txt", .name)
        files.say("notes.txt", .name)
        #expect(changes.all.count == 1)
        files.forget("notes.txt")
        files.say("notes.txt", .name)
        #expect(changes.all.count == 3)
        #expect(heard.lines.all == [.init(level: .notice, file: "notes.txt")])
    }

    @Test func `another reason is a change in the status, and no news`() {
        files.say("a.yaml", .empty)
        files.say("a.yaml", .brokenCopy)
        #expect(changes.all.count == 2)
        #expect(heard.lines.all.count == 1)
        #expect(files.summary.named == [.init(path: "a.yaml", reason: .brokenCopy)])
        #expect(files.summary.count == 1)
    }

    @Test func `pictures are said to those who debug`() {
        files.say("a.png", .picture)
        files.say("acme/a.txt", .name)
        #expect(heard.lines.all == [.init(level: .debug, file: "a.png"), .init(level: .notice, file: "acme/a.txt")])
    }

    @Test func `a picture that a request has named is not left alone, before and after`() {
        files.say("a.png", .picture)
        files.say("acme/b.png", .picture)
        files.areNamed(["a.png", "later.png"])
        files.say("later.png", .picture)
        files.say("a.png", .picture)
        #expect(paths == ["acme/b.png"])
        // Whatever else is the matter with it is said.
        files.say("a.png", .brokenCopy)
        #expect(paths == ["a.png", "acme/b.png"])
    }

    @Test func `the summary is sorted by name`() {
        for name in ["c.txt", "acme/b.txt", "a.txt"] { files.say(FilePath(name), .name) }
        #expect(paths == ["a.txt", "acme/b.txt", "c.txt"])
        #expect(files.summary.count == 3 && files.summary.rest == [])
    }

    @Test func `the summary is made anew when something has changed`() {
        files.say("a.txt", .name)
        #expect(paths == ["a.txt"] && paths == ["a.txt"])
        files.say("b.txt", .name)
        #expect(paths == ["a.txt", "b.txt"])
        files.forget("a.txt")
        #expect(paths == ["b.txt"])
        files.say("b.txt", .empty)
        #expect(files.summary.named == [.init(path: "b.txt", reason: .empty)])
    }

    @Test func `of thousands in one folder some are named in the log, and each in another folder`() {
        for number in 0..<3000 { files.say(FilePath("oops/deep\(number % 7)/\(number).xyz"), .name) }
        #expect(heard.lines.all.count == LeftAloneNews.atOnce)
        #expect(files.summary.count == 3000)
    }

    @Test func `what is gone is forgotten, alone or with its lane, and the rest is not`() {
        for name in ["a.txt", "acme/a.txt", "acme/b.txt", "acme/deep/a.txt", "acme2/a.txt"] {
            files.say(FilePath(name), .name)
        }
        files.forget(["b.txt", "was never there.txt"], in: Lane(path: "acme"))
        #expect(files.names(in: Lane(path: "acme")) == ["a.txt"])
        files.forget(below: Lane(path: "acme"))
        #expect(paths == ["a.txt", "acme2/a.txt"])
        files.forget("a.txt")
        #expect(paths == ["acme2/a.txt"])
        #expect(files.summary.count == 1)
    }

    @Test func `to forget what is not there is no change`() {
        files.say("a.txt", .name)
        files.forget("b.txt")
        files.forget("acme/a.txt")
        files.forget([], in: .root)
        files.forget(below: Lane(path: "acme"))
        #expect(changes.all.count == 1)
        #expect(paths == ["a.txt"])
    }

    @Test func `an empty file waits, the others are left alone`() {
        files.say("a.yaml", .empty)
        files.say("b.yaml", .brokenCopy)
        #expect(!files.isLeftAlone("a.yaml"))
        #expect(files.isLeftAlone("b.yaml"))
        #expect(!files.isLeftAlone("c.yaml"))
    }

    @Test func `there is a limit to what is kept in mind, and room again when a file goes`() {
        let few = LeftAloneFiles(log: Logger(label: "test") { [heard] _ in heard }, limit: 50) {}
        for number in 0..<50 { few.say(FilePath("\(number).txt"), .name) }
        few.say("one more.txt", .name)
        #expect(few.summary.count == 50)
        #expect(!few.isLeftAlone("one more.txt"))
        few.forget("7.txt")
        few.say("one more.txt", .name)
        #expect(few.summary.count == 50)
        #expect(few.isLeftAlone("one more.txt"))
    }
}
