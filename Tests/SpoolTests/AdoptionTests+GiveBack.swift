// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Spool
@testable import TestSupport

/// What is no longer the folder of a failed job goes back into the inbox.
extension AdoptionTests {
    @Test func `it goes back into its lane, under a name that is free, with all that was in it`() async throws {
        try await Scratch.with { scratch in
            let back = try PutBackJob(in: scratch)
            try scratch.folder("inbox/acme/hero")
            // Half of an earlier attempt.
            try back.put("journal.new", "half")
            let before = try PutBackJob.files(below: back.folder.appending("dropped"))
            #expect(try back.adoption.giveBack(in: back.spool))
            #expect(try scratch.names(in: "inbox/acme") == ["hero", "hero-2"])
            #expect(try scratch.names(in: "processing").isEmpty)
            #expect(try PutBackJob.files(below: back.spool.inbox.appending("acme").appending("hero-2")) == before)
        }
    }

    @Test(arguments: [true, false])
    func `where its lane is gone, or led elsewhere, it goes into the inbox itself`(isGone: Bool) async throws {
        try await Scratch.with { scratch in
            let back = try PutBackJob(in: scratch)
            #expect(rmdir(back.spool.inbox.appending("acme").string) == 0)
            if !isGone { try scratch.link("inbox/acme", to: "../done") }
            #expect(try back.adoption.giveBack(in: back.spool))
            #expect(try scratch.exists("inbox/hero/journal.jsonl"))
            #expect(try scratch.names(in: "done").isEmpty)
        }
    }

    @Test func `once something of it was taken over it stays, and is set aside`() async throws {
        try await Scratch.with { scratch in
            let back = try PutBackJob(in: scratch)
            try scratch.folder("processing/hero.1x2y3z/journal.new")
            #expect(throws: Errno.isDirectory) { try back.adopt() }
            #expect(rmdir(back.folder.appending("journal.new").string) == 0)
            // Its owner has it open, and takes the journal away.
            try back.put("dropped/journal.jsonl", "")
            let before = try back.files()
            #expect(try !back.adoption.giveBack(in: back.spool))
            guard case .damaged(_, let origin, 1)? = try back.left.open(PutBackJob.name, now: Samples.later) else {
                throw PutBackJob.NotTaken()
            }
            #expect(origin == back.origin)
            #expect(try back.files() == before)
        }
    }

    struct Brought: Sendable {
        var name: String
        var make: @Sendable (Scratch) throws -> Void
    }

    static let brought: [Brought] = [
        Brought(name: "a file") { try $0.write(Array("prompt: x".utf8), to: "processing/hero.1x2y3z/dropped") },
        Brought(name: "a symlink") { try $0.link("processing/hero.1x2y3z/dropped", to: "../../failed") },
        Brought(name: "a lane") { scratch in
            try scratch.folder("processing/hero.1x2y3z/dropped")
            try scratch.write(Array("prompt: x".utf8), to: "processing/hero.1x2y3z/dropped/a.yaml")
        },
        Brought(name: "a folder whose journal is a symlink") { scratch in
            try scratch.folder("processing/hero.1x2y3z/dropped")
            try scratch.link("processing/hero.1x2y3z/dropped/journal.jsonl", to: "../journal.jsonl")
        },
        Brought(name: "a fifo") { scratch in
            try #require(mkfifo(scratch.path.appending("processing/hero.1x2y3z/dropped").string, 0o666) == 0)
        },
    ]

    /// Swapped between the look and the rename.
    @Test(arguments: brought)
    func `what the rename brought instead goes back, at once and at the next start`(item: Brought) async throws {
        for isLater in [false, true] {
            try await Scratch.with { scratch in
                let back = try PutBackJob(in: scratch)
                try FileManager.default.removeItem(atPath: back.folder.appending("dropped").string)
                try item.make(scratch)
                if isLater {
                    guard try back.left.open(PutBackJob.name, now: Samples.later) == nil else {
                        throw PutBackJob.NotTaken()
                    }
                } else {
                    guard case .changed = try back.adoption.run(at: Samples.later, reached: { _ in }) else {
                        throw PutBackJob.NotTaken()
                    }
                    #expect(try back.adoption.giveBack(in: back.spool))
                }
                #expect(try scratch.names(in: "inbox/acme") == ["hero"], "\(item.name)")
                #expect(try scratch.names(in: "processing").isEmpty, "\(item.name)")
            }
        }
    }
}
