// SPDX-License-Identifier: Apache-2.0

import Simulation
import Synchronization
import SystemPackage

@testable import Documents
@testable import DropFolder
@testable import FileIO
@testable import Jobs
@testable import NanoBanana
@testable import Requests
@testable import Spending
@testable import Spool
@testable import TestSupport

/// What people do to a ``DaemonLife`` while the daemon runs, and while it does not, by a seed: they put failed jobs back,
/// change the settings, set the clock, and put words into the folder. Each of them may be undone by a power cut.
final class LifeVisitor: Sendable {
    struct Habits: Sendable {
        /// What they do, in any order.
        var acts: [Act] = []
        /// How often, in a whole life.
        var most = 0
        /// Which limits hold in the end; from the beginning, where nobody changes them.
        var lastLimits = LimitBook.Limits()
        /// Whether they put back the request alone, so that the daemon knows nothing of what it has cost.
        var forgetsJournals = false
    }

    enum Act: Sendable, CaseIterable {
        case putBack, reload, setClock
        /// Never back.
        case setClockForward
        /// `NAME.stop`, `NAME.approve`, and one of them taken away again.
        case stop, approve, takeBack
        /// `PAUSE`, and no more.
        case pause, goOn
        /// A request under a name that was there before.
        case dropAgain
    }

    /// The daemon, as far as they reach it.
    struct Reach: Sendable {
        var files: FilePool
        var reload: @Sendable (DropFolderSettings) async -> Void
        var setClock: @Sendable (Duration) -> Void
    }

    struct State {
        var random: SeededRandom
        var left: Int
        /// Those in force.
        var settings: DropFolderSettings
        var limits: LimitBook.Limits
        /// Whether the limits are of money, which say the same as some of submits as long as the price stays.
        let isMoney: Bool
        /// What a submit costs, in cents.
        var price = 5
        /// So many submits of a prompt may be paid again, since a person has said so.
        var consents: [String: Int] = [:]
        /// Jobs that were put back, and how often.
        var putBack: [String: Int] = [:]
        /// Folders that stay in the inbox until somebody says more.
        var staying: Set<String> = []
        /// How many were dropped again.
        var dropped = 0
    }

    let habits: Habits
    let disk: SimulatedDisk
    let steering: SteeringBook
    let tell: @Sendable (String) -> Void
    let state: Mutex<State>
    private let book: LimitBook

    init(
        seed: UInt64, _ habits: Habits, settings: DropFolderSettings, on disk: SimulatedDisk, _ book: LimitBook,
        _ steering: SteeringBook, tell: @escaping @Sendable (String) -> Void
    ) {
        (self.habits, self.disk, self.book, self.steering, self.tell) = (habits, disk, book, steering, tell)
        var random = SeededRandom(seed: seed)
        let isMoney = random.chance(40)
        var state = State(
            random: random, left: habits.most, settings: settings, limits: LimitBook.Limits(), isMoney: isMoney)
        if habits.acts.contains(.reload) {
            Self.change(&state, Self.someLimits(&state.random))
        } else if habits.lastLimits != LimitBook.Limits() {
            Self.change(&state, habits.lastLimits)
        }
        self.state = Mutex(state)
    }

    var snapshot: State { state.withLock { $0 } }

    /// Whether they have done all that they wanted.
    var isDone: Bool { habits.most == 0 || snapshot.left == 0 }

    /// Until all is done, or the daemon ends.
    func run(_ reach: Reach) async {
        while !Task.isCancelled, !isDone {
            let wait = state.withLock { state in
                [200, 5_000, 60_000][state.random.index(3)] * state.random.index(1_000) / 1_000
            }
            try? await Sleep.wait(.milliseconds(wait))
            if Task.isCancelled { return }
            await act(reach)
            state.withLock { $0.left -= 1 }
        }
    }

    private func act(_ reach: Reach) async {
        let (act, isLast) = state.withLock { state in
            (habits.acts[state.random.index(habits.acts.count)], state.left == 1)
        }
        if isLast, habits.acts.contains(where: \.isWord) { goOnForGood() }
        if isLast, habits.acts.contains(.reload) { return await reload(reach, habits.lastLimits) }
        if isLast, act.isWord { return }
        switch act {
        case .putBack: await putBack(with: reach.files)
        case .reload: await reload(reach, state.withLock { Self.someLimits(&$0.random) })
        case .setClock: setClock(reach, mayGoBack: true)
        case .setClockForward: setClock(reach, mayGoBack: false)
        case .stop, .approve, .takeBack, .pause, .goOn, .dropAgain: speak(act)
        }
    }

    /// While the daemon does not run.
    func comesBetween() {
        speaksBetween()
        guard habits.acts.contains(.putBack), state.withLock({ $0.random.chance(50) }) else { return }
        if let (name, way) = choice([.dragged, .marked]) { drag(name, isMarked: way == .marked) }
    }

    // MARK: Settings

    private static func someLimits(_ random: inout SeededRandom) -> LimitBook.Limits {
        var limits = LimitBook.Limits()
        if random.chance(70) { limits.spool = random.index(7) }
        if random.chance(40) { limits.lane = random.index(4) }
        return limits
    }

