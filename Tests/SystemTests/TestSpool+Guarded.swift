// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing

extension TestSpool {
    /// Makes the folders of a spool where a test wants it.
    static func make(at root: URL) throws -> TestSpool {
        let spool = TestSpool(root: root)
        for folder in [spool.inbox, spool.processing, spool.done, spool.failed] {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        return spool
    }

    func drop(_ files: [DroppedFile]) throws {
        for file in files { try drop(file.content, as: file.path) }
    }

    /// Runs the daemon while `body` runs: see ``Program/guarded(_:)``.
    func guarded(
        _ api: String, _ options: [String] = [], environment: [String: String] = [:], launcher: [String] = [],
        _ body: (Program) async throws -> Void
    ) async throws {
        let daemon = try run(api, options, environment: environment, launcher: launcher)
        await daemon.guarded { try await body(daemon) }
    }

    /// Waits until the daemon says what became of each of the files.
    func published(_ files: [DroppedFile], _ daemon: Program, _ comment: String = "") async {
        // Where all was published before, it is asked to stop right away: by then it must follow signals.
        if files.isEmpty { await daemon.line(containing: "Watching") }
        for file in files {
            let line = await daemon.result(of: file.job)
            #expect(line != nil || Task.isCancelled, "no word on \(file.job) \(comment)")
        }
    }
}
