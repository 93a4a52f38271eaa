// SPDX-License-Identifier: Apache-2.0

import Foundation
import Simulation
import SystemPackage

@testable import Documents
@testable import DropFolder
@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spending
@testable import Spool
@testable import TestSupport

/// The life of one spool by a seed: requests of every kind, a paid API in every temper, and a daemon that is killed, or
/// loses its power, at any call of the kernel. At its end the books are compared.
struct DaemonLife {
    struct Setting: Sendable {
        var requests = 1...6
        /// How many of ten are tables; at least one.
        var batches = 1
        /// How often the process is killed, at most.
        var kills = 3
        /// How often in a hundred a kill is a power cut.
        var powerCuts = 50
        /// Calls of the kernel that fail for once, in ten thousand.
        var faults = 0
        var temper = ScriptedService.Temper()
        var settings = DropFolderSettings()
        var sabotage: @Sendable (JobContext) -> Void = { _ in }
        /// A disk that says that it has synced, and has not.
        var lies = false
        var visitor = LifeVisitor.Habits()
        var omission: SimulatedDaemon.Omission?
        /// When all is done that people do, the rest has to come to its end within this time.
        var patience = Duration.seconds(20_000)
        /// How many requests in a hundred lie in the lane.
        var lane = 0
        /// Whether midnight is near when it begins.
        var beginsLate = false
        /// How many requests in a hundred are of several submits.
        var several = 25
        /// How often in a hundred the process is killed where it takes a word away.
        var killsAtWords = 0
        /// How many seconds pass at most before the next process begins.
        var longestDeath = 1
    }

    let seed: UInt64
    let setting: Setting
    private var random: SeededRandom
    let disk: SimulatedDisk
    let service: ScriptedService
    let visitor: LifeVisitor
    let book: LimitBook
    let steering: SteeringBook
    private(set) var names: [String] = []
    var complaints: [String] = []
    private(set) var kills = 0
    /// What happened, as far as it is told.
    private let told = Recorder<String>()
    var story: [String] { told.all }
    var done = 0
    /// Jobs whose journals a power cut has left with a hole. They are set aside with all that is there, and say so.
    var damaged = 0
    /// Why requests have failed.
    var reasons: Set<String> = []
    /// Whether more than one day has seen it.
    private(set) var isOfSeveralDays = false

    init(seed: UInt64, _ setting: Setting) {
        self.seed = seed
        self.setting = setting
        random = SeededRandom(seed: seed)
        disk = SimulatedDisk(seed: seed)
        let (book, told) = (LimitBook(), told)
        let steering = SteeringBook(on: disk, mostSubmits: setting.mostSubmits)
        (self.book, self.steering) = (book, steering)
        visitor = LifeVisitor(
            seed: seed &* 17, setting.visitor, settings: setting.settings, on: disk, book, steering
        ) { told.note($0) }
        service = ScriptedService(seed: seed &* 31, temper: setting.temper) { [disk] prompt in
            let (prompt, announced) = (Array("\"\(prompt)\"".utf8), Array("\"submitting\"".utf8))
            return Self.journals(on: disk).contains { $0.holds(prompt) && $0.holds(announced) }
        } hasLeft: { prompt in
            steering.leaves(prompt)
            book.hasLeft(inLane: prompt.hasPrefix(LifePlaces.lane))
        } tell: {
            told.note($0)
        }
        for folder in ["inbox/\(LifePlaces.lane)", "processing", "done", "failed"] {
            disk.makeFolders("/spool/\(folder)")
        }
    }

    var submits: [ScriptedService.Submit] { service.snapshot.submits }
    var polls: Int { service.snapshot.polls }

    /// - Parameter tells: whether its story is kept, call by call.
    mutating func run(tells: Bool = false) {
        drop()
        var wall = start
        let firstDay = LocalDay(wall)
        for round in 0... {
            let lastCalls = Recorder<Timestamp>()
            let machine = machine(at: wall) { lastCalls.note($0) }
            told.note("-- process \(round), \(LocalTime(wall))")
            if tells { machine.tell = { [told] in told.note($0) } }
            let daemon = SimulatedDaemon(
                spool: LifePlaces.spool, service: service, settings: visitor.snapshot.settings,
                sabotage: setting.sabotage, visitor: visitor, book: book,
                setClock: { machine.setWallClock(by: $0) }, omission: setting.omission)
            let isOver = isOver(machine)
            steering.processBegins(seesAll: setting.faults == 0, at: wall)
            let end = machine.run { try await daemon.run(until: isOver) }
            told.note("-- \(end)")
            service.processEnded()
            // A machine whose process has died goes on for a while, to see that nothing is left of it.
            let death = setting.longestDeath > 1 ? 1 + random.index(setting.longestDeath) : 1
            wall = Timestamp(milliseconds: (lastCalls.all.last ?? wall).milliseconds + Int64(death) * 1_000)
            isOfSeveralDays =
                isOfSeveralDays || LocalDay(wall) != firstDay
                || setting.visitor.acts.contains(.setClock) || setting.visitor.acts.contains(.setClockForward)
            switch end {
            case .returned(let remains): return check(remains, after: machine.elapsed)
            case .killed:
                kills += 1
                if random.chance(setting.powerCuts) {
                    let taken = steering.wordsBeforePowerCut()
                    disk.cutPower(&random)
                    told.note("-- the power is cut")
                    steering.powerWasCut(taken)
                }
                visitor.comesBetween()
            case .threw(let error): return blame("the daemon gives up: \(error)")
            case .stuck(let why): return blame("it comes to no end: \(why)")
            case .escaped(let what): return blame("it escapes: \(what)")
            }
        }
    }

