// SPDX-License-Identifier: Apache-2.0

import FileIO
import Glibc
import Simulation
import SystemPackage
import Testing

@testable import TestSupport

/// The simulated kernel says of everything what Linux says: the same calls, by a seed, come to the same on both.
struct KernelLikenessTests {
    private static let sequences = 500
    private static let calls = 80
    /// How far below anything that matters they play: `..` leads out of their folder.
    private static let depth = 12

    @Test(arguments: 0..<8)
    func `whatever a program calls, in whatever order, Linux and the simulation answer alike`(part: Int) async throws {
        try await Scratch.with { scratch in
            for seed in part * Self.sequences..<(part + 1) * Self.sequences {
                let simulated = Self.lines(SimulatedProcess(on: SimulatedDisk()), AT_FDCWD, UInt64(seed))
                // A program that another test starts has, until it begins, a copy of all that this process has open: to
                // the kernel it is a writer, or has a lock, for that long.
                for attempt in 1...3 {
                    let top = try Kernel.open(try scratch.folder("\(seed)-\(attempt)"), O_RDONLY | O_DIRECTORY)
                    let real = Self.lines(LinuxCalls(), top.descriptor, UInt64(seed))
                    if real == simulated { break }
                    if attempt == 3 { Self.record(seed, real, simulated) }
                }
            }
        }
    }

    private static func record(_ seed: Int, _ real: [String], _ simulated: [String]) {
        let place = zip(real, simulated).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        let (linux, other) = place.map { (real[$0], simulated[$0]) } ?? ("\(real.count)", "\(simulated.count) lines")
        Issue.record("seed \(seed), line \(place ?? -1): Linux: \(linux), simulated: \(other)")
    }

    private static func lines(_ kernel: any KernelCalls, _ start: CInt, _ seed: UInt64) -> [String] {
        var folder = start
        for level in 0..<depth {
            _ = kernel.mkdirat(folder, "1", 0o775)
            let below = kernel.openat(folder, "1", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
            if level > 0 { _ = kernel.close(folder) }
            folder = below
        }
        defer { _ = kernel.close(folder) }
        var calls = RandomCalls(kernel, base: folder, seed: seed)
        return calls.run(Self.calls)
    }

    @Test func `a call that the judge lets fail changes nothing`() throws {
        let disk = SimulatedDisk()
        disk.makeFolders("/spool")
        disk.write([1, 2, 3], to: "/spool/a")
        let process = SimulatedProcess(on: disk)
        let before = disk.tree
        for error in [ENOSPC, EIO, EROFS, EMFILE] {
            process.judge = { _ in .fails(Errno(rawValue: error)) }
            #expect(process.openat(AT_FDCWD, "/spool/b", O_WRONLY | O_CREAT, 0o664) == -1 && errno == error)
            #expect(process.mkdirat(AT_FDCWD, "/spool/b", 0o775) == -1 && errno == error)
            #expect(process.renameat(AT_FDCWD, "/spool/a", AT_FDCWD, "/spool/b") == -1 && errno == error)
            #expect(process.unlinkat(AT_FDCWD, "/spool/a", 0) == -1 && errno == error)
        }
        #expect(disk.tree == before && process.changes == 0)
        process.judge = { $0.kind == .write && $0.needsRoom ? .fails(.noSpace) : .goes }
        let file = process.openat(AT_FDCWD, "/spool/a", O_WRONLY, 0)
        #expect(process.pwrite(file, [9], 1, 0) == 1, "it has its block already")
        #expect(process.pwrite(file, [9], 1, 5000) == -1 && errno == ENOSPC)
        #expect(process.allocate(file, 4096, 4096) == 0 && process.pwrite(file, [9], 1, 5000) == 1)
    }

    @Test func `a process that was killed has no locks, no descriptors, and changes nothing more`() throws {
        let disk = SimulatedDisk()
        disk.makeFolders("/spool")
        let (first, second) = (SimulatedProcess(on: disk), SimulatedProcess(on: disk))
        func lock(_ process: SimulatedProcess) -> CInt {
            var lock = flock()
            lock.l_type = Int16(F_WRLCK)
            return process.setLock(process.openat(AT_FDCWD, "/spool/.lock", O_RDWR | O_CREAT, 0o644), &lock)
        }
        #expect(lock(first) == 0)
        #expect(lock(second) == -1 && errno == EAGAIN)
        first.kill()
        #expect(first.openCount == 0 && lock(second) == 0)
        #expect(first.mkdirat(AT_FDCWD, "/spool/a", 0o775) == -1 && errno == ECANCELED)
        #expect(disk.names(in: "/spool") == [".lock"])
    }
}
