// SPDX-License-Identifier: Apache-2.0

import Glibc
import SystemPackage
import Testing

@testable import FileIO
@testable import Spool
@testable import TestSupport

/// Who has the lock of a spool, as others see it.
struct SpoolLockTests {
    private static func with(_ work: (Spool, FilePath) async throws -> Void) async throws {
        try await Scratch.with { scratch in
            let spool = Spool(root: scratch.path)
            try spool.make()
            try await work(spool, scratch.path.appending(".lock"))
        }
    }

    @Test(
        arguments: [
            ("7\n", 7), ("2147483647\n", 2_147_483_647), ("2", 2), ("1\n", 1), ("0\n", nil), ("-1\n", nil),
            ("2147483648\n", nil), ("99999999999999999999\n", nil), ("", nil), ("seven\n", nil),
        ] as [(String, Int?)])
    func `no number is a process that means many, or none`(text: String, pid: Int?) {
        #expect(SpoolLock.pid(Array(text.utf8)) == pid)
    }

    @Test func `a process is believed where it is of the user whose file names it`() async throws {
        try await Self.with { spool, path in
            #expect(try SpoolLock.process(of: spool) == nil)
            let lock = try SpoolLock(spool)
            #expect(try SpoolLock.process(of: spool) == Int(getpid()))
            guard geteuid() == 0 else { return }
            try #require(path.withPlatformString { chown($0, 12_345, 12_345) } == 0)
            #expect(try SpoolLock.process(of: spool) == nil)
            #expect(SpoolLock.holder(of: spool) == Int(getpid()))
            withExtendedLifetime(lock) {}
        }
    }

    @Test func `a reader's lock is no daemon's`() async throws {
        try await Self.with { spool, path in
            let writer = try Kernel.open(path, O_RDWR | O_CREAT, mode: 0o644)
            try writer.writeAll(Array("\(getpid())\n".utf8))
            let reader = try Kernel.open(path, O_RDONLY)
            var lock = Glibc.flock()
            lock.l_type = Int16(F_RDLCK)
            try #require(LinuxCalls().setLock(reader.descriptor, &lock) == 0)
            #expect(SpoolLock.holder(of: spool) == nil)
            lock.l_type = Int16(F_UNLCK)
            try #require(LinuxCalls().setLock(reader.descriptor, &lock) == 0)
            try Kernel.lockWhole(writer.descriptor)
            #expect(SpoolLock.holder(of: spool) == Int(getpid()))
        }
    }
}
