// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Simulation
import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Intake
@testable import Jobs
@testable import Requests
@testable import Spending
@testable import Spool
@testable import TestSupport

/// The scans and looks of the intake on a simulated machine, while somebody drops, writes in two pieces, renames, moves
/// whole folders, puts symlinks in their places, and takes away, at any moment, by a seed. Whoever stands for the
/// dispatcher claims, holds for a while, or takes its time.
struct IntakeLifeTests {
    /// What a program may do wrong, and what a life says then.
    enum Fault: String, CaseIterable, Sendable {
        /// It takes what it sees, without a look.
        case takesUnlooked = "was taken in the middle"
        case holdsForEver = "was not taken"
    }

    private struct Setting: Sendable {
        var files = 40
        var limit = 20
        /// What is claimed at once, of a hundred; others are held for a while first.
        var claims = 90
        var fault: Fault?
    }

    private static let spool = Spool(root: "/spool")
    private static let lanes = ["", "/acme", "/acme/spring", "/acme/autumn", "/b", "/b/c/d"]

    /// Drops files and does mischief with their folders; returns the contents that are to be claimed.
    private static func drop(_ setting: Setting, _ seed: UInt64, on disk: SimulatedDisk) async throws -> Set<String> {
        var random = SeededRandom(seed: seed)
        var contents: Set<String> = []
        for number in 0..<setting.files {
            let folder = "/spool/inbox" + lanes[random.index(lanes.count)]
            let (path, text) = ("\(folder)/f\(number).yaml", "prompt: number \(number)\n")
            if disk.kind(of: folder) == nil { disk.makeFolders(folder) }
            guard disk.kind(of: folder) == .folder else { continue }
            switch random.index(6) {
            case 0:
                // In two pieces: the first of them is no whole text.
                disk.write(Array(text.utf8.prefix(9)), to: path)
                try await Sleep.wait(.milliseconds(random.index(4_000)))
                // Its folder may have been moved away, or the file be on its way; then it is another file.
                guard disk.bytes(of: path)?.count == 9 else { continue }
                disk.write(Array(text.utf8), to: path)
            case 1:
                disk.write(Array(text.utf8), to: path)
            default:
                disk.write(Array(text.utf8), to: "/spool/.new")
                disk.move("/spool/.new", to: path)
            }
            contents.insert(text)
            if random.chance(50) { try await Sleep.wait(.milliseconds(random.index(1_500))) }
            let lane = "/spool/inbox" + lanes[1 + random.index(lanes.count - 1)]
            guard random.chance(25), disk.kind(of: lane) == .folder else { continue }
            // Away and back under another name, or with a symlink in its place meanwhile.
            disk.move(lane, to: "/spool/away")
            if random.chance(50) { disk.makeSymlink(lane, to: "/spool/away") }
            try await Sleep.wait(.milliseconds(random.index(5_000)))
            if disk.kind(of: lane) == .symlink { disk.remove(lane) }
            disk.move("/spool/away", to: disk.kind(of: lane) == nil ? lane : "/spool/inbox/z\(number)")
        }
        return contents
    }

    /// Takes what is ready, as the dispatcher does.
    private static func claim(
        _ backlog: Backlog, _ settleQueue: SettleQueue, _ holds: Holds, _ files: FilePool, _ setting: Setting,
        _ outcome: Recorder<String>, _ machine: SimulatedMachine
    ) async {
        var number = 0
        while case .file(let origin, let readiness)? = await backlog.next() {
            number += 1
            let (target, claims) = (FilePath("/spool/processing/\(number)"), machine.happens(setting.claims))
            if machine.happens(30) { try? await Sleep.wait(.milliseconds(machine.random() % 2_000)) }
            backlog.begun()
            if claims {
                let text = try? await files.run { () throws(Errno) -> String in
                    let lane = try origin.lane.open(below: spool.inbox)
                    let name = FilePath(root: nil, [origin.file])
                    let file = try Kernel.open(name, at: lane.descriptor, O_RDONLY | O_NOFOLLOW)
                    let bytes = try file.readAll(limit: 1 << 20, expecting: 64)
                    try Kernel.rename(name, at: lane.descriptor, to: target, at: AT_FDCWD)
                    return String(decoding: bytes, as: UTF8.self)
                }
                if let text { outcome.note(text) }
            } else {
                let until = Timestamp(milliseconds: Timestamp.now.milliseconds + 5_000)
                let hold = Hold(
                    reason: .limit(Limit(owner: .spool, size: .submits(1))),
                    until: setting.fault == .holdsForEver ? nil : until)
                holds.add(origin, hold, nil, readiness)
            }
            if backlog.settled(origin) { settleQueue.look(at: origin) }
        }
    }

