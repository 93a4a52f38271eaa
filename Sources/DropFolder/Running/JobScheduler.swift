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

    /// What is to be done at once, beside all others.
    private enum Order: Sendable {
        case work(Work)
        /// Somebody has cancelled a batch whose parts are under way.
        case cancelBatch(Number)
    }

    private enum Place {
        /// What has come for it meanwhile, and who waits for that.
        case atWork(mail: [JobDriver.Outcome], waiter: CheckedContinuation<JobDriver.Outcome?, Never>?)
        case polling(JobDriver)
        case batch(JobDriver, partsLeft: Int)
        /// The same, while it is noted that it was cancelled.
        case cancelling(partsLeft: Int)
    }

    private let context: JobContext
    private let recovery: RecoveredJobReader
    private let places = Mutex<[Number: Place]>([:])
    /// Jobs that an earlier run left and that may submit, as long as they have not begun.
    private let first = Mutex<Set<Number>>([])
    private let firstHaveBegun = WakeSignal()
    /// Whether all that an earlier run has left is taken up.
    private let hasAll = Mutex(false)
    private let orders: AsyncStream<Order>
    private let give: AsyncStream<Order>.Continuation

    init(context: JobContext) {
        self.context = context
        recovery = RecoveredJobReader(context: context)
        (orders, give) = AsyncStream.makeStream()
    }

    /// Takes a job up.
    ///
    /// - Parameter isFirst: whether ``waitForTheFirst()`` waits for it.
    func start(_ driver: JobDriver, isFirst: Bool = false) {
        var driver = driver
        let number = context.activeJobs.enter(driver.job, isPart: driver.isPart)
        driver.number = number
        if isFirst { first.withLock { _ = $0.insert(number) } }
        places.withLock { $0[number] = .atWork(mail: [], waiter: nil) }
        steer(driver)
        begin(.open(driver))
    }

    /// From here on words reach it; those that are there already are heeded as it is opened.
    private func steer(_ driver: JobDriver) {
        guard let number = driver.number else { return }
        let job = driver.steered
        context.steeredJobs.set(job, for: number)
        let isCancelled =
            job.isPart
            ? context.steeredJobs.isCancelled(batchOf: job.folder)
            : context.steering.isStopped(job.origin, since: job.since)
        if isCancelled { job.cancel.raise() }
        if !job.isPart, !driver.isNew { context.steering.lookAgain(in: job.origin.lane) }
    }

    private func begin(_ work: Work) { give.yield(.work(work)) }

    /// Runs what is to be at work until ``close()``, and to the end of what is at work then.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { [self] in await context.poller.run { ticket, event in self.deliver(ticket, event) } }
            for await order in orders {
                group.addTask { [self] in
                    switch order {
                    case .work(let work): await carry(work)
                    case .cancelBatch(let number): await cancelBatch(number)
                    }
                }
            }
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

    /// All that an earlier run has left is taken up: a word for none of them, nor for a file, is for nobody.
    func hasTakenUpAll() {
        hasAll.withLock { $0 = true }
        context.steering.lookAgain()
    }

    var knowsAll: Bool { hasAll.withLock { $0 } }

    private func begins(_ number: Number) {
        let wasLast = first.withLock { first in first.remove(number) != nil && first.isEmpty }
        if wasLast { firstHaveBegun.wake() }
    }

    /// Nothing new is begun: the daemon stops. What is parked goes on from its journal at the next start.
    func close() {
        give.finish()
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
                steer(again)
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
            case .givenBack, .notBegun: progress = .over
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
        leave(number, driver)
        context.hold(part, hold, since: era)
    }

    /// Nothing of it is left to do in this run.
    private func over(_ driver: JobDriver, _ number: Number) {
        leave(number, driver)
        driver.part?.ended()
        // Its file may be in the inbox again, and a word that was late for it is for nobody else now.
        if !driver.isPart || driver.steered.cancel.isRaised {
            context.steering.lookAgain(in: driver.steered.origin.lane)
        }
        guard driver.job.parts != nil else { return }
        context.steeredJobs.forget(batch: driver.folder.path)
        // What is there stays to be looked at where the daemon stops.
        if !context.stop.isRaised { context.coming?.over(driver.folder.path, .gone) }
    }

    private func leave(_ number: Number, _ driver: JobDriver) {
        begins(number)
        context.steeredJobs.set(nil, for: number)
        context.poller.drop(number)
        context.activeJobs.leave(number, isPart: driver.isPart)
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
    private func deliver(_ ticket: TaskPoller.Ticket, _ event: JobEvent) { deliver(.event(event), to: ticket.job) }

    private func deliver(_ outcome: JobDriver.Outcome, to number: Number) {
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
            case .batch, .cancelling, nil: return (nil, nil)
            }
        }
        if let work { begin(work) }
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

    // MARK: Words

    /// Cancels the jobs that are meant. Returns whether one of them is not noted as cancelled yet.
    func cancel(where isMeant: (SteeredJob) -> Bool) -> Bool {
        let meant = context.steeredJobs.all { isMeant($0) && $0.isOpen }
        for (number, job) in meant where !job.cancel.isRaised {
            job.cancel.raise()
            let isBatch = places.withLock { if case .batch? = $0[number] { true } else { false } }
            if isBatch { give.yield(.cancelBatch(number)) } else { deliver(.cancel, to: number) }
        }
        if !meant.isEmpty { context.holds.wakeAll() }
        return !meant.isEmpty
    }

    func isUnderWay(where isMeant: (SteeredJob) -> Bool) -> Bool { !context.steeredJobs.all(where: isMeant).isEmpty }

    /// Notes that the batch is cancelled, and then begins none of its parts any more.
    private func cancelBatch(_ number: Number) async {
        let taken = places.withLock { places -> JobDriver? in
            guard case .batch(let driver, let left)? = places[number], driver.job.canBeCancelled else { return nil }
            places[number] = .cancelling(partsLeft: left)
            return driver
        }
        guard var driver = taken else { return }
        let performer = JobPerformer(context: context)
        let log = context.log(for: driver.job)
        // Before it is noted, which is when the word is taken away. Otherwise the word brings all of this about again.
        cancelParts(of: driver.folder.path)
        // Fails where the folder is gone, which its parts find out, or the daemon stops.
        _ = try? await context.untilItGoesOn(driver.folder.path) { _ = try await performer.cancel(&driver, log) }
        let isOver = places.withLock { [driver] places in
            guard case .cancelling(let left)? = places[number] else { return false }
            places[number] = left > 0 ? .batch(driver, partsLeft: left) : .atWork(mail: [], waiter: nil)
            return left == 0
        }
        if isOver { begin(.gather(driver)) }
    }

    private func cancelParts(of batch: FilePath) {
        context.steeredJobs.cancel(batch: batch)
        _ = cancel { $0.isPart && $0.folder.removingLastComponent() == batch }
        for part in context.backlog.takeParts(in: batch) + context.holds.takeParts(in: batch) { part.ended() }
    }

    // MARK: Batches

    /// Parts that were begun go on at once; the others wait for their permit like files in the inbox.
    private func run(_ parts: JobDriver.Parts, of driver: JobDriver, _ number: Number) {
        let isCancelled = driver.job.cancellation != nil
        if isCancelled { context.steeredJobs.cancel(batch: driver.folder.path) }
        let fresh = isCancelled ? [] : parts.fresh
        let count = parts.begun.count + fresh.count
        let origin = driver.job.origin
        let lane = Lane(path: origin.lane.path.appending(origin.stem))
        var driver = driver
        driver.parts = nil
        // One more, which ends here: a part must not be the last one while others are still handed out.
        places.withLock { [driver] in $0[number] = .batch(driver, partsLeft: count + 1) }
        func waiting(_ folder: JobFolder) -> WaitingPart {
            WaitingPart(folder: folder, batch: lane) { [self] in partEnded(of: number) }
        }
        context.coming?.began(driver, number)
        for folder in fresh { context.backlog.push(waiting(folder)) }
        for var part in parts.begun {
            part.part = waiting(part.folder)
            start(part)
        }
        // It may have been cancelled while its parts were opened.
        if driver.isToBeCancelled { give.yield(.cancelBatch(number)) }
        partEnded(of: number)
    }

    private func partEnded(of number: Number) {
        let (work, left): (Work?, Int?) = places.withLock { places in
            switch places[number] {
            case .cancelling(let left):
                places[number] = .cancelling(partsLeft: left - 1)
                return (nil, left - 1)
            case .batch(let driver, let left) where left > 1:
                places[number] = .batch(driver, partsLeft: left - 1)
                return (nil, left - 1)
            case .batch(let driver, _):
                places[number] = .atWork(mail: [], waiter: nil)
                return (.gather(driver), 0)
            case .atWork, .polling, nil: return (nil, nil)
            }
        }
        if let left { context.activeJobs.batch(number, left: left) }
        if let work { begin(work) }
    }
}

extension JobScheduler.Work {
    fileprivate var driver: JobDriver {
        switch self {
        case .open(let driver), .resume(let driver, _), .gather(let driver): driver
        }
    }
}
