// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import Documents
internal import FileIO
internal import Jobs
internal import Synchronization

/// The door to the pictures' hosts: lets so many downloads through at once, few at first from a host of which nobody
/// knows how it is (``FlowWindow``), and while a host gives no pictures one at a time. Says when no more is to be paid,
/// since pictures do not come.
final class PictureDoor: Sendable {
    /// The right to one download.
    struct Pass: Sendable {
        fileprivate let number: UInt64
        fileprivate let host: String?
        fileprivate let isProbe: Bool
        fileprivate let weight: Int
    }

    /// What became of it.
    enum Outcome: Sendable {
        case picture
        case problem(PictureProblem, job: String)
        /// It says nothing about the host.
        case nothing
    }

    private struct Waiter {
        var id: UInt64
        var host: String?
        var weight: Int
        var continuation: CheckedContinuation<Pass, any Error>
    }

    private struct State {
        var breaker: FetchBreaker
        var ceiling: FetchCeiling
        var room = PictureDoor.width
        var nextID: UInt64 = 0
        /// In the order in which they came.
        var queue: Deque<Waiter> = []
        /// Those that wait for their host: it is paused, or so many are on their way that its window is full.
        var parked: [String?: Deque<Waiter>] = [:]
        var windows: [String?: FlowWindow] = [:]
        /// How many jobs want something of a host.
        var jobs: [String?: Int] = [:]
        var timer: Machine.Alarm?
        var said: String?
    }

    /// At most so many downloads at once, whatever the number of jobs and hosts: each needs a descriptor or two, and up
    /// to half a MiB.
    private static let width = 64
    /// Hosts that are remembered, before those are forgotten from which nothing is on its way.
    private static let manyHosts = 256
    /// What a picture takes that stands in its answer, which is read as a whole.
    static let inlineWeight = 32

    private let state: Mutex<State>
    /// Why no more is to be paid, in a sentence, whenever that changes; `nil` where all is well.
    let troubles: AsyncStream<String?>
    private let tell: AsyncStream<String?>.Continuation

    init(backoff: Backoff, maxInFlight: Int) {
        state = Mutex(
            State(breaker: FetchBreaker(backoff: backoff), ceiling: FetchCeiling(maxInFlight: maxInFlight)))
        (troubles, tell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// From now on waits grow like this, and so many tasks may be under way.
    func adopt(backoff: Backoff, maxInFlight: Int) {
        change { state in
            state.breaker.backoff = backoff
            state.ceiling.maxInFlight = maxInFlight
        }
    }

    /// A person has looked at what is wrong, and wants it tried again.
    func goOn() {
        change { $0.breaker.probesAreDue(at: Machine.now) }
    }

    /// A job begins to want something of a host; ``jobLeaves(_:)`` must follow.
    func jobComes(_ host: String?) {
        change { state in
            state.jobs[host, default: 0] += 1
            state.ceiling.jobs += 1
        }
    }

    func jobLeaves(_ host: String?) {
        change { state in
            state.ceiling.jobs -= 1
            guard let left = state.jobs[host].map({ $0 - 1 }) else { return }
            state.jobs[host] = left == 0 ? nil : left
            if left == 0 { state.breaker.nobodyWaits(for: host) }
        }
    }

    /// Whether that host gives no pictures to anybody.
    func isPaused(_ host: String?) -> Bool { state.withLock { $0.breaker.isPaused(host) } }

    /// Returns when a download may begin; ``leave(_:_:)`` must follow. Throws `CancellationError` where the caller is
    /// cancelled.
    func enter(_ host: String?, weight: Int = 1) async throws -> Pass {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let waiter = Waiter(id: id, host: host, weight: weight, continuation: continuation)
                change { $0.queue.append(waiter) }
                // The handler below may have run before it was in the queue.
                if Task.isCancelled { withdraw(id, host) }
            }
        } onCancel: {
            withdraw(id, host)
        }
    }

