// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import SystemPackage
import Testing

@testable import FileIO
@testable import TestSupport

/// Whoever put a folder back may own it, and change what is in it at any moment.
extension AdoptionTests {
    struct Swap: Sendable {
        var name: String
        /// What comes into `dropped/` after the look, and is to stay there.
        var stays: [String]
        var isBatch = false
        var make: @Sendable (PutBackJob) throws -> Void
    }

    private static func path(_ back: PutBackJob, _ file: String) -> FilePath {
        back.folder.appending("dropped").pushing(FilePath(file))
    }

    @Sendable private static func swap(_ back: PutBackJob, _ file: String, _ make: (FilePath) throws -> Void) throws {
        try? FileManager.default.removeItem(atPath: path(back, file).string)
        try make(path(back, file))
    }

    @Sendable private static func link(_ path: FilePath, _ target: FilePath) throws {
        try Kernel.makeSymlink(path, at: AT_FDCWD, pointingTo: target)
    }

    @Sendable private static func hardLink(_ path: FilePath, _ target: FilePath) throws {
        try #require(Glibc.link(target.string, path.string) == 0)
    }

    @Sendable private static func fifo(_ path: FilePath) throws { try #require(mkfifo(path.string, 0o666) == 0) }

    static let swaps: [Swap] = [
        Swap(name: "the request is a symlink", stays: ["hero.yaml"]) { back in
            try swap(back, "hero.yaml") { try link($0, "../../../secret") }
        },
        Swap(name: "the request is a FIFO", stays: ["hero.yaml"]) { try swap($0, "hero.yaml", fifo) },
        Swap(name: "the request is another's", stays: ["hero.yaml"]) { back in
            try swap(back, "hero.yaml") { try hardLink($0, back.scratch.path.appending("secret")) }
        },
        Swap(name: "the request is a folder", stays: ["hero.yaml/x"]) { back in
            try swap(back, "hero.yaml") { _ in }
            try back.scratch.folder("processing/hero.1x2y3z/dropped/hero.yaml")
            try back.put("dropped/hero.yaml/x", "x")
        },
        Swap(name: "a picture is a symlink", stays: ["hero-1.png"]) { back in
            try swap(back, "hero-1.png") { try link($0, "/etc/passwd") }
        },
        Swap(name: "a file in the place of a folder", stays: ["originals"]) { try $0.put("dropped/originals", "x") },
        Swap(name: "a foreign file", stays: ["plan.yaml"]) { try $0.put("dropped/plan.yaml", "prompt: x") },
        Swap(name: "names of ours", stays: ["journal.new", "dropped"]) { back in
            try back.put("dropped/journal.new", "x")
            try back.put("dropped/dropped", "y")
        },
        Swap(name: "a part's request is a symlink", stays: ["001/001.json"], isBatch: true) { back in
            try swap(back, "001/001.json") { try link($0, "../../../../secret") }
        },
        Swap(name: "a part's picture is another's", stays: ["003/hero-1.png"], isBatch: true) { back in
            try swap(back, "003/hero-1.png") { try hardLink($0, back.scratch.path.appending("secret")) }
        },
        Swap(name: "a batch's file is a FIFO", stays: ["2026-05-catalog.csv"], isBatch: true) { back in
            try swap(back, "2026-05-catalog.csv", fifo)
        },
        Swap(name: "a part is a symlink", stays: ["004"], isBatch: true) { back in
            try swap(back, "004") { try link($0, "../../../failed") }
        },
        Swap(name: "parts in a part", stays: ["001/005/x"], isBatch: true) { back in
            try back.scratch.folder("processing/hero.1x2y3z/dropped/001/005")
            try back.put("dropped/001/005/x", "x")
        },
    ]

    @Test(arguments: swaps)
    func `what is swapped after the look stays apart, and the job goes on without it`(item: Swap) async throws {
        try await Scratch.with { scratch in
            let back = try PutBackJob(in: scratch, isBatch: item.isBatch)
            let secret = try scratch.write(Array("secret".utf8), to: "secret")
            chmod(secret.string, 0o600)
            // As folders are in a spool that many may write to.
            for folder in ["dropped", "dropped/001", "dropped/003"] {
                chmod(back.folder.pushing(FilePath(folder)).string, 0o2775)
            }
            var isFirst = true
            try back.adopt { _ in
                if isFirst { #expect(throws: Never.self) { try item.make(back) } }
                isFirst = false
            }
            let files = try back.files()
            for name in item.stays {
                #expect(files["dropped/" + name] != nil, "\(name): \(files.keys.sorted())")
                #expect(files[name] == nil, "\(name)")
            }
            let ours = files.filter { !$0.key.hasPrefix("dropped/") && $0.key != "lane" }
            #expect(!ours.values.contains { $0 == "secret" || $0 == "other" || $0.hasPrefix("→") }, "\(ours)")
            #expect(try scratch.text(of: "secret") == "secret")
            // A start after a stop finds the job, and leaves what stayed.
            try back.reopen()
            for name in item.stays { #expect(try back.files()["dropped/" + name] != nil, "\(name)") }
        }
    }
}
