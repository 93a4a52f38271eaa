// SPDX-License-Identifier: Apache-2.0

import FileIO
import Glibc
import Simulation
import SystemPackage
import Testing

@testable import TestSupport

/// What a power cut leaves on a simulated disk: what was synced for certain, and of the rest what a real one might.
struct PowerCutTests {
    private static let seeds: Range<UInt64> = 0..<300

    /// Does something with a disk whose folders are durable, and cuts the power, for each seed.
    private static func cut(
        _ order: SimulatedDisk.Order, _ work: (SimulatedProcess) throws -> Void,
        then look: (SimulatedDisk, UInt64) -> Void
    ) rethrows {
        for seed in seeds {
            let disk = SimulatedDisk(seed: seed, order: order)
            for folder in ["/a", "/b", "/c"] { disk.makeFolders(folder) }
            disk.write([1], to: "/a/old")
            disk.settle()
            let process = SimulatedProcess(on: disk)
            try work(process)
            process.kill()
            var random = SeededRandom(seed: seed)
            disk.cutPower(&random)
            look(disk, seed)
        }
    }

    private static func write(_ bytes: [UInt8], _ path: String, _ process: SimulatedProcess, syncing: Bool = false) {
        let file = process.openat(AT_FDCWD, path, O_WRONLY | O_CREAT, 0o664)
        _ = process.pwrite(file, bytes, bytes.count, 0)
        if syncing { _ = process.fsync(file) }
        _ = process.close(file)
    }

    private static func sync(_ path: String, _ process: SimulatedProcess) {
        let file = process.openat(AT_FDCWD, path, O_RDONLY, 0)
        #expect(process.fsync(file) == 0)
        _ = process.close(file)
    }

    @Test(arguments: SimulatedDisk.Order.allCases)
    func `what was synced, and its name, is there; what was not may be`(order: SimulatedDisk.Order) {
        var found: Set<[UInt8]?> = []
        let bytes = [UInt8](repeating: 7, count: 1000)
        Self.cut(order) { process in
            Self.write(bytes, "/a/synced", process, syncing: true)
            Self.sync("/a", process)
            Self.write(bytes, "/b/new", process)
        } then: { disk, seed in
            #expect(disk.bytes(of: "/a/synced") == bytes, "seed \(seed)")
            found.insert(disk.bytes(of: "/b/new"))
        }
        #expect(found.isSuperset(of: [nil, [], bytes, [UInt8](repeating: 0, count: 1000)]))
        #expect(found.count > 5, "halves, and some of it")
    }

    @Test func `with a journal the first changes outlive it, and a sync carries the earlier ones along`() {
        var lengths: Set<Int> = []
        Self.cut(.journal) { process in
            for (number, folder) in ["a", "b", "c", "a", "b", "c"].enumerated() {
                Self.write([1], "/\(folder)/\(number)", process)
                if number == 1 { Self.sync("/b", process) }
            }
        } then: { disk, seed in
            let names = Set(["/a", "/b", "/c"].flatMap(disk.names(in:))).subtracting(["old"])
            #expect(names == Set((0..<names.count).map { "\($0)" }), "seed \(seed)")
            lengths.insert(names.count)
        }
        #expect(lengths == [2, 3, 4, 5, 6])
    }

    @Test func `without one each folder has its own first changes`() {
        var isMixed = false
        Self.cut(.byFolder) { process in
            for (number, folder) in ["a", "b", "a", "b"].enumerated() {
                Self.write([1], "/\(folder)/\(number)", process)
            }
        } then: { disk, seed in
            let (a, b) = (Set(disk.names(in: "/a")), Set(disk.names(in: "/b")))
            #expect(a.contains("0") || !a.contains("2"), "seed \(seed)")
            #expect(b.contains("1") || !b.contains("3"), "seed \(seed)")
            isMixed = isMixed || b.contains("1") && !a.contains("0")
        }
        #expect(isMixed)
    }

