// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spending
@testable import Spool
@testable import TestSupport

/// When a file came is still told by its times after it was claimed and given back.
@Suite(.idleLimit)
struct ArrivalTimesTests {
    @Test func `a rename hides neither when a file was written nor how it looked before`() async throws {
        try await Scratch.with { scratch in
            let file = try scratch.write(Array("prompt: x\n".utf8), to: "hero.yaml")
            let written = Date(timeIntervalSince1970: 1_700_000_000)
            try FileManager.default.setAttributes([.modificationDate: written], ofItemAtPath: file.string)
            let dropped = try Kernel.status(of: file, at: AT_FDCWD)
            let moved = scratch.path.appending("moved.yaml")
            try FileManager.default.moveItem(atPath: file.string, toPath: moved.string)
            let times = ArrivalTimes.of(moved, dropped: dropped)
            #expect(times.contains(Timestamp(milliseconds: 1_700_000_000_000)))
            #expect(times.contains(Timestamp(nanoseconds: dropped.changed)))
            // As a start finds it, which knows less.
            #expect(ArrivalTimes.of(moved).contains(Timestamp(milliseconds: 1_700_000_000_000)))
        }
    }
}
