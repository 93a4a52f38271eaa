// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Jobs
@testable import Spending
@testable import Spool
@testable import SpoolState
@testable import SpoolTools
@testable import TestSupport

/// When `status` takes a running daemon's word.
struct StatusFileTests {
    /// A spool that this process holds as a daemon does, with so many request files.
    private static func withHeldSpool(_ files: Int, _ body: (Scratch, Spool) async throws -> Void) async throws {
        try await Scratch.with { scratch in
            let spool = Spool(root: scratch.path)
            try spool.make()
            for number in 0..<files { try scratch.write([120], to: "inbox/\(number).yaml") }
            let lock = try SpoolLock(spool)
            try await body(scratch, spool)
            withExtendedLifetime(lock) {}
        }
    }

    private static func page(pid: Int = Int(getpid()), at: Timestamp = .now, isIdle: Bool = false) -> [UInt8] {
        var state = SpoolState(at: at)
        (state.pid, state.isIdle) = (pid, isIdle)
        state.queue.count = 7
        state.today.spent = Budget.Spent(submits: 3)
        state.recent = [
            Ended(name: "old", folder: "done/old", at: at, pictures: ["old-1.png"], pictureCount: 1, charged: .yes)
        ]
        return state.json.page
    }

    private static func ago(_ seconds: Int64) -> Timestamp {
        Timestamp(milliseconds: Timestamp.now.milliseconds - seconds * 1000)
    }

    struct Case: Sendable {
        var page: @Sendable () -> [UInt8]
        var isBelieved: Bool
    }

    static let cases = [
        Case(page: { page() }, isBelieved: true), Case(page: { page(at: ago(80)) }, isBelieved: true),
        Case(page: { page(at: ago(100)) }, isBelieved: false),
        // While it is idle it says nothing more.
        Case(page: { page(at: ago(100_000), isIdle: true) }, isBelieved: true),
        Case(page: { page(pid: Int(getpid()) + 1) }, isBelieved: false), Case(page: { [123] }, isBelieved: false),
    ]

    @Test(arguments: cases)
    func `a daemon's word is taken while it is fresh, and its own`(one: Case) async throws {
        try await Self.withHeldSpool(3) { scratch, spool in
            try scratch.write(one.page(), to: "status.json")
            let state = try SpoolSurvey(spool, names: .standard).state()
            #expect(state.pid == Int(getpid()))
            #expect(state.queue.count == (one.isBelieved ? 7 : 3))
            #expect(state.today.spent.submits == (one.isBelieved ? 3 : 0))
        }
    }

    @Test func `a page from before the daemon took the spool is not its own, though its number is the same`()
        async throws
    {
        try await Self.withHeldSpool(1) { scratch, spool in
            try scratch.write(Self.page(), to: "status.json")
            try FileManager.default.setAttributes(
                [.modificationDate: Date.now.addingTimeInterval(-60)],
                ofItemAtPath: scratch.path.appending("status.json").string)
            let state = try SpoolSurvey(spool, names: .standard).state()
            #expect(state.queue.count == 1)
            // What came back is there all the same.
            #expect(state.recent.map(\.name) == ["old"])
        }
    }

    @Test func `where no daemon runs the disk is looked at, and nobody runs`() async throws {
        try await Scratch.with { scratch in
            let spool = Spool(root: scratch.path)
            try spool.make()
            try scratch.write([120], to: "inbox/a.yaml")
            try scratch.write(Self.page(), to: "status.json")
            let state = try SpoolSurvey(spool, names: .standard).state()
            #expect(state.pid == nil && state.condition == .notRunning && state.queue.count == 1)
        }
    }
}
