// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// Files that somebody still writes, or writes to once more while they wait: each is sent as it is in the end, once.
@Suite(.watched, .timeLimit(.minutes(15)))
struct YoungFileTests {
    /// Something that the daemon says no more of than that it is no file, when it has looked at all that came before.
    private static func looked(_ spool: TestSpool, _ daemon: Program) async {
        let name = "pipe-\(UUID().uuidString).yaml"
        #expect(mkfifo(spool.inbox.appendingPathComponent(name).path, 0o644) == 0)
        #expect(await daemon.line { $0.contains("Left alone") && $0.contains(name) } != nil)
    }

    private static func half(_ file: DroppedFile) -> (first: String, second: String) {
        (TestSpool.request("\"\(file.prompt)\""), "meta: {half: second}\n")
    }

    @Test func `a file written in two halves, of which the first is a request, is taken once and whole`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let file = DroppedFile(path: "halves.yaml", prompt: "two halves")
                let (first, second) = Self.half(file)
                // The second half comes within that, also where nobody runs for a while in between.
                try await spool.guarded(base, ["--settle", "20s"]) { daemon in
                    await daemon.line(containing: "Watching")
                    try spool.write(first, to: file.path)
                    await Self.looked(spool, daemon)
                    try spool.append(second, to: file.path)
                    await spool.published([file], daemon)
                }
                #expect(try spool.text("done/halves/halves.yaml") == first + second)
                #expect(simulator.ledger.snapshot.prompts.mapValues(\.submits) == [file.prompt: 1])
                #expect(spool.names(in: spool.failed) == [])
            }
        }
    }

    @Test func `a file whose writer pauses with it open is taken once and whole`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let file = DroppedFile(path: "open.yaml", prompt: "held open")
                let other = DroppedFile(path: "other.yaml", prompt: "closed")
                let (first, second) = Self.half(file)
                try await spool.guarded(base) { daemon in
                    await daemon.line(containing: "Watching")
                    try spool.write("", to: file.path)
                    let writer = try FileHandle(forWritingTo: spool.inbox.appendingPathComponent(file.path))
                    try writer.write(contentsOf: Data(first.utf8))
                    // Came later and had to settle: the first would have been taken by now.
                    try spool.write(other.content, to: other.path)
                    await spool.published([other], daemon)
                    #expect(spool.places(of: file.name) == ["inbox/open.yaml"])
                    try writer.write(contentsOf: Data(second.utf8))
                    try writer.close()
                    await spool.published([file], daemon)
                }
                #expect(try spool.text("done/open/open.yaml") == first + second)
                #expect(simulator.ledger.snapshot.prompts.mapValues(\.submits) == [file.prompt: 1, other.prompt: 1])
                #expect(spool.names(in: spool.failed) == [])
            }
        }
    }

    @Test func `a young file that is no text of its kind as yet is waited for`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let file = DroppedFile(path: "young.yaml", prompt: "broken off")
                let other = DroppedFile(path: "other.yaml", prompt: "whole")
                try await spool.guarded(base) { daemon in
                    await daemon.line(containing: "Watching")
                    try spool.write("prompt: \"broken", to: file.path)
                    try spool.write(other.content, to: other.path)
                    await spool.published([other], daemon)
                    #expect(spool.places(of: file.name) == ["inbox/young.yaml"])
                    try spool.append(String(file.content.dropFirst("prompt: \"broken".count)), to: file.path)
                    await spool.published([file], daemon)
                }
                spool.checkTakenOnce([file, other], simulator)
            }
        }
    }

    /// How a file that waits for its turn came, and how it is edited then.
    struct Edit: Sendable, CustomTestStringConvertible {
        var isPaused: Bool
        var isRenamedIn: Bool
        var isRewritten: Bool

        var testDescription: String {
            "\(isPaused ? "paused" : "one at a time"), \(isRenamedIn ? "renamed in" : "written in place"), "
                + (isRewritten ? "rewritten" : "appended to")
        }

        /// What is written while the file is still open, and what comes at last.
        var halves: (first: String, second: String) {
            isRewritten
                ? (TestSpool.request("as edited"), "aspect_ratio: 16:9\n")
                : ("image_size: 1K\n", "aspect_ratio: 16:9\n")
        }
    }

    static let edits = [
        Edit(isPaused: false, isRenamedIn: true, isRewritten: true),
        Edit(isPaused: false, isRenamedIn: false, isRewritten: false),
        Edit(isPaused: true, isRenamedIn: true, isRewritten: false),
        Edit(isPaused: true, isRenamedIn: false, isRewritten: true),
    ]

    /// Starts a job that keeps the others waiting until the simulator is told to let it go.
    private static func block(_ edit: Edit, _ spool: TestSpool, _ simulator: Simulator, _ daemon: Program) async throws
    {
        if edit.isPaused { simulator.switches.keyRefused = true }
        try spool.drop(TestSpool.request("first"), as: "first.yaml")
        if edit.isPaused {
            #expect(await daemon.line(containing: "Paused") != nil)
        } else {
            await simulator.ledger.wait { $0.paid == 1 }
        }
    }

    private static func unblock(_ simulator: Simulator) {
        simulator.switches.keyRefused = false
        simulator.finishWork()
    }

    @Test(arguments: edits)
    func `a file that is edited while it waits for its turn is sent as edited, once`(edit: Edit) async throws {
        let configuration = SimulatorConfiguration()
        try await withSimulator(edit.isPaused ? configuration : configuration.heldWork) { simulator, base in
            try await TestSpool.with { spool in
                let before = TestSpool.request(edit.isRewritten ? "as dropped" : "as edited")
                let (first, second) = edit.halves
                let options = ["--settle", "0", "--max-in-flight", "1", "--model", "gemini-3-pro-image-preview"]
                try await spool.guarded(base, options) { daemon in
                    await daemon.line(containing: "Watching")
                    try await Self.block(edit, spool, simulator, daemon)
                    if edit.isRenamedIn {
                        try spool.drop(before, as: "edited.yaml")
                    } else {
                        try spool.write(before, to: "edited.yaml")
                    }
                    await Self.looked(spool, daemon)
                    try spool.drop(TestSpool.request("behind"), as: "behind.yaml")
                    await Self.looked(spool, daemon)

                    let path = spool.inbox.appendingPathComponent("edited.yaml")
                    let writer = try FileHandle(forWritingTo: path)
                    if edit.isRewritten { try writer.truncate(atOffset: 0) } else { try writer.seekToEnd() }
                    try writer.write(contentsOf: Data(first.utf8))
                    Self.unblock(simulator)
                    #expect(await daemon.line(containing: "Done job=first ") != nil)
                    // It came later, so the other one has had its turn.
                    await simulator.ledger.wait { $0.paid == 2 }
                    simulator.finishWork()
                    #expect(await daemon.line(containing: "Done job=behind ") != nil)
                    #expect(spool.places(of: "edited.yaml") == ["inbox/edited.yaml"])
                    try writer.write(contentsOf: Data(second.utf8))
                    try writer.close()
                    await simulator.ledger.wait { $0.paid == 3 }
                    simulator.finishWork()
                    #expect(await daemon.line(containing: "Done job=edited ") != nil)
                }
                let whole = (edit.isRewritten ? "" : before) + first + second
                #expect(try spool.text("done/edited/edited.yaml") == whole)
                let sent = try spool.json("done/edited/result.json")["request"] as? [String: Any]
                #expect(sent?["aspect_ratio"] as? String == "16:9")
                let paid = simulator.ledger.snapshot.prompts.mapValues(\.paid)
                #expect(paid == ["first": 1, "behind": 1, "as edited": 1])
                #expect(spool.names(in: spool.failed) == [])
            }
        }
    }
}