    /// Other limits; and other prices, places and intervals beside them.
    private static func change(_ state: inout State, _ limits: LimitBook.Limits) {
        state.limits = limits
        let isMoney = state.isMoney
        if !isMoney { state.price = [5, 10, 25][state.random.index(3)] }
        let price = state.price
        func text(_ count: Int?) -> String {
            guard let count else { return "" }
            return isMoney ? "\(Double(count * price) / 100)" : "\(count)"
        }
        let lane = limits.lane.map { "\(LifePlaces.lane) = \(text($0))" } ?? ""
        var settings = state.settings
        guard let prices = try? PriceTable("nano-banana-pro = \(Double(price) / 100)"),
            let daily = try? DailyLimits(
                submits: isMoney ? "" : text(limits.spool), money: isMoney ? text(limits.spool) : "",
                laneSubmits: isMoney ? "" : lane, laneMoney: isMoney ? lane : "")
        else { preconditionFailure("no settings: \(limits), \(price)") }
        (settings.money.prices, settings.money.limits) = (prices, daily)
        settings.maxInFlight = 1 + state.random.index(8)
        settings.pollsPerSecond = [1, 3, 20, 500][state.random.index(4)]
        settings.retryInterval = .seconds(1 + state.random.index(10))
        state.settings = settings
    }

    private func reload(_ reach: Reach, _ limits: LimitBook.Limits) async {
        let (old, settings) = state.withLock { state in
            let old = state.limits
            Self.change(&state, limits)
            tell("\(limits), \(state.settings.pollsPerSecond) polls a second")
            return (old, state.settings)
        }
        // What leaves while they are taken over leaves by either.
        book.adopt(old.or(limits))
        await reach.reload(settings)
        book.adopt(limits)
    }

    private func setClock(_ reach: Reach, mayGoBack: Bool) {
        let time = state.withLock { state in
            let toMidnight = LocalDay(.now).end.since(.now)
            let some = Duration.milliseconds(state.random.index(7_200_000))
            switch state.random.index(mayGoBack ? 5 : 3) {
            case 0: return some
            case 1: return toMidnight + some
            case 2: return toMidnight - .milliseconds(state.random.index(20_000))
            case 3: return .zero - some
            default: return toMidnight - .seconds(86_400) - some
            }
        }
        tell("the clock is set by \(time)")
        book.look()
        reach.setClock(time)
        if time < .zero { book.wasSetBack() } else { book.look() }
    }

    // MARK: Failed jobs

    private enum Way: CaseIterable {
        case dragged, marked, retried, retriedAtAnyCost
    }

    private func putBack(with files: FilePool) async {
        guard let (name, way) = choice(Way.allCases) else { return }
        switch way {
        case .dragged: drag(name, isMarked: false)
        case .marked: drag(name, isMarked: true)
        case .retried, .retriedAtAnyCost:
            let jobs = FailedJobs(LifePlaces.spool)
            let accepted: RetryCost = way == .retriedAtAnyCost ? .secondCharge : []
            // What it refuses stays where it is.
            _ = try? await files.run { () throws in try jobs.putBack(name, accepting: accepted) }
        }
    }

    /// A failed job, and how it is put back, with all that whoever does so agrees to.
    private func choice(_ ways: [Way]) -> (name: String, way: Way)? {
        let failed = LifePlaces.names(in: "failed", on: disk)
        let choice = state.withLock { state -> (name: String, way: Way)? in
            let all = failed.filter { state.putBack[$0, default: 0] < 2 && isWhole($0) }
            if all.isEmpty { return nil }
            return (all[state.random.index(all.count)], ways[state.random.index(ways.count)])
        }
        guard let choice, disk.kind(of: "/spool/inbox/\(choice.name)") == nil else { return nil }
        tell("\(choice.name) is put back: \(choice.way)")
        state.withLock { $0.putBack[choice.name, default: 0] += 1 }
        agree(choice.name, choice.way)
        return choice
    }

    private func drag(_ name: String, isMarked: Bool) {
        let (folder, inbox) = ("/spool/failed/\(name)", "/spool/inbox/\(name)")
        if isMarked { disk.write([], to: "\(folder)/pay-again") }
        guard habits.forgetsJournals else { return disk.move(folder, to: inbox) }
        guard let file = job(in: folder)?.origin.keptName.string else { return }
        disk.move("\(folder)/\(file)", to: "/spool/inbox/\(file)")
        disk.remove(folder)
    }

    /// Whether it says what it is: what a power cut has left without its journal stays where it is.
    private func isWhole(_ name: String) -> Bool {
        job(in: "/spool/failed/\(name)")?.outcome != nil && disk.bytes(of: "/spool/failed/\(name)/result.json") != nil
    }

    private func job(in folder: String) -> Job? {
        disk.bytes(of: "\(folder)/journal.jsonl").flatMap { try? JournalText($0) }?.job
    }

    /// What whoever puts it back in that way agrees to pay again.
    private func agree(_ name: String, _ way: Way) {
        let folder = "/spool/failed/\(name)"
        guard let job = job(in: folder) else { return }
        let isMarked = way == .marked || way == .retriedAtAnyCost
        if job.isUnheardTooOften, !isMarked { state.withLock { _ = $0.staying.insert(name) } }
        let isAsked = isMarked || way == .dragged && job.parts == nil && !job.isUnheardTooOften
        guard isAsked else { return }
        let parts = job.parts == nil ? [job] : disk.names(in: folder).compactMap { self.job(in: "\(folder)/\($0)") }
        state.withLock { state in
            for part in parts {
                guard let prompt = part.request?.edit.prompt else { continue }
                state.consents[prompt, default: 0] += part.variants.count(where: \.isUnknown)
            }
        }
    }
}