    /// When it begins: at eight, or within the hour before midnight.
    private var start: Timestamp {
        let eight = Timestamp(nanoseconds: SimulatedDisk.start)
        guard setting.beginsLate else { return eight }
        return Timestamp(milliseconds: LocalDay(eight).end.milliseconds - Int64(seed % 3_600) * 1_000)
    }

    private mutating func machine(
        at wall: Timestamp, called: @escaping (Timestamp) -> Void
    ) -> SimulatedMachine {
        var habits = SimulatedMachine.Habits()
        habits.mostTurns = 100_000 + 2_000 * names.count + 10_000 * setting.visitor.most
        let machine = SimulatedMachine(seed: random.next(), disk: disk, start: wall, habits: habits)
        let isLast = kills >= setting.kills || random.chance(20)
        if !isLast { machine.process.lastCall = 20 + random.index(600 * max(1, names.count / 6)) }
        let (faults, lies) = (UInt64(isLast ? 0 : setting.faults), setting.lies)
        let atWords = isLast ? 0 : setting.killsAtWords
        machine.process.judge = { [unowned machine, visitor, steering] call in
            called(machine.wallClock)
            visitor.comesBetweenCalls()
            if lies, call.kind == .sync || call.kind == .syncAll { return .pretends }
            if faults > 0, machine.random() % 10_000 < faults { return .fails(.ioError) }
            if atWords > 0, SteeringBook.takesWord(call), machine.happens(atWords) {
                machine.process.lastCall = call.number + 1 + Int(machine.random() % 5)
            }
            steering.called(call)
            return .goes
        }
        return machine
    }

    /// Whether all is done, or the time for it is over.
    private func isOver(_ machine: SimulatedMachine) -> @Sendable () -> Bool {
        let (disk, visitor, patience) = (disk, visitor, setting.patience)
        let done = Recorder<Duration>()
        return { [unowned machine] in
            guard visitor.isDone else { return false }
            if done.all.isEmpty { done.note(machine.elapsed) }
            return Self.waiting(on: disk, visitor).isEmpty && disk.names(in: "/spool/processing").isEmpty
                || machine.elapsed > (done.all.first ?? .zero) + patience
        }
    }

    /// What lies in the inbox and is still to be taken. Where a power cut has undone a claim after the line that a submit is
    /// about to leave, nobody knows whether it has left: the job fails as such, and its file is held for a person's
    /// word, whatever becomes of the job. So does a folder that was put back too often.
    static func waiting(on disk: SimulatedDisk, _ visitor: LifeVisitor) -> [String] {
        let visited = visitor.snapshot
        return LifePlaces.names(in: "inbox", on: disk).filter { file in
            if visited.staying.contains(file) { return false }
            let name = file.split(separator: ".").first.map(String.init) ?? file
            if name != file, visited.putBack[name] != nil { return false }
            if visitor.steering.contents(of: name).count > 1 { return true }
            let result = disk.bytes(of: "/spool/failed/\(name)/result.json").map { String(decoding: $0, as: UTF8.self) }
            return result?.contains("unknown-outcome") != true
        }
    }

    /// The journals of jobs under way and of their parts, as they would be after a power cut.
    private static func journals(on disk: SimulatedDisk) -> [[UInt8]] {
        func below(_ folder: String, _ depth: Int) -> [[UInt8]] {
            disk.names(in: folder).flatMap { name -> [[UInt8]] in
                let path = folder + "/" + name
                if name == "journal.jsonl" {
                    return disk.durableBytes(of: path).map { [$0] } ?? []
                }
                return depth > 0 && disk.kind(of: path) == .folder ? below(path, depth - 1) : []
            }
        }
        return below("/spool/processing", 2)
    }

    func tell(_ what: String) { told.note(what) }

    private mutating func drop() {
        for number in 0..<Int.random(in: setting.requests, using: &random) {
            let name = random.chance(setting.lane) ? "\(LifePlaces.lane)/r\(number)" : "r\(number)"
            let kind: LifeContent.Kind =
                switch random.index(10) {
                case 0: .broken
                case 1...setting.batches: .batch(rows: 2 + random.index(3))
                default: .request(variants: random.chance(setting.several) ? 2 + random.index(2) : 1)
                }
            let content = LifeContent(name: name, prompt: LifeContent.prompt(of: name), kind: kind)
            names.append(name)
            steering.drops(content)
            disk.write(content.text, to: content.path)
        }
        disk.settle()
    }
}

extension DaemonLife.Setting {
    /// So many submits of one file need nobody's word; `nil`: any.
    fileprivate var mostSubmits: Int? {
        if let most = settings.money.approval.submits { return most }
        guard let money = settings.money.approval.money, let request = try? Samples.request(),
            let price = settings.money.prices.price(of: request.edit)
        else { return nil }
        return (0...100).last { price * $0 <= money }
    }
}
