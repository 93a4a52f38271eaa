// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import FileIO
@testable import Spool
@testable import TestSupport

/// The calls that make what is written to a spool durable.
struct SpoolDiskTests {
    private static func withDisk(_ body: (Scratch, SpoolDisk) throws -> Void) async throws {
        try await Scratch.with { scratch in
            let spool = Spool(root: scratch.path)
            try spool.make()
            try body(scratch, SpoolDisk(spool))
        }
    }

    @Test func `what is there can be synced alone, what is not cannot`() async throws {
        try await Self.withDisk { scratch, disk in
            let folder = try scratch.folder("processing/hero/001")
            let file = try scratch.write([1, 2, 3], to: "processing/hero/a")
            try scratch.link("processing/hero/link", to: "/nowhere")
            let gone = scratch.path.appending("gone")
            let there: [DiskChanges.Place] = [
                .file(file), .files(in: folder.removingLastComponent()), .arrivals(in: folder),
                .departures(from: folder),
            ]
            #expect(try disk.sync(there).map { try $0.get() } == [true, true, true, true])
            // The last is no folder.
            let not: [DiskChanges.Place] = [.file(gone), .files(in: gone), .departures(from: file)]
            #expect(try disk.sync(not).map { try $0.get() } == [false, false, false])
            try disk.syncAll()
        }
    }

    @Test func `what is written again is the same`() async throws {
        try await Self.withDisk { scratch, disk in
            try scratch.folder("processing/hero/001")
            let bytes = (0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let large = try scratch.write(bytes, to: "processing/hero/large")
            try scratch.write([], to: "processing/hero/empty")
            disk.writeAgain(.files(in: scratch.path.appending("processing").appending("hero")))
            disk.writeAgain(.file(large))
            disk.writeAgain(.file(scratch.path.appending("gone")))
            disk.writeAgain(.arrivals(in: scratch.path))
            #expect(try scratch.bytes(of: "processing/hero/large") == bytes)
            #expect(try scratch.bytes(of: "processing/hero/empty") == [])
        }
    }

    @Test func `a spool that is another by now is synced where it is now`() async throws {
        try await Self.withDisk { scratch, disk in
            try Kernel.rename(
                scratch.path.appending("processing"), at: AT_FDCWD, to: scratch.path.appending("old"), at: AT_FDCWD)
            #expect(throws: Errno.noSuchFileOrDirectory) { try disk.syncAll() }
            try scratch.folder("processing")
            try disk.syncAll()
        }
    }
}