    @Test(arguments: SimulatedDisk.Order.allCases)
    func `a rename is found once, or where a disk is free to, twice`(order: SimulatedDisk.Order) {
        var found: Set<[Bool]> = []
        Self.cut(order) { process in
            #expect(process.renameNoReplace(AT_FDCWD, "/a/old", AT_FDCWD, "/b/new") == 0)
        } then: { disk, _ in
            found.insert([disk.names(in: "/a") == ["old"], disk.names(in: "/b") == ["new"]])
        }
        switch order {
        case .journal, .byFolder: #expect(found == [[true, false], [false, true]])
        case .byName: #expect(found == [[true, false], [false, true], [true, true]])
        }
    }

    @Test(arguments: SimulatedDisk.Order.allCases)
    func `who syncs what was left before what was reached may find it nowhere`(order: SimulatedDisk.Order) {
        var found: Set<[Bool]> = []
        Self.cut(order) { process in
            #expect(process.mkdirat(AT_FDCWD, "/b/job", 0o775) == 0)
            #expect(process.renameNoReplace(AT_FDCWD, "/a/old", AT_FDCWD, "/b/job/new") == 0)
            Self.sync("/a", process)
        } then: { disk, _ in
            found.insert([disk.names(in: "/a") == ["old"], disk.names(in: "/b/job") == ["new"]])
        }
        switch order {
        case .journal, .byFolder: #expect(found == [[false, true]])
        case .byName: #expect(found == [[false, true], [false, false]])
        }
    }

    @Test func `everybody hears of an error once: who was there, and the first who comes`() {
        let disk = SimulatedDisk()
        let process = SimulatedProcess(on: disk)
        func open(_ path: String) -> CInt { process.openat(AT_FDCWD, path, O_RDWR | O_CREAT, 0o664) }
        let (first, all) = (open("/file"), process.openat(AT_FDCWD, "/", O_RDONLY | O_DIRECTORY, 0))
        _ = process.pwrite(first, [1], 1, 0)
        process.judge = { $0.kind == .syncAll ? .fails(.ioError) : .goes }
        #expect(process.syncfs(all) == -1 && errno == EIO)
        process.judge = nil
        #expect(process.syncfs(all) == 0, "it was told already")
        let second = open("/file")
        #expect(process.fsync(second) == -1 && errno == EIO, "nobody has heard of the file's")
        #expect(process.fsync(first) == -1 && errno == EIO, "it was there before")
        #expect(process.fsync(second) == 0 && process.fsync(first) == 0 && process.fsync(open("/file")) == 0)
    }

    @Test func `bytes that were there before stay or are the new ones, whatever else is written over`() {
        let (old, new) = ([UInt8](repeating: 1, count: 3000), [UInt8](repeating: 2, count: 1000))
        Self.cut(.journal) { process in
            Self.write(old, "/a/file", process, syncing: true)
            Self.sync("/a", process)
            Self.write(new, "/a/file", process)
        } then: { disk, seed in
            let bytes = disk.bytes(of: "/a/file") ?? []
            #expect(bytes.count == 3000 && bytes[1000...].allSatisfy { $0 == 1 }, "seed \(seed)")
            #expect(bytes.prefix(1000).allSatisfy { $0 == 1 || $0 == 2 }, "seed \(seed)")
        }
    }

    @Test func `after a sync that failed the next one says nothing of what was lost, unless it is written again`() {
        for isWrittenAgain in [false, true] {
            var lost = 0
            Self.cut(.journal) { process in
                Self.write([7, 7, 7], "/a/file", process)
                process.judge = { $0.kind == .sync ? .fails(.ioError) : .goes }
                let file = process.openat(AT_FDCWD, "/a/file", O_RDWR, 0)
                #expect(process.fsync(file) == -1 && errno == EIO)
                process.judge = nil
                if isWrittenAgain { Self.write([7, 7, 7], "/a/file", process) }
                #expect(process.fsync(file) == 0)
                Self.sync("/a", process)
            } then: { disk, _ in
                if disk.bytes(of: "/a/file") != [7, 7, 7] { lost += 1 }
            }
            #expect(lost == (isWrittenAgain ? 0 : Self.seeds.count))
        }
    }
}
