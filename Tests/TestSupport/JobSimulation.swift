// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import SystemPackage

@testable import Documents
@testable import Jobs
@testable import Requests

/// A random life of one job: plays the API, the disk, the process and a person against ``Job``, and keeps the books.
///
/// The process does what the daemon's loop does, one step at a time: record an event as its durability says, then take
/// the steps that it makes possible. It may end before and after anything; then only the disk is left.
struct JobSimulation {
    struct Setting: Sendable {
        var variants = 1...3
        var unknown = UnknownOutcomeRule.fail
        /// How often a person puts the failed job back, at most.
        var retries = 0
        /// Whether a person may cancel it at any moment.
        var mayBeCancelled = false
        /// How often the process ends in the middle, at most.
        var crashes = 6
        var habits = Habits()
    }

    /// What the program promises of itself; a test may break it to see that somebody notices.
    struct Habits: Sendable {
        var durability: @Sendable (JobEvent.Kind) -> JobEvent.Kind.Durability = { $0.durability }
        var resume: @Sendable (Job, (Int) -> Bool, UnknownOutcomeRule) -> [JobEvent] = {
            $0.eventsToResume(picturesAreWhole: $1, unknown: $2, why: Samples.interrupted)
        }
    }

    /// The process has come to its sudden end.
    struct Crash: Error {
        var isPowerCut: Bool
    }

    /// A step, and the event that made it possible; `nil` where a start found it.
    struct Pending {
        var step: JobStep
        var after: JobEvent.Kind?
    }

    enum Place {
        case processing, done, failed
    }

    let setting: Setting
    var random: SeededRandom
    var disk = SimulationDisk()
    var api = SimulationAPI()
    var book = SimulationBook()
    var place = Place.processing
    var crashesLeft: Int
    var retriesLeft: Int

    // The process's memory.
    var job = Samples.claimed()
    var unwritten: [UInt8] = []
    var pending: [Pending] = []
    private var time: Int64

    init(seed: UInt64, _ setting: Setting) {
        self.setting = setting
        random = SeededRandom(seed: seed)
        // No two lives begin in the same moment.
        time = Samples.start.milliseconds + Int64(seed) * 1_000_000
        crashesLeft = setting.crashes
        retriesLeft = setting.retries
    }

    /// The longest life that is still believed to end.
    private static let patience = 5000

    /// Lives until the job lies in `done/`, or in `failed/` for good.
    mutating func run() throws {
        claim()
        for _ in 0..<Self.patience {
            do {
                if pending.isEmpty {
                    guard try putBack() else { return close() }
                } else if setting.mayBeCancelled, job.canBeCancelled, !isEnding, random.chance(4) {
                    try cancel()
                } else {
                    try perform(pending.remove(at: random.index(pending.count)))
                }
            } catch let crash as Crash {
                try restart(after: crash)
            }
        }
        book.blame("the job comes to no end")
    }

    /// All that is left is to write down how it ends.
    private var isEnding: Bool { pending.contains { if case .finish = $0.step { true } else { false } } }

    /// A person cancels it, and takes nothing for granted but what is on the disk.
    private mutating func cancel() throws {
        try record(.cancelled(Samples.cancelled))
        pending.removeAll { !job.stillAsks(for: $0.step) }
        book.cancelled()
    }

    /// Nothing is under way any more, and the job lies where it lies.
    private mutating func close() {
        if place == .processing { book.blame("nothing is left to do for a job that is under way") }
        do {
            guard let last = try JournalText(disk.journal).job else { return book.blame("no job is left") }
            book.close(last, disk, api, setting)
        } catch {
            book.blame("the journal is damaged at the end: \(error)")
        }
    }

    mutating func now() -> Timestamp {
        time += 1
        return Timestamp(milliseconds: time)
    }

    // MARK: the beginning, and each new beginning

    private mutating func claim() {
        let moment = now()
        job = Job(claimed: Samples.origin, at: moment)
        disk.append(JobEvent.claimed(Samples.origin).line(at: moment))
        pending = [Pending(step: .read)]
    }

    private mutating func restart(after crash: Crash) throws {
        var crash = crash
        while true {
            do {
                guard try replay(after: crash) else { return claim() }
                if place == .processing { try resume() }
                return
            } catch let another as Crash {
                crash = another
            }
        }
    }

    /// False where not even the first line is left.
    private mutating func replay(after crash: Crash) throws -> Bool {
        unwritten = []
        pending = []
        let text = try JournalText(disk.journal)
        disk.cutJournal(to: text.length, text.seal)
        guard let found = text.job else { return false }
        job = found
        book.check(found: job, afterPowerCut: crash.isPowerCut)
        return true
    }

    private mutating func resume() throws {
        let before = job
        disk.removeStrays(keeping: job.pictures)
        let whole = job.variants.map { disk.has($0.pictures) }
        for event in setting.habits.resume(job, { whole[$0] }, setting.unknown) {
            let moment = now()
            unwritten += event.line(at: moment)
            _ = try job.apply(event, at: moment)
            try mayCrash(2)
        }
        let steps = job.stepsToResume
        book.check(start: steps, from: before, to: job, setting.unknown)
        pending = steps.map { Pending(step: $0) }
    }

    /// A person drags the failed job back into the inbox. False where nobody does.
    private mutating func putBack() throws -> Bool {
        guard place == .failed, retriesLeft > 0, random.chance(70) else { return false }
        retriesLeft -= 1
        book.retries += 1
        // By itself, or with its batch.
        guard let reopening = job.reopening(isChanged: false, isAsked: random.chance(70)) else { return try putBack() }
        let event = JobEvent.retried(random.chance(50) ? .root : Samples.acme, reopening)
        let moment = now()
        _ = try job.apply(event, at: moment)
        book.putBack()
        try mayCrash(5)
        disk.append(event.line(at: moment))
        // The rename out of the inbox.
        place = .processing
        try mayCrash(10)
        try resume()
        return true
    }

    // MARK: the end of a process

    /// Ends the process so many times in a hundred: it is killed, or the power is cut.
    mutating func mayCrash(_ percent: Int) throws(Crash) {
        guard crashesLeft > 0, random.chance(percent) else { return }
        crashesLeft -= 1
        let isPowerCut = random.chance(60)
        if isPowerCut { disk.cutPower(&random) }
        throw Crash(isPowerCut: isPowerCut)
    }

    // MARK: records

    /// As the daemon records: writes as the event's durability says, then takes it.
    mutating func record(_ event: JobEvent) throws {
        let moment = now()
        try mayCrash(3)
        unwritten += event.line(at: moment)
        let durability = setting.habits.durability(event.kind)
        if durability != .withNext {
            disk.append(unwritten)
            unwritten = []
            try mayCrash(3)
        }
        if durability == .before || random.chance(20) { disk.sync() }
        try mayCrash(3)
        let steps = try job.apply(event, at: moment)
        pending += steps.map { Pending(step: $0, after: event.kind) }
        book.note(job, durably: unwritten.isEmpty && disk.durable == disk.journal.count)
    }
}
