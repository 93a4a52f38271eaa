// SPDX-License-Identifier: Apache-2.0

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

/// Pictures that wait in a paused lane, while listings, events and claims come together at any moment, by a seed, and
/// the lane takes pictures and takes none by turns. When all of that is over, each is counted once.
struct PausedLaneLifeTests {
    private struct Intake: Sendable {
        let backlog = Backlog(limit: 20)
        let holds: Holds
        let leftAlone = LeftAloneFiles(log: Logger(label: "life") { _ in SwiftLogNoOpLogHandler() }) {}
        let settleQueue: SettleQueue
        let scan: InboxScan
        let files: FilePool
        let machine: SimulatedMachine
        let disk: SimulatedDisk
        /// Whether what was found to be no request while it was claimed is looked at again.
        let looksAgain: Bool

        init(
            _ files: FilePool, _ machine: SimulatedMachine, _ disk: SimulatedDisk, looksAgain: Bool,
            takesPictures: @escaping @Sendable (Lane) -> Bool
        ) {
            (self.files, self.machine, self.disk, self.looksAgain) = (files, machine, disk, looksAgain)
            let pause = Hold(reason: .paused(at: lane))
            holds = Holds(refill: backlog.refill) {}
            settleQueue = SettleQueue(
                spool: spool, files: files, backlog: backlog, leftAlone: leftAlone, holds: holds,
                quiet: .milliseconds(250), holdOf: { _ in pause }, rules: { RequestRules() },
                takesPictures: takesPictures)
            settleQueue.liesOn(FileSystemKind(magic: 0xEF53))
            scan = InboxScan(
                spool: spool, names: .standard, backlog: backlog, settleQueue: settleQueue, leftAlone: leftAlone,
                holds: holds, steering: SteeringWords(spool: spool) { _ in }, takesPictures: takesPictures,
                defaultsChanged: { _ in }, laneGone: { _ in })
        }

        func scanAll() async { try? await files.run { [scan] in try scan.run() } }

        /// As the watcher hears of a picture that was renamed in.
        func heard(of name: FilePath.Component) async {
            let isOne = try? await files.run { [scan] in scan.takes(name, in: lane) }
            let origin = Origin(lane: lane, file: name)
            if isOne == true { return settleQueue.look(at: origin) }
            holds.forget([name], in: lane)
            leftAlone.say(origin.path, .init(name: name))
        }

        /// As the dispatcher does with what nothing can be done for: it is held where it lies, or claimed and given back.
        func holdAll() async {
            while case .file(let origin, let readiness)? = await backlog.next() {
                if machine.happens(30) { await pause() }
                backlog.begun()
                if machine.happens(50) { await pause() }
                let isClaimed = machine.happens(50) && disk.kind(of: place(of: origin)) != nil
                if isClaimed { disk.move(place(of: origin), to: "/spool/processing/claimed") }
                if !isClaimed { hold(origin, readiness) }
                if backlog.settled(origin), looksAgain { settleQueue.look(at: origin) }
                guard isClaimed else { continue }
                await pause()
                hold(origin, readiness)
                disk.move("/spool/processing/claimed", to: place(of: origin))
                await heard(of: origin.file)
            }
        }

        private func place(of origin: Origin) -> String { "/spool/inbox/\(origin.path)" }

        private func hold(_ origin: Origin, _ readiness: Readiness) {
            holds.add(origin, Hold(reason: .paused(at: lane)), nil, readiness)
            backlog.feed.forget(origin)
        }

        func pause() async { try? await Sleep.wait(.milliseconds(machine.random() % 400)) }

        func complaints(_ count: Int, areTaken: Bool) -> [String] {
            let held = holds.files + holds.files(found: backlog.feed.count)
            let (wanted, left) = (areTaken ? count : 0, leftAlone.count)
            var complaints: [String] = []
            if held != wanted { complaints.append("\(held) are held, not \(wanted)") }
            if left != count - wanted { complaints.append("\(left) are left alone, not \(count - wanted)") }
            if settleQueue.filesInInbox != wanted {
                complaints.append("\(settleQueue.filesInInbox) wait, not \(wanted)")
            }
            return complaints
        }
    }

    private static let spool = Spool(root: "/spool")
    private static let lane = Lane(path: "shop")
    private static let count = 12
    private static let picture = Array("GIF89a".utf8) + [1, 0, 1, 0, 0, 0, 0, 0x3B]

    private static func live(_ seed: UInt64, looksAgain: Bool = true) -> [String] {
        let disk = SimulatedDisk(seed: seed)
        for folder in ["inbox/shop", "processing", "done", "failed"] { disk.makeFolders("/spool/\(folder)") }
        var habits = SimulatedMachine.Habits()
        habits.mostTurns = 400_000
        habits.longestWait = .milliseconds(20)
        let machine = SimulatedMachine(seed: seed, disk: disk, habits: habits)
        let end = machine.run { () async throws -> [String] in
            let files = FilePool(threads: 4)
            defer { files.shutDown() }
            let (areTaken, isOver) = (Recorder<Bool>(), Recorder<Bool>())
            areTaken.note(true)
            let intake = Intake(files, machine, disk, looksAgain: looksAgain) { _ in areTaken.all.last ?? false }
            return try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await intake.settleQueue.run() }
                group.addTask { await intake.holdAll() }
                for _ in 0..<2 {
                    group.addTask {
                        while isOver.all.isEmpty {
                            await intake.scanAll()
                            await intake.pause()
                        }
                    }
                }
                for number in 0..<count {
                    disk.write(picture, to: "/spool/.new")
                    disk.move("/spool/.new", to: "/spool/inbox/shop/\(number).gif")
                    group.addTask {
                        if machine.happens(50) { await intake.pause() }
                        if let name = FilePath.Component("\(number).gif") { await intake.heard(of: name) }
                    }
                    if machine.happens(40) { await intake.pause() }
                    guard machine.happens(25) || number == count - 1 else { continue }
                    // As when its defaults come or go: the lane is looked through after that.
                    if number == count - 1 { isOver.note(true) }
                    areTaken.note(machine.happens(50))
                    await intake.scanAll()
                }
                try await Sleep.wait(.seconds(60))
                let complaints = intake.complaints(count, areTaken: areTaken.all.last ?? false)
                intake.backlog.close()
                group.cancelAll()
                return complaints
            }
        }
        guard case .returned(let complaints) = end else { return ["\(end)"] }
        return complaints.map { "seed \(seed): \($0)" }
    }

    @Test(arguments: 0..<4)
    func `whatever comes together, each picture is held or left alone, and counted once`(part: UInt64) {
        for seed in part * 12..<part * 12 + 12 { #expect(Self.live(seed) == []) }
    }

    @Test func `a life tells of a picture that is held as a request, and is none`() {
        let complaints = (UInt64(0)..<12).flatMap { Self.live($0, looksAgain: false) }
        #expect(complaints.contains { $0.contains("are held") }, "nobody complains")
    }
}
