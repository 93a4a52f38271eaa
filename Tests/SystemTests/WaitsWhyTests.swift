// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NanoBananaSimulator
import Testing

/// What does not go on says why, on each face and within seconds.
@Suite(.watched, .timeLimit(.minutes(15)))
struct WaitsWhyTests {
    struct Waiting: Sendable {
        var name: String
        /// Makes it so. What is returned is held open until the end.
        var make: @Sendable (TestSpool) throws -> FileHandle?
        /// What is to be read in `status.json`, and on the other faces.
        var json: [String]
        var words: [String]
    }

    static let all = [
        Waiting(
            name: "a picture of one's own that is not there yet",
            make: { spool in
                try spool.drop("prompt: own\nimages: [pics/missing.png]\n", as: "own.yaml")
                return nil
            },
            json: [#""job": "own""#, "waits for its own pictures: pics/missing.png"],
            words: ["own", "waits for its own pictures: pics/missing.png"]),
        Waiting(
            name: "a file that is still written to where it lies",
            make: { spool in
                try spool.write("prompt: half", to: "growing.yaml")
                let file = try FileHandle(forWritingTo: spool.inbox.appendingPathComponent("growing.yaml"))
                try file.seekToEnd()
                return file
            }, json: ["growing.yaml"], words: ["till being written", "growing.yaml"]),
        Waiting(
            name: "a file that is still written to, and was moved in",
            make: { spool in
                let made = spool.root.appendingPathComponent("made")
                try Data(TestSpool.request("moved").utf8).write(to: made)
                let file = try FileHandle(forWritingTo: made)
                #expect(rename(made.path, spool.inbox.appendingPathComponent("moved.yaml").path) == 0)
                return file
            }, json: [#""job": "moved""#, "waits until the program that writes moved.yaml has closed it"],
            words: ["moved", "waits until the program that writes moved.yaml has closed it"]),
        Waiting(
            name: "the defaults of its lane",
            make: { spool in
                try spool.drop("modle: nano-banana\n", as: "acme/_defaults.yaml")
                try spool.drop(TestSpool.request("mine"), as: "acme/mine.yaml")
                return nil
            }, json: ["acme/mine", "acme/_defaults.yaml has a mistake"], words: ["acme/_defaults.yaml has a mistake"]),
        Waiting(
            name: "a foreign file beside its picture",
            make: { spool in
                try spool.drop(PNGFile.small, as: "bottle.png")
                try spool.drop(TestSpool.request("mistaken"), as: "bottle.txt")
                return nil
            }, json: ["bottle.txt", "its name does not end in"], words: ["bottle.txt", "its name does not end in"]),
    ]

    @Test func `what waits for a person says so on every face within seconds`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let shared = spool.root.appendingPathComponent("shared").path
                try FileManager.default.createDirectory(atPath: shared, withIntermediateDirectories: true)
                let sharing = ["--publish-directory", shared, "--publish-base-url", "https://pictures.example/x"]
                try await spool.withDaemon(base, try PageVisitor.options(in: spool) + sharing) { daemon in
                    try await PageVisitor.with(daemon) { visitor in
                        var files: [FileHandle] = []
                        for waiting in Self.all { if let file = try waiting.make(spool) { files.append(file) } }
                        for waiting in Self.all { try await Self.check(waiting, spool, visitor) }
                        #expect(simulator.ledger.snapshot.submits == 0)
                        for file in files { try file.close() }
                        await daemon.result(of: "moved")
                    }
                }
            }
        }
    }

    private static func check(_ waiting: Waiting, _ spool: TestSpool, _ visitor: PageVisitor) async throws {
        try await says(waiting.json, waiting.name, "status.json") { (try? spool.text("status.json")) ?? "" }
        try await says(waiting.words, waiting.name, "STATUS.html") { (try? spool.text("STATUS.html")) ?? "" }
        try await says(waiting.words, waiting.name, "status") {
            try await Program.run(["status", "--spool", spool.root.path]).output
        }
        try await says(waiting.words, waiting.name, "the page") { try await visitor.ask("/").text }
    }

    private static func says(
        _ words: [String], _ name: String, _ face: String, _ read: () async throws -> String
    ) async throws {
        let end = ContinuousClock.now.advanced(by: .seconds(10))
        var last = ""
        while ContinuousClock.now < end {
            last = try await read()
            if words.allSatisfy(last.contains) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("\(face) does not say of \(name): \(words.filter { !last.contains($0) }), but: \(last)")
    }
}
