// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

@testable import Documents
@testable import DropFolder
@testable import FileIO
@testable import NanoBanana
@testable import TestSupport

/// The paid API of a ``DaemonLife``: answers of every kind by a seed, with the time that they take, and the truth about
/// the money. It outlives each process of the daemon.
final class ScriptedService: ImageService {
    struct Submit: Sendable {
        var prompt: String
        /// The truth, which the daemon need not have learned.
        var isPaid: Bool
        /// On which day it left, by the clock on the wall.
        var day: LocalDay
        /// Whether the daemon was told that nothing was made of it.
        var wasDenied = false
    }

    fileprivate struct Work {
        var prompt: String
        var end: ContinuousClock.Instant
        var pictures: Int
        var fails: Bool
    }

    struct State {
        var random: SeededRandom
        fileprivate(set) var submits: [Submit] = []
        fileprivate var works: [TaskID: Work] = [:]
        fileprivate(set) var polls = 0
        /// Those of the last second.
        fileprivate var lastPolls: [ContinuousClock.Instant] = []
        /// The most that have left in a second, beside so many as were allowed.
        fileprivate(set) var tooManyPolls: (Int, allowed: Int)?
        fileprivate var ceilings: [(since: ContinuousClock.Instant, Int)] = []
        fileprivate(set) var unanswered = 0
        /// How many submits had left when none of this process was answered yet.
        fileprivate(set) var mostUnheard = 0
        fileprivate var hasAnswered = false
        /// Those of which nothing was on the disk for good when they left.
        fileprivate(set) var unannounced: [String] = []
    }

    /// How often in a hundred something goes wrong.
    struct Temper: Sendable {
        var refusals = 12
        var unheard = 6
        var badPolls = 10
        var badPictures = 10
    }

    private let temper: Temper
    private let isAnnounced: @Sendable (_ prompt: String) -> Bool
    private let state: Mutex<State>
    /// Told of each submit that has left.
    private let hasLeft: @Sendable (_ prompt: String) -> Void
    private let tell: @Sendable (String) -> Void

    /// - Parameter isAnnounced: whether the announcement of a submit with that prompt is on the disk for good.
    init(
        seed: UInt64, temper: Temper = Temper(), isAnnounced: @escaping @Sendable (_ prompt: String) -> Bool,
        hasLeft: @escaping @Sendable (_ prompt: String) -> Void, tell: @escaping @Sendable (String) -> Void
    ) {
        (self.temper, self.isAnnounced, self.hasLeft, self.tell) = (temper, isAnnounced, hasLeft, tell)
        state = Mutex(State(random: SeededRandom(seed: seed)))
    }

    var snapshot: State { state.withLock { $0 } }

    /// So many submits that left on that day may be charged, of the lane or of all.
    func mayBeCharged(on day: LocalDay, inLane: Bool) -> Int {
        state.withLock { state in
            state.submits.count { !$0.wasDenied && $0.day == day && (!inLane || $0.prompt.hasPrefix(LifePlaces.lane)) }
        }
    }

    /// The process has ended: what it waited for it will not hear.
    func processEnded() {
        state.withLock { state in
            (state.unanswered, state.hasAnswered) = (0, false)
            (state.lastPolls, state.ceilings) = ([], [])
        }
    }

    /// So many polls may leave in a second from now on.
    func allow(polls: Int) { state.withLock { $0.ceilings.append((Machine.now, polls)) } }

    private enum Plan {
        case task, pictures, fault, refusal, unreachable
        /// Nobody hears what became of it.
        case unheard
    }

    func submit(_ request: EditRequest) async throws(SubmitError) -> SubmitAnswer {
        let isAnnounced = isAnnounced(request.prompt)
        let (plan, wait, index) = state.withLock { state in
            state.unanswered += 1
            if !state.hasAnswered { state.mostUnheard = max(state.mostUnheard, state.unanswered) }
            if !isAnnounced { state.unannounced.append(request.prompt) }
            let roll = state.random.index(100)
            let plan: Plan =
                switch roll {
                case ..<temper.unheard: .unheard
                case ..<(temper.unheard + temper.refusals): state.random.chance(30) ? .unreachable : .refusal
                case 90...: state.random.chance(50) ? .fault : .pictures
                default: .task
                }
            let isPaid =
                switch plan {
                case .task, .pictures: true
                case .unheard: state.random.chance(50)
                case .fault, .refusal, .unreachable: false
                }
            // The money is gone now, whether or not the answer is ever heard.
            state.submits.append(Submit(prompt: request.prompt, isPaid: isPaid, day: LocalDay(.now)))
            return (plan, Duration.milliseconds(state.random.index(1500)), state.submits.count - 1)
        }
        tell("\(request.prompt) is submitted: \(plan), t-\(index)")
        hasLeft(request.prompt)
        defer {
            state.withLock { state in
                state.unanswered = max(state.unanswered - 1, 0)
                state.hasAnswered = true
            }
        }
        do {
            try await Sleep.wait(wait)
        } catch {
            throw .unknownOutcome(UnknownOutcome(cause: .connectionLost, message: "given up"))
        }
        return try answer(plan, index, request)
    }