    private static func pushAll(to backlog: Backlog) throws {
        for lane in lanes.map({ Lane(path: FilePath(String($0.dropFirst()))) }) {
            guard let folder = try? lane.open(below: spool.inbox) else { continue }
            var listing = try DirectoryListing(".", at: folder.descriptor)
            while let (name, kind) = try listing.next() {
                if kind != .regular { continue }
                backlog.push(Origin(lane: lane, file: name))
            }
        }
    }

    private static func live(_ seed: UInt64, _ setting: Setting) -> [String] {
        let disk = SimulatedDisk(seed: seed)
        for folder in ["inbox", "processing", "done", "failed"] { disk.makeFolders("/spool/\(folder)") }
        var habits = SimulatedMachine.Habits()
        habits.mostTurns = 400_000
        habits.longestWait = .milliseconds(20)
        let machine = SimulatedMachine(seed: seed, disk: disk, habits: habits)
        let claimed = Recorder<String>()
        let queued = Recorder<Int>()
        let countedAtTheEnd = Recorder<Int>()
        let end = machine.run { () async throws -> Set<String> in
            let files = FilePool(threads: 4)
            defer { files.shutDown() }
            let backlog = Backlog(limit: setting.limit)
            let holds = Holds(refill: backlog.refill) {}
            let leftAlone = LeftAloneFiles(log: Logger(label: "life") { _ in SwiftLogNoOpLogHandler() }) {}
            let settleQueue = SettleQueue(
                spool: spool, files: files, backlog: backlog, leftAlone: leftAlone, holds: holds,
                quiet: .milliseconds(250), rules: { RequestRules() })
            settleQueue.liesOn(FileSystemKind(magic: 0xEF53))
            let scan = InboxScan(
                spool: spool, names: .standard, backlog: backlog, settleQueue: settleQueue, leftAlone: leftAlone,
                holds: holds, steering: SteeringWords(spool: spool) { _ in }, defaultsChanged: { _ in },
                laneGone: { _ in })
            return try await withThrowingTaskGroup(of: Set<String>?.self) { group in
                group.addTask {
                    await settleQueue.run()
                    return nil
                }
                group.addTask {
                    await holds.run()
                    return nil
                }
                group.addTask {
                    await claim(backlog, settleQueue, holds, files, setting, claimed, machine)
                    return nil
                }
                group.addTask {
                    while !Task.isCancelled {
                        let trusts = machine.happens(70)
                        try? await files.run {
                            if setting.fault == .takesUnlooked { try pushAll(to: backlog) }
                            try scan.run(.root, .init(trustsFolders: trusts, sparesLeftAlone: false))
                        }
                        queued.note(backlog.count)
                        try? await Sleep.wait(.milliseconds(2_000))
                    }
                    return nil
                }
                group.addTask { try await drop(setting, seed &+ 7, on: disk) }
                var wanted: Set<String>?
                while wanted == nil, let next = try await group.next() { wanted = next }
                while Set(claimed.all) != wanted, machine.elapsed < .seconds(2_000) {
                    try await Sleep.wait(.seconds(1))
                }
                // Names of a lane that was moved away are believed for a while.
                try await Sleep.wait(.seconds(30))
                countedAtTheEnd.note(settleQueue.filesInInbox)
                backlog.close()
                group.cancelAll()
                return wanted ?? []
            }
        }
        guard case .returned(let wanted) = end else { return ["\(end)"] }
        var complaints: [String] = []
        let (all, most) = (claimed.all, queued.all.max() ?? 0)
        for text in wanted.subtracting(all).sorted() { complaints.append("was not taken: \(text)") }
        for text in Set(all).subtracting(wanted).sorted() { complaints.append("was taken in the middle: \(text)") }
        if Set(all).count < all.count { complaints.append("was taken twice") }
        let counted = countedAtTheEnd.all.last ?? 0
        if Set(all) == wanted, counted > 0 { complaints.append("\(counted) are counted where none is") }
        if most > setting.limit + lanes.count + 1 { complaints.append("\(most) were queued at once") }
        return complaints.map { "seed \(seed): \($0)" }
    }

    @Test(arguments: 0..<4)
    func `whatever is done to folders and files, each file is taken once, and whole`(part: UInt64) {
        for seed in part * 25..<part * 25 + 25 { #expect(Self.live(seed, Setting()) == []) }
    }

    @Test func `with room for two, and most of them held for a while, it is the same`() {
        for seed in UInt64(500)..<530 { #expect(Self.live(seed, Setting(files: 25, limit: 2, claims: 40)) == []) }
    }

    @Test(arguments: Fault.allCases)
    func `a life tells of what is done wrong`(fault: Fault) {
        let complaints = (UInt64(0)..<5).flatMap { Self.live($0, Setting(fault: fault)) }
        #expect(complaints.contains { $0.contains(fault.rawValue) }, "nobody complains: \(fault)")
    }
}
