// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBanana
import NanoBananaSimulator
import PictureEditing
import Testing

/// Against the stand-in, where nothing costs anything.
@Suite(.timeLimit(.minutes(1)))
struct PictureEditorTests {
    private static func editor(at url: String, taskTime: Duration = .milliseconds(200)) -> PictureEditor {
        var configuration = NanoBananaClient.Configuration()
        configuration.apiURL = url
        var patience = EditPatience()
        (patience.firstWait, patience.task) = (.milliseconds(20), taskTime)
        return PictureEditor(key: APIKey("any"), configuration: configuration, patience: patience)
    }

    private static func request(_ prompt: String) throws -> EditRequest {
        try EditRequest(model: .pro, prompt: prompt, images: [ImageLink("https://example.com/bottle.png")])
    }

    private static func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("editor-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder)
    }

    @Test func `a picture comes back as a file`() async throws {
        try await withSimulator { simulator, url in
            try await Self.withFolder { folder in
                let editor = Self.editor(at: url)
                let files = try await editor.edit(Self.request("Softer light"), into: folder)
                #expect(files.map(\.lastPathComponent) == ["1.png"])
                #expect(try Data(contentsOf: files[0]).starts(with: [0x89, 0x50, 0x4E, 0x47]))
                #expect(await editor.pictureCount == 1)
            }
            #expect(simulator.ledger.snapshot.paid == 1)
        }
    }

    @Test func `a submit without an answer is not sent again`() async throws {
        try await withSimulator { simulator, url in
            try await Self.withFolder { folder in
                let error = await #expect(throws: EditError.self) {
                    try await Self.editor(at: url).edit(Self.request("[fault:submit=lost]"), into: folder)
                }
                #expect(error?.charge == .maybe)
                // Nor by a loop that knows nothing of the error.
                await #expect(throws: UnclearNote.self) {
                    try await Self.editor(at: url).edit(Self.request("Softer light"), into: folder)
                }
            }
            #expect(simulator.ledger.snapshot.submits == 1)
        }
    }

    @Test func `what was surely not charged, or can only fail again, is asked for anew`() async throws {
        try await withSimulator { simulator, url in
            try await Self.withFolder { folder in
                for prompt in ["[fault:submit=code400]", "[fault:poll=error]"] {
                    await #expect(throws: EditError.self) {
                        try await Self.editor(at: url).edit(Self.request(prompt), into: folder)
                    }
                }
                let files = try await Self.editor(at: url).edit(Self.request("Softer light"), into: folder)
                #expect(files.count == 1)
            }
            #expect(simulator.ledger.snapshot.paid == 2)
        }
    }

    @Test func `the task is kept while it is waited for`() async throws {
        var configuration = SimulatorConfiguration()
        configuration.workTime = .seconds(3600)...(.seconds(3600))
        try await withSimulator(configuration) { simulator, url in
            try await Self.withFolder { folder in
                let request = try Self.request("Softer light")
                async let files = Self.editor(at: url, taskTime: .seconds(50)).edit(request, into: folder)
                let note = folder.appendingPathComponent("task.txt")
                while (try? String(contentsOf: note, encoding: .utf8)).flatMap({ TaskID($0) }) == nil {
                    try await Task.sleep(for: .milliseconds(10))
                }
                simulator.finishWork()
                #expect(try await files.count == 1)
            }
        }
    }

    @Test(arguments: ["", "two\nlines"]) func `a note that names no task stops it`(text: String) async throws {
        try await withSimulator { simulator, url in
            try await Self.withFolder { folder in
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try Data(text.utf8).write(to: folder.appendingPathComponent("task.txt"))
                await #expect(throws: UnclearNote.self) {
                    try await Self.editor(at: url).edit(Self.request("Softer light"), into: folder)
                }
            }
            #expect(simulator.ledger.snapshot.submits == 0)
        }
    }

    @Test func `a task that took too long is gone on with, and paid once`() async throws {
        var configuration = SimulatorConfiguration()
        configuration.workTime = .seconds(3600)...(.seconds(3600))
        try await withSimulator(configuration) { simulator, url in
            try await Self.withFolder { folder in
                let request = try Self.request("Softer light")
                await #expect(throws: EditError.self) { try await Self.editor(at: url).edit(request, into: folder) }
                simulator.finishWork()
                // As another run of the program would.
                let files = try await Self.editor(at: url).edit(request, into: folder)
                #expect(files.count == 1)
                let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
                #expect(names == ["1.png"])
            }
            #expect(simulator.ledger.snapshot.submits == 1)
        }
    }
}