    private func answer(_ plan: Plan, _ index: Int, _ request: EditRequest) throws(SubmitError) -> SubmitAnswer {
        switch plan {
        case .task:
            let task = state.withLock { state in
                let task = TaskID("t-\(index)")
                if let task {
                    state.works[task] = Work(
                        prompt: request.prompt, end: Machine.now + .milliseconds(state.random.index(40_000)),
                        pictures: 1 + state.random.index(2), fails: state.random.chance(5))
                }
                return task
            }
            guard let task else { throw .unknownOutcome(UnknownOutcome(cause: .connectionLost, message: "no id")) }
            return SubmitAnswer(content: .task(task), body: ByteBuffer(string: "{}"))
        case .pictures:
            return SubmitAnswer(
                content: .pictures([PictureLink(url: "https://cdn.example/\(index).png")]),
                body: ByteBuffer(string: "{}"))
        case .fault:
            deny(index)
            throw .refused(Refusal(code: 400, message: "bad words", body: []))
        case .refusal:
            deny(index)
            let reasons: [NotAccepted.Reason] = [.tooFast, .service, .balance, .blocked]
            let reason = state.withLock { reasons[$0.random.index(reasons.count)] }
            throw .notAccepted(NotAccepted(reason: reason, message: "not now", retryAfter: nil))
        case .unreachable:
            deny(index)
            throw .notReachable(Unreachable(message: "no route"))
        case .unheard: throw .unknownOutcome(UnknownOutcome(cause: .timedOut, message: "no answer in time"))
        }
    }

    private func deny(_ index: Int) { state.withLock { $0.submits[index].wasDenied = true } }

    func ping() async throws(PingError) {}

    func poll(_ task: TaskID, asked: EditRequest?) async throws(PollError) -> TaskReport {
        let (work, isBad) = state.withLock { state in
            state.polls += 1
            state.notePoll()
            return (state.works[task], state.random.chance(temper.badPolls))
        }
        tell("\(task.text) is polled")
        try? await Sleep.wait(.milliseconds(50))
        if isBad { throw .trouble(message: "HTTP 502", retryAfter: nil, answer: ByteBuffer(string: "bad gateway")) }
        guard let work else { throw .unknownTask(message: "no such task") }
        let body = ByteBuffer(string: #"{"task":"\#(task.text)"}"#)
        guard work.end <= Machine.now else { return TaskReport(state: .underWay("running"), workTime: nil, body: body) }
        if work.fails {
            return TaskReport(
                state: .failed(TaskFailure(.request, "policy")), workTime: nil, body: body)
        }
        let links = (1...work.pictures).map { PictureLink(url: "https://cdn.example/\(task.text)/\($0).png") }
        return TaskReport(state: .succeeded(links), workTime: nil, body: body)
    }

    func download(_ link: PictureLink) async throws(DownloadError) -> Download {
        let isBad = state.withLock { $0.random.chance(temper.badPictures) }
        try? await Sleep.wait(.milliseconds(20))
        if isBad { throw .trouble(message: "HTTP 503", retryAfter: nil) }
        return Download(contentType: nil, tellsItsEnd: true, body: PictureBytes(ByteBuffer(bytes: Self.png)))
    }

    /// As small as one can be that is believed: how it begins, and how it ends.
    static let png: [UInt8] =
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
        + [UInt8](repeating: 7, count: 40) + [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]
}

extension ScriptedService.State {
    /// A poll leaves: no second has more than the largest ceiling that was in force in it, and two that were due a moment
    /// before.
    fileprivate mutating func notePoll() {
        let now = Machine.now
        lastPolls.removeAll { $0.duration(to: now) >= .seconds(1) }
        lastPolls.append(now)
        let old = ceilings.dropLast().filter { $0.since.duration(to: now) >= .seconds(1) }.count
        if old > 1 { ceilings.removeFirst(old - 1) }
        guard let most = ceilings.map(\.1).max(), lastPolls.count > most + 2 else { return }
        if lastPolls.count > tooManyPolls?.0 ?? 0 { tooManyPolls = (lastPolls.count, most) }
    }
}
