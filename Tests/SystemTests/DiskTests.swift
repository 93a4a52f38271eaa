// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// A disk that refuses: it is said, nothing is sent that could not be recorded, and it goes on by itself.
@Suite(.watched, .timeLimit(.minutes(15)), .enabled(if: Needs.mounts, "needs root and the right to mount"))
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
        bytes: Int, _ configuration: SimulatorConfiguration = DiskTests.configuration().heldWork,
        _ body: @escaping @Sendable (Simulator, String, _ disk: URL, TestSpool) async throws -> Void
    ) async throws {
        try await withSimulator(configuration) { simulator, base in
            try await Mounts.withFolder { folder in
                let disk = folder.appendingPathComponent("disk")
                try Mounts.makeTemporary(disk, bytes: bytes)
                let spool = try TestSpool.make(at: disk.appendingPathComponent("spool"))
                try await body(simulator, base, disk, spool)
            }
        }
    }

    /// The first jobs are done, and as many others are under way and stay so: all might be done by the time that the
    /// test goes on.
    private func inTheMiddle(of simulator: Simulator, atOnce: Int) async {
        await simulator.ledger.wait { $0.paid >= atOnce }
        simulator.finishWork()
        await simulator.ledger.wait { $0.paid >= 2 * atOnce && $0.fetches >= atOnce }
    }

    /// Nothing was sent that is not recorded, and nothing more is sent.
    private func checkNothingLeaves(_ simulator: Simulator, recordedIn spool: TestSpool) async throws {
        // What was recorded before the disk refused may still be on its way.
        while simulator.ledger.snapshot.submits < JournalLines.announced(in: spool) {
            try await Task.sleep(for: .milliseconds(20))
        }
        let submits = simulator.ledger.snapshot.submits
        #expect(submits == JournalLines.announced(in: spool))
        try await Task.sleep(for: .milliseconds(600))
        #expect(simulator.ledger.snapshot.submits == submits)
    }

    private func checkAllDone(_ files: [DroppedFile], _ spool: TestSpool, _ simulator: Simulator) {
        #expect(spool.names(in: spool.failed) == [])
        let walk = SpoolWalk(spool)
        #expect(walk.misplaced(files.map(\.name)) == [])
        for file in files {
            let folder = walk.folder(of: file.name) ?? ""
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
                await inTheMiddle(of: simulator, atOnce: 2)
                let ballast = try Ballast(disk.appendingPathComponent("ballast"))
                simulator.finishWork()
                let line = await daemon.line(containing: "The disk refuses to write")
                #expect(line?.contains("No space left on device") == true)
                try await checkNothingLeaves(simulator, recordedIn: spool)
                #expect(simulator.ledger.snapshot.submits < 20, "it was filled in the middle")
                ballast.remove()
                #expect(await daemon.line(containing: "The disk works again") != nil)
                try await simulator.finishesWork { await spool.published(files, daemon) }
            }
            checkAllDone(files, spool, simulator)
        }
    }

    @Test func `a disk that the pictures fill up is waited for, and each picture comes whole`() async throws {
        let configuration = Self.configuration(pictureBytes: 65_536)
        try await withSmallDisk(bytes: 2 << 20, configuration) { simulator, base, disk, spool in
            let files = Self.files(40)
            try spool.drop(files)
            try await spool.guarded(base, ["--max-in-flight", "4"]) { daemon in
                #expect(await daemon.line(containing: "The disk refuses to write") != nil)
                // Where there is no room for a picture there may be some for a line: what is sent stands in a journal.
                let submits = simulator.ledger.snapshot.submits
                #expect(submits < 40, "it was full in the middle")
                while JournalLines.announced(in: spool) < submits { try await Task.sleep(for: .milliseconds(20)) }
                try Mounts.resizeTemporary(disk, bytes: 16 << 20)
                await spool.published(files, daemon)
            }
            checkAllDone(files, spool, simulator)
        }
    }

    @Test func `a disk that is full at the start is waited for`() async throws {
        try await withSmallDisk(bytes: 1 << 20, Self.configuration()) { simulator, base, disk, spool in
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
                await inTheMiddle(of: simulator, atOnce: 4)
                try Mounts.coverReadOnly(disk)
                simulator.finishWork()
                // What was astride both mounts is told of another device first, and of this one when it tries again.
                let line = await daemon.line {
                    $0.contains("The disk refuses to write") && $0.contains("Read-only file system")
                }
                #expect(line != nil)
                try await checkNothingLeaves(simulator, recordedIn: spool)
                #expect(simulator.ledger.snapshot.submits < 20, "it became read-only in the middle")
                try Mounts.unmountLazily(disk)
                #expect(await daemon.line(containing: "The disk works again") != nil)
                try await simulator.finishesWork { await spool.published(files, daemon) }
            }
            checkAllDone(files, spool, simulator)
        }
    }

    @Test(.enabled(if: Needs.loopDevices, "needs root and a loop device"))
    func `a disk that goes away is waited for, and nothing is made where it was mounted`() async throws {
        try await withSimulator(Self.configuration().heldWork) { simulator, base in
            try await LoopImage.with { image in
                let spool = try TestSpool.make(at: image.mountPoint)
                let files = Self.files(20)
                try spool.drop(files)
                try await spool.guarded(base, ["--max-in-flight", "4", "--rescan-interval", "1s"]) { daemon in
                    await inTheMiddle(of: simulator, atOnce: 4)
                    let device = try Mounts.device(of: image.mountPoint)
                    // The daemon's open files keep the device attached.
                    try Mounts.unmountLazily(image.mountPoint)
                    simulator.finishWork()
                    #expect(await daemon.line(containing: "The disk refuses to write") != nil)
                    // The status is written at most once a second, the inbox looked for every second.
                    try await Task.sleep(for: .milliseconds(1_500))
                    let made = try FileManager.default.contentsOfDirectory(atPath: image.mountPoint.path)
                    #expect(made == [], "the bare mount point is left alone")
                    #expect(simulator.ledger.snapshot.submits < 20, "it went away in the middle")
                    try await Tool.run("mount", device, image.mountPoint.path)
                    try await simulator.finishesWork {
                        await spool.published(files, daemon)
                        let later = DroppedFile(path: "later.yaml", prompt: "later")
                        try spool.drop([later])
                        await spool.published([later], daemon)
                    }
                }
                checkAllDone(files, spool, simulator)
            }
        }
    }

    @Test func `on a full disk status says so by itself, and doctor says what to do`() async throws {
        try await withSmallDisk(bytes: 2 << 20) { simulator, base, disk, spool in
            let files = Self.files(20)
            try spool.drop(files)
            try await spool.guarded(base, ["--max-in-flight", "2"]) { daemon in
                await inTheMiddle(of: simulator, atOnce: 2)
                let ballast = try Ballast(disk.appendingPathComponent("ballast"))
                simulator.finishWork()
                #expect(await daemon.line(containing: "The disk refuses to write") != nil)
                let status = try await Program.run(["status", "--spool", spool.root.path])
                #expect(status.output.contains("\nthe disk is almost full: "), "\(status.output)")
                let doctor = try await Program.run(["doctor", "--spool", spool.root.path, "--api-url", base])
                let lines = doctor.output.split(separator: "\n")
                let told = lines.filter { $0.contains("No space left on device") && !$0.contains(" daemon ") }
                #expect(told.contains { $0.contains(" spool ") } && told.contains { $0.contains(" events ") })
                for line in told { #expect(line.hasSuffix("; free space on its disk"), "\(line)") }
                ballast.remove()
                try await simulator.finishesWork { await spool.published(files, daemon) }
            }
            checkAllDone(files, spool, simulator)
        }
    }

    /// A daemon that is stopped while the disk refuses to note what came of the one request; what it says then.
    private func saidAtTheStop(
        isAsking: Bool, _ simulator: Simulator, _ base: String, _ spool: TestSpool
    ) async throws -> [String] {
        // Halted with the answer to the submit in its hands, of which nothing is noted before the disk refuses.
        let environment = isAsking ? ["BANANADROP_TEST_STOP_AT": "before:submitted"] : [:]
        let daemon = try spool.run(base, environment: environment)
        await daemon.line(containing: "Watching")
        try spool.drop(TestSpool.request("known"), as: "a.yaml")
        if isAsking {
            #expect(await daemon.stopped())
        } else {
            await daemon.line(containing: "Submitted job=a ")
        }
        try Mounts.coverReadOnly(spool.root.deletingLastPathComponent())
        if isAsking { daemon.send(SIGCONT) }
        simulator.finishWork()
        #expect(await daemon.line(containing: "The disk refuses to write") != nil)
        // Also where it was the disk's round for all that said so first.
        try await Task.sleep(for: .milliseconds(1_000))
        let before = daemon.lines.count
        daemon.send(SIGTERM)
        #expect(await daemon.end() == 0)
        return Array(daemon.lines.dropFirst(before))
    }

    @Test(arguments: [false, true])
    func `a stop while the disk refuses is no error where nothing is lost, and tells the task id that would be`(
        isAsking: Bool
    ) async throws {
        try await withSimulator(Self.configuration().heldWork) { simulator, base in
            try await Mounts.withFolder { folder in
                let disk = folder.appendingPathComponent("disk")
                try Mounts.makeTemporary(disk, bytes: 16 << 20)
                let spool = try TestSpool.make(at: disk.appendingPathComponent("spool"))
                let said = try await saidAtTheStop(isAsking: isAsking, simulator, base, spool)
                let errors = said.filter { $0.contains(" error ") }
                #expect(errors.count == (isAsking ? 1 : 0), "\(said)")
                let task = #/ error The journal could not be written .*event=submitted .*task=\w/#
                #expect(errors.allSatisfy { $0.firstMatch(of: task) != nil }, "\(errors)")
                #expect(errors.allSatisfy { $0.contains("error=\"stopped while the disk refuses to write\"") })
            }
        }
    }
}
