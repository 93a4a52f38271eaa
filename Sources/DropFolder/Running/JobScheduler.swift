// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Intake
internal import Jobs
internal import Logging
internal import Requests
internal import Spending
internal import Spool
internal import Synchronization
internal import SystemPackage

/// All jobs that this run has taken up, each in one place: at work in a task of its own, or parked as a value. A job is
/// parked as long as there is nothing to do for it but wait: for its tasks at the API, or for the parts of its batch.
final class JobScheduler: Sendable {
    /// Under which a job is known in this run.
    typealias Number = UInt64

    /// A job that is to be at work from now on.
    enum Work: Sendable {
        case open(JobDriver)
        /// What it was parked for has come.
        case resume(JobDriver, [JobDriver.Outcome])
        /// The parts of a batch are at their end.
        case gather(JobDriver)
    }

    private enum Place {
        /// What has come for it meanwhile, and who waits for that.
        case atWork(mail: [JobDriver.Outcome], waiter: CheckedContinuation<JobDriver.Outcome?, Never>?)
        case polling(JobDriver)
        case batch(JobDriver, partsLeft: Int)
    }

    private let context: JobContext
    private let recovery: RecoveredJobReader
    private let places = Mutex<[Number: Place]>([:])
    /// Jobs that an earlier run left and that may submit, as long as they have not begun.
    private let first = Mutex<Set<Number>>([])
    private let firstHaveBegun = WakeSignal()
    private let works: AsyncStream<Work>
    private let begin: AsyncStream<Work>.Continuation

    init(context: JobContext) {
        self.context = context
        recovery = RecoveredJobReader(context: context)
        (works, begin) = AsyncStream.makeStream()
    }

    /// Takes a job up.
    ///
    /// - Parameter isFirst: whether ``waitForTheFirst()`` waits for it.
    func start(_ driver: JobDriver, isFirst: Bool = false) {
        var driver = driver
        let number = context.activeJobs.enter(driver.job)
        driver.number = number
        if isFirst { first.withLock { _ = $0.insert(number) } }
        places.withLock { $0[number] = .atWork(mail: [], waiter: nil) }
        begin.yield(.open(driver))
    }

