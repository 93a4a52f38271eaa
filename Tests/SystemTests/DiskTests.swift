// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// A disk that refuses: it is said, nothing is sent that could not be recorded, and it goes on by itself.
@Suite(.timeLimit(.minutes(3)), .enabled(if: Needs.mounts, "needs root and the right to mount"))
struct DiskTests {
    private static func files(_ count: Int) -> [DroppedFile] {
        (0..<count).map { DroppedFile(path: "job\($0).yaml", prompt: "disk \($0)") }
    }

    private static func configuration(pictureBytes: Int = 16_384) -> SimulatorConfiguration {
        var configuration = SimulatorConfiguration()
        configuration.workTime = .milliseconds(50)...(.milliseconds(200))
        configuration.pictureBytes = pictureBytes
        return configuration
    }

    /// A stand-in, and a spool on a small tmpfs.
    private func withSmallDisk(
        bytes: Int, pictureBytes: Int = 16_384,
        _ body: @escaping @Sendable (Simulator, String, _ disk: URL, TestSpool) async throws -> Void
    ) async throws {
        try await withSimulator(Self.configuration(pictureBytes: pictureBytes)) { simulator, base in
            try await Mounts.withFolder { folder in
                let disk = folder.appendingPathComponent("disk")
                try Mounts.makeTemporary(disk, bytes: bytes)
                let spool = try TestSpool.make(at: disk.appendingPathComponent("spool"))
                try await body(simulator, base, disk, spool)
            }
        }
    }

    /// Nothing was sent that is not recorded, and nothing more is sent.
    private func checkNothingLeaves(_ simulator: Simulator, recordedIn spool: TestSpool) async throws {
        // Long enough for submits that were recorded before the disk refused.
        try await Task.sleep(for: .milliseconds(600))
        let submits = simulator.ledger.snapshot.submits
        #expect(submits == JournalLines.announced(in: spool))
        try await Task.sleep(for: .milliseconds(600))
        #expect(simulator.ledger.snapshot.submits == submits)
    }

    private func checkAllDone(_ files: [DroppedFile], _ spool: TestSpool, _ simulator: Simulator) {
        #expect(spool.names(in: spool.failed) == [])
        let census = Census(spool)
        #expect(census.misplaced(files.map(\.name)) == [])
        for file in files {
            let folder = census.folder(of: file.name) ?? ""
            let result = ResultFolder(url: spool.root.appendingPathComponent(folder))
            #expect(folder.hasPrefix("done/"), "\(file.name): \(folder) \(result.reason ?? [:])")
            #expect(result.problems(file) == [], "\(file.name)")
            #expect(simulator.ledger.snapshot.paid(file.prompt) == 1, "\(file.name)")
        }
    }

    @Test func `a disk that somebody fills up is waited for, and nothing is sent meanwhile`() async throws {
        try await withSmallDisk(bytes: 2 << 20) { simulator, base, disk, spool in
            let files = Self.files(20)
            try spool.drop(files)
            try await spool.guarded(base, ["--max-in-flight", "2"]) { daemon in
                await simulator.ledger.wait { $0.fetches >= 4 }
                let ballast = try Ballast(disk.appendingPathComponent("ballast"))
                let line = await daemon.line(containing: "The disk refuses to write")
                #expect(line?.contains("No space left on device") == true)
                try await checkNothingLeaves(simulator, recordedIn: spool)
                #expect(simulator.ledger.snapshot.submits < 20, "it was filled in the middle")
                ballast.remove()
                #expect(await daemon.line(containing: "The disk is well again") != nil)
                await spool.published(files, daemon)
            }
            checkAllDone(files, spool, simulator)
        }
    }

    @Test func `a disk that the pictures fill up is waited for, and each picture comes whole`() async throws {
        try await withSmallDisk(bytes: 2 << 20, pictureBytes: 65_536) { simulator, base, disk, spool in
            let files = Self.files(40)
            try spool.drop(files)
            try await spool.guarded(base, ["--max-in-flight", "4"]) { daemon in
                #expect(await daemon.line(containing: "The disk refuses to write") != nil)
                try await checkNothingLeaves(simulator, recordedIn: spool)
                #expect(simulator.ledger.snapshot.submits < 40, "it was full in the middle")
                try Mounts.resizeTemporary(disk, bytes: 16 << 20)
                await spool.published(files, daemon)
            }
            checkAllDone(files, spool, simulator)
        }
    }

    @Test func `a disk that is full at the start is waited for`() async throws {
        try await withSmallDisk(bytes: 1 << 20) { simulator, base, disk, spool in
            let files = Self.files(3)
            try spool.drop(files)
            let ballast = try Ballast(disk.appendingPathComponent("ballast"))
            try await spool.guarded(base) { daemon in
                #expect(await daemon.line(containing: "The disk refuses to write") != nil)
                #expect(simulator.ledger.snapshot.submits == 0)
                ballast.remove()
                #expect(await daemon.line(containing: "Watching") != nil)
                await spool.published(files, daemon)
            }
            checkAllDone(files, spool, simulator)
        }
    }

    @Test func `a file system that becomes read-only and writable again is waited for`() async throws {
        try await withSmallDisk(bytes: 16 << 20) { simulator, base, disk, spool in
            let files = Self.files(20)
            try spool.drop(files)
            try await spool.guarded(base, ["--max-in-flight", "4", "--rescan-interval", "1s"]) { daemon in
                await simulator.ledger.wait { $0.fetches >= 4 }
                try Mounts.coverReadOnly(disk)
                let line = await daemon.line(containing: "The disk refuses to write")
                #expect(line?.contains("Read-only file system") == true)
                try await checkNothingLeaves(simulator, recordedIn: spool)
                #expect(simulator.ledger.snapshot.submits < 20, "it became read-only in the middle")
                try Mounts.unmountLazily(disk)
                #expect(await daemon.line(containing: "The disk is well again") != nil)
                await spool.published(files, daemon)
            }
            checkAllDone(files, spool, simulator)
        }
    }

    @Test(.enabled(if: Needs.loopDevices, "needs root and a loop device"))
    func `a disk that goes away is waited for, and nothing is made where it was mounted`() async throws {
        try await withSimulator(Self.configuration()) { simulator, base in
            try await LoopImage.with { image in
                let spool = try TestSpool.make(at: image.mountPoint)
                let files = Self.files(20)
                try spool.drop(files)
                try await spool.guarded(base, ["--max-in-flight", "4", "--rescan-interval", "1s"]) { daemon in
                    await simulator.ledger.wait { $0.fetches >= 4 }
                    let device = try Mounts.device(of: image.mountPoint)
                    // The daemon's open files keep the device attached.
                    try Mounts.unmountLazily(image.mountPoint)
                    #expect(await daemon.line(containing: "The disk refuses to write") != nil)
                    // The status is written at most once a second, the inbox looked for every second.
                    try await Task.sleep(for: .milliseconds(1_500))
                    let made = try FileManager.default.contentsOfDirectory(atPath: image.mountPoint.path)
                    #expect(made == [], "the bare mount point is left alone")
                    #expect(simulator.ledger.snapshot.submits < 20, "it went away in the middle")
                    try await Tool.run("mount", device, image.mountPoint.path)
                    await spool.published(files, daemon)
                    let later = DroppedFile(path: "later.yaml", prompt: "later")
                    try spool.drop([later])
                    await spool.published([later], daemon)
                }
                checkAllDone(files, spool, simulator)
            }
        }
    }
}