    private func withdraw(_ id: UInt64, _ host: String?) {
        let waiter = state.withLock { state -> Waiter? in
            if let index = state.queue.firstIndex(where: { $0.id == id }) { return state.queue.remove(at: index) }
            guard let index = state.parked[host]?.firstIndex(where: { $0.id == id }) else { return nil }
            return state.parked[host]?.remove(at: index)
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }

    func leave(_ pass: Pass, _ outcome: Outcome) {
        change { state in
            state.room += pass.weight
            switch outcome {
            case .picture:
                state.breaker.sawPicture(from: pass.host, at: Machine.now)
                state.windows[pass.host]?.answered(pass.number, at: Machine.now)
            case .problem(let problem, let job):
                state.breaker.sawProblem(
                    problem, from: pass.host, job: job, wasProbe: pass.isProbe, at: Machine.now, random: Machine.jitter)
                if problem.mayBeTheLinksOwn {
                    state.windows[pass.host]?.cameBack(pass.number)
                } else {
                    state.windows[pass.host]?.troubled(pass.number)
                }
            case .nothing:
                if pass.isProbe { state.breaker.probeWasAbandoned(of: pass.host) }
                state.windows[pass.host]?.cameBack(pass.number)
            }
        }
    }

    /// Changes something, lets in whoever may enter by now, and says what has changed for the others.
    private func change(_ change: (inout State) -> Void) {
        let admitted = state.withLock { state -> [(Waiter, Pass)] in
            change(&state)
            let admitted = Self.admit(&state)
            if state.windows.count > Self.manyHosts {
                state.windows = state.windows.filter { $0.value.unanswered > 0 || state.parked[$0.key] != nil }
            }
            wake(&state)
            let trouble = Wording.trouble(state.breaker.pauses, state.ceiling)
            if trouble != state.said { tell.yield(trouble) }
            state.said = trouble
            return admitted
        }
        for (waiter, pass) in admitted { waiter.continuation.resume(returning: pass) }
    }

    private static func admit(_ state: inout State) -> [(Waiter, Pass)] {
        var admitted: [(Waiter, Pass)] = []
        for host in state.parked.keys { unpark(host, &state) }
        while let next = state.queue.first, state.room >= next.weight {
            state.queue.removeFirst()
            var window = state.windows[next.host] ?? FlowWindow(steady: width, most: width)
            let isPaused = state.breaker.isPaused(next.host)
            if !isPaused, !window.hasRoom(at: Machine.now) {
                state.windows[next.host] = window
                state.parked[next.host, default: []].append(next)
                continue
            }
            let isProbe: Bool
            switch state.breaker.ask(next.host, at: Machine.now) {
            case .go: isProbe = false
            case .probe: isProbe = true
            case .waitUntil, .waitForProbe:
                state.parked[next.host, default: []].append(next)
                continue
            }
            state.room -= next.weight
            window.left(next.id)
            state.windows[next.host] = window
            admitted.append((next, Pass(number: next.id, host: next.host, isProbe: isProbe, weight: next.weight)))
        }
        return admitted
    }

    /// Those of a host that is well again go on, each behind those that wait for room; of one that may be probed the
    /// first does.
    private static func unpark(_ host: String?, _ state: inout State) {
        guard let waiters = state.parked[host] else { return }
        let isDue = state.breaker.pauses.first { $0.host == host }.map { !$0.isProbing && $0.nextProbe <= Machine.now }
        switch isDue {
        case nil:
            // No more of them than may leave: thousands may wait for one host.
            let window = state.windows[host] ?? FlowWindow(steady: width, most: width)
            let count = min(waiters.count, max(0, window.size - window.unanswered))
            state.queue.append(contentsOf: waiters.prefix(count))
            state.parked[host]?.removeFirst(count)
            if state.parked[host]?.isEmpty == true { state.parked[host] = nil }
        case true?:
            if let first = state.parked[host]?.popFirst() { state.queue.prepend(first) }
            if state.parked[host]?.isEmpty == true { state.parked[host] = nil }
        case false?: break
        }
    }

    /// A timer only where somebody waits for a time.
    private func wake(_ state: inout State) {
        state.timer?.cancel()
        state.timer = nil
        let due = state.breaker.pauses.filter { !$0.isProbing && state.parked[$0.host] != nil }.map(\.nextProbe).min()
        guard let due else { return }
        let time = max(Machine.now.duration(to: due), .milliseconds(1))
        state.timer = Machine.alarm(after: time) { [weak self] in self?.change { _ in } }
    }
}

/// How many jobs may wait for their pictures before no more is paid. With some way between its ends, so that the intake
/// does not stop and go with each picture. Pure.
struct FetchCeiling: Equatable, Sendable {
    var maxInFlight: Int { didSet { look() } }
    var jobs = 0 { didSet { look() } }
    private(set) var isReached = false

    init(maxInFlight: Int) {
        self.maxInFlight = maxInFlight
    }

    private mutating func look() {
        if jobs >= 4 * maxInFlight { isReached = true }
        if jobs < 3 * maxInFlight { isReached = false }
    }
}