    /// Runs what is to be at work until ``close()``, and to the end of what is at work then.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { [self] in await context.poller.run { ticket, event in self.deliver(ticket, event) } }
            for await work in works { group.addTask { [self] in await carry(work) } }
        }
    }

    /// Returns when the jobs that go first wait for a permit, or for something else: what was claimed goes before what lies
    /// in the inbox. One that takes its time is not waited for.
    func waitForTheFirst() async {
        let end = Machine.now + Self.firstPatience
        while !first.withLock(\.isEmpty), !context.stop.isRaised, !Task.isCancelled, Machine.now < end {
            await firstHaveBegun.wait(atMost: Machine.now.duration(to: end))
        }
        first.withLock { $0 = [] }
    }

    private static let firstPatience = Duration.seconds(2)

    private func begins(_ number: Number) {
        let wasLast = first.withLock { first in first.remove(number) != nil && first.isEmpty }
        if wasLast { firstHaveBegun.wake() }
    }

    /// Nothing new is begun: the daemon stops. What is parked goes on from its journal at the next start.
    func close() {
        begin.finish()
        firstHaveBegun.wake()
    }

    // MARK: At work

    private func carry(_ work: Work) async {
        var next: Work? = work
        let driver = work.driver
        guard let number = driver.number else { preconditionFailure("a job is at work under its number") }
        do {
            try await context.untilItGoesOn(driver.folder.path) {
                if let first = next.take() { return try await perform(first, number) }
                // What it had in hand is given up; it comes back from its journal.
                context.poller.drop(number)
                places.withLock { $0[number] = .atWork(mail: [], waiter: nil) }
                guard var again = try await recovery.takeUpAgain(driver) else { return over(driver, number) }
                again.number = number
                try await perform(.open(again), number)
            }
        } catch {
            // The daemon stops, or the folder is gone.
            if error is JobStore.FolderGone { context.log(for: driver.job).error("\(JobPerformer.folderIsGone)") }
            over(driver, number)
        }
    }

    private func perform(_ work: Work, _ number: Number) async throws {
        var driver = work.driver
        do {
            try await perform(work, &driver, number)
        } catch {
            // Who works on this has the same leases, and keeps them until it is over.
            driver.letGoOfAll()
            throw error
        }
    }

    private func perform(_ work: Work, _ driver: inout JobDriver, _ number: Number) async throws {
        let performer = JobPerformer(context: context)
        let mail = JobPerformer.Mailbox(number: number) { [self] in
            begins(number)
        } next: { [self] in
            await nextMail(of: number)
        }
        var progress: JobPerformer.Progress
        switch work {
        case .open:
            switch try await JobOpening(context: context).open(&driver) {
            case .go(let news, let steps): progress = try await performer.run(&driver, mail, news: news, steps)
            case .givenBack: progress = .over
            case .held(let hold, let era): return keep(driver, hold, since: era, number)
            }
        case .resume(_, let outcomes): progress = try await performer.resume(&driver, mail, with: outcomes)
        case .gather where context.stop.isRaised: progress = .over
        case .gather: progress = try await performer.run(&driver, mail, [.finish(.done)])
        }
        while case .polling = progress {
            let mailed = park(driver, number)
            if mailed.isEmpty { return }
            progress = try await performer.resume(&driver, mail, with: mailed)
        }
        if case .parts(let parts) = progress { run(parts, of: driver, number) } else { over(driver, number) }
    }

    /// A part that may not begin now waits as a folder, and is no job in memory.
    private func keep(_ driver: JobDriver, _ hold: Hold, since era: UInt64, _ number: Number) {
        guard let part = driver.part else { preconditionFailure("a file goes back into the inbox, or waits here") }
        leave(number)
        context.hold(part, hold, since: era)
    }

    /// Nothing of it is left to do in this run.
    private func over(_ driver: JobDriver, _ number: Number) {
        leave(number)
        driver.part?.ended()
    }

    private func leave(_ number: Number) {
        begins(number)
        context.poller.drop(number)
        context.activeJobs.leave(number)
        places.withLock { $0[number] = nil }
    }

    // MARK: Parked

    /// Parks a job, unless something has come for it meanwhile, which is returned.
    private func park(_ driver: JobDriver, _ number: Number) -> [JobDriver.Outcome] {
        begins(number)
        return places.withLock { places in
            if case .atWork(let mail, _)? = places[number], !mail.isEmpty {
                places[number] = .atWork(mail: [], waiter: nil)
                return mail
            }
            places[number] = .polling(driver)
            return []
        }
    }

    /// The poll board has found out what became of a task.
    private func deliver(_ ticket: TaskPoller.Ticket, _ event: JobEvent) {
        let number = ticket.job
        let outcome = JobDriver.Outcome.event(event)
        let (work, waiter) = places.withLock { places -> (Work?, CheckedContinuation<JobDriver.Outcome?, Never>?) in
            switch places[number] {
            case .polling(let driver):
                places[number] = .atWork(mail: [], waiter: nil)
                return (.resume(driver, [outcome]), nil)
            case .atWork(let mail, nil):
                places[number] = .atWork(mail: mail + [outcome], waiter: nil)
                return (nil, nil)
            case .atWork(_, let waiter?):
                places[number] = .atWork(mail: [], waiter: nil)
                return (nil, waiter)
            // A batch has no task, and what is over wants to know of none.
            case .batch, nil: return (nil, nil)
            }
        }
        if let work { begin.yield(work) }
        waiter?.resume(returning: outcome)
    }

    /// What has come for a job that is at work; `nil` where the caller is cancelled.
    private func nextMail(of number: Number) async -> JobDriver.Outcome? {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ready: JobDriver.Outcome?? = places.withLock { places in
                    guard case .atWork(var mail, _)? = places[number], !Task.isCancelled else { return .some(nil) }
                    if mail.isEmpty {
                        places[number] = .atWork(mail: [], waiter: continuation)
                        return nil
                    }
                    let first = mail.removeFirst()
                    places[number] = .atWork(mail: mail, waiter: nil)
                    return first
                }
                if let ready { continuation.resume(returning: ready) }
            }
        } onCancel: {
            let waiter = places.withLock { places -> CheckedContinuation<JobDriver.Outcome?, Never>? in
                guard case .atWork(let mail, let waiter)? = places[number] else { return nil }
                places[number] = .atWork(mail: mail, waiter: nil)
                return waiter
            }
            waiter?.resume(returning: nil)
        }
    }

    // MARK: Batches

    /// Parts that were begun go on at once; the others wait for their permit like files in the inbox.
    private func run(_ parts: JobDriver.Parts, of driver: JobDriver, _ number: Number) {
        let count = parts.begun.count + parts.fresh.count
        let origin = driver.job.origin
        let lane = Lane(path: origin.lane.path.appending(origin.stem))
        var driver = driver
        driver.parts = nil
        // One more, which ends here: a part must not be the last one while others are still handed out.
        places.withLock { [driver] in $0[number] = .batch(driver, partsLeft: count + 1) }
        func waiting(_ folder: JobFolder) -> WaitingPart {
            WaitingPart(folder: folder, batch: lane) { [self] in partEnded(of: number) }
        }
        for folder in parts.fresh { context.backlog.push(waiting(folder)) }
        for var part in parts.begun {
            part.part = waiting(part.folder)
            start(part)
        }
        partEnded(of: number)
    }

    private func partEnded(of number: Number) {
        let work: Work? = places.withLock { places in
            guard case .batch(let driver, let left)? = places[number] else { return nil }
            if left > 1 {
                places[number] = .batch(driver, partsLeft: left - 1)
                return nil
            }
            places[number] = .atWork(mail: [], waiter: nil)
            return .gather(driver)
        }
        if let work { begin.yield(work) }
    }
}

extension JobScheduler.Work {
    fileprivate var driver: JobDriver {
        switch self {
        case .open(let driver), .resume(let driver, _), .gather(let driver): driver
        }
    }
}
