// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents
@testable import DropFolder
@testable import FileIO
@testable import TestSupport

/// One schedule for all tasks: about two polls for each, none forgotten, never faster than allowed.
struct PollBoardTests {
    /// An API with tasks that take their time, and a clock turned by hand.
    private struct Simulation {
        var board: PollBoard
        let start = ContinuousClock.now
        var now: ContinuousClock.Instant
        /// When each task is done.
        var ends: [PollBoard.Number: ContinuousClock.Instant] = [:]
        private var takes: [PollBoard.Number: Duration] = [:]
        var polls: [(at: ContinuousClock.Instant, number: PollBoard.Number)] = []
        /// How late each was found done.
        var delays: [Duration] = []
        var latency = Duration.milliseconds(50)
        /// Whether the API says how long work took.
        var tells = true
        /// What comes of a poll that leaves now, where it is no good answer.
        var trouble: (ContinuousClock.Instant) -> PollBoard.Arrival.Kind? = { _ in nil }
        private var back: [(at: ContinuousClock.Instant, number: PollBoard.Number)] = []

        init(perSecond: Int = 500, tells: Bool = true) {
            self.tells = tells
            board = PollBoard(
                perSecond: perSecond, backoff: Backoff(first: .seconds(3), limit: .seconds(60)))
            now = start
        }

        /// - Parameter age: what an earlier run has left is older than any interval.
        mutating func add(
            _ number: PollBoard.Number, takes time: Duration, isResumed: Bool = false, age: Duration = .seconds(60)
        ) {
            let since = Timestamp(milliseconds: Timestamp.now.milliseconds - (isResumed ? age.milliseconds : 0))
            let age = TaskAge(since: since, wall: .now, now: now)
            let course = PollCourse(
                timeout: .seconds(86_400), age: age, schedule: PollSchedule(nil, smallest: .seconds(3)))
            (ends[number], takes[number]) = (now + time, time)
            board.add(number, course, model: "m", isResumed: isResumed, at: now)
        }

        /// Goes on until that moment, or until all tasks are found done.
        mutating func run(until end: ContinuousClock.Instant) {
            while now <= end, !ends.isEmpty {
                let (number, again) = board.next(at: now)
                if let number {
                    polls.append((now, number))
                    back.append((now + latency, number))
                    continue
                }
                let next = [again, back.first?.at].compactMap { $0 }.min() ?? end + .seconds(1)
                now = max(now, next)
                while let first = back.first, first.at <= now, now <= end {
                    back.removeFirst()
                    answer(first.number)
                }
            }
        }

        private mutating func answer(_ number: PollBoard.Number) {
            let kind = trouble(now) ?? .answered
            let arrival = PollBoard.Arrival(kind: kind, time: latency)
            guard kind == .answered, let end = ends[number], end <= now else {
                let meaning: PollCourse.Answer = kind == .answered ? .working : .trouble(retryAfter: nil)
                _ = board.saw(meaning, arrival, of: number, timeout: .seconds(86_400), at: now, random: 0.5)
                return
            }
            delays.append(end.duration(to: now))
            board.saw(arrival, at: now, random: 0.5)
            board.sawDone(number, said: tells ? takes[number] : nil, at: now)
            board.remove(number)
            ends[number] = nil
        }
    }

    @Test func `ten thousand tasks cost about two polls each, and no second has more than allowed`() {
        var simulation = Simulation()
        for number in 0..<10_000 { simulation.add(PollBoard.Number(number), takes: .seconds(60)) }
        simulation.run(until: simulation.start + .seconds(3600))
        #expect(simulation.ends.isEmpty)
        #expect(simulation.polls.count < 22_000, "\(simulation.polls.count) polls")
        let seconds = Dictionary(grouping: simulation.polls) { simulation.start.duration(to: $0.at).components.seconds }
        #expect(seconds.values.allSatisfy { $0.count <= 500 }, "\(seconds.values.map(\.count).max() ?? 0)")
        // Found one after the other, as fast as is allowed.
        #expect(simulation.delays.max() ?? .zero < .seconds(25), "\(simulation.delays.max() ?? .zero)")
        #expect(simulation.board.onTheirWay == 0)
    }

    @Test func `a few tasks of half a minute, more or less, cost three polls each, and are soon found done`() {
        var simulation = Simulation()
        var seed = SeededRandom(seed: 1)
        var next: PollBoard.Number = 0
        for _ in 0..<40 {
            for _ in 0..<8 {
                simulation.add(next, takes: .milliseconds(20_000 + seed.index(20_000)))
                next += 1
            }
            simulation.run(until: simulation.now + .seconds(600))
        }
        #expect(simulation.ends.isEmpty)
        #expect(simulation.polls.count < Int(next) * 5 / 2, "\(simulation.polls.count) for \(next)")
        let mean = simulation.delays.reduce(.zero, +) / Int(next)
        #expect(mean < .milliseconds(2_800), "\(mean)")
    }

    @Test func `the first few of a model cost little more, though nobody knows yet how long its work takes`() {
        var (polls, mean) = (0, Duration.zero)
        for seed in UInt64(0)..<20 {
            var simulation = Simulation()
            var random = SeededRandom(seed: seed)
            for number in 0..<8 {
                simulation.add(PollBoard.Number(number), takes: .milliseconds(20_000 + random.index(20_000)))
            }
            simulation.run(until: simulation.now + .seconds(600))
            #expect(simulation.ends.isEmpty)
            polls += simulation.polls.count
            mean += simulation.delays.reduce(.zero, +) / (20 * 8)
        }
        #expect(polls <= 20 * 8 * 4, "\(polls) for \(20 * 8)")
        #expect(mean < .seconds(5), "\(mean)")
    }

    @Test func `where the first is soon done, the others are asked for at once`() {
        var simulation = Simulation()
        for number in 0..<16 { simulation.add(PollBoard.Number(number), takes: .seconds(4)) }
        simulation.run(until: simulation.now + .seconds(60))
        #expect(simulation.ends.isEmpty)
        #expect(simulation.delays.max() ?? .zero < .milliseconds(3_500), "\(simulation.delays.max() ?? .zero)")
    }

    @Test func `nobody starves where fewer polls are allowed than would be due`() {
        var simulation = Simulation(perSecond: 5)
        for number in 0..<500 { simulation.add(PollBoard.Number(number), takes: .seconds(1000)) }
        simulation.run(until: simulation.start + .seconds(900))
        let counts = Dictionary(grouping: simulation.polls, by: \.number).mapValues(\.count)
        #expect(counts.count == 500)
        #expect((counts.values.max() ?? 0) - (counts.values.min() ?? 0) < 30, "\(counts.values.sorted())")
        #expect(simulation.polls.count <= 5 * 900 + 2)
    }

    @Test func `a model whose work takes an unknown time is tried with a few of its tasks`() {
        var simulation = Simulation()
        for number in 0..<1000 { simulation.add(PollBoard.Number(number), takes: .seconds(40)) }
        simulation.run(until: simulation.start + .seconds(39))
        #expect(Set(simulation.polls.map(\.number)) == Set(0..<PollBoard.Number(PollBoard.scouts)))
        simulation.run(until: simulation.start + .seconds(600))
        #expect(simulation.ends.isEmpty)
    }

    @Test func `what an earlier run has left is polled at once, as fast as is allowed`() {
        var simulation = Simulation(perSecond: 100)
        for number in 0..<1000 { simulation.add(PollBoard.Number(number), takes: .zero, isResumed: true) }
        simulation.run(until: simulation.start + .seconds(60))
        #expect(simulation.ends.isEmpty)
        #expect(simulation.polls.count == 1000)
        #expect((.seconds(9)...(.seconds(12))).contains(simulation.start.duration(to: simulation.now)))
    }

    @Test func `an API that wants fewer gets fewer, and more again when it answers`() {
        var simulation = Simulation(perSecond: 100)
        for number in 0..<2000 { simulation.add(PollBoard.Number(number), takes: .seconds(3600), isResumed: true) }
        let start = simulation.start
        simulation.trouble = { start.duration(to: $0) < .seconds(10) ? .tooFast : nil }
        simulation.run(until: start + .seconds(10))
        #expect(simulation.polls.count < 250, "\(simulation.polls.count)")
        #expect(simulation.board.pace.rate < 1)
        simulation.run(until: start + .seconds(200))
        #expect(simulation.board.pace.rate == 100)
    }

    @Test func `slow answers halve the pace once a second`() {
        var pace = PollPace(ceiling: 100)
        let now = ContinuousClock.now
        for _ in 0..<10 { pace.answered(after: .seconds(3), at: now) }
        #expect(pace.rate == 50)
        pace.cut(at: now + .seconds(1))
        #expect(pace.rate == 25)
        for _ in 0..<1000 { pace.cut(at: now + .seconds(3)) }
        #expect(pace.rate == 12.5)
        for _ in 0..<200 { pace.answered(after: .milliseconds(1), at: now) }
        #expect(pace.rate == 100)
        pace.ceiling = 10
        #expect(pace.rate == 10)
    }

    @Test func `where no answer comes at all one goes on, and all do once there is one`() {
        var simulation = Simulation()
        for number in 0..<1000 { simulation.add(PollBoard.Number(number), takes: .seconds(500), isResumed: true) }
        let start = simulation.start
        simulation.trouble = { start.duration(to: $0) < .seconds(300) ? .silence : nil }
        simulation.run(until: start + .seconds(1))
        let first = simulation.polls.count
        simulation.run(until: start + .seconds(299))
        #expect(first <= PollBoard.atOnce)
        #expect(simulation.polls.count - first < 20, "\(simulation.polls.count - first)")
        simulation.run(until: start + .seconds(1200))
        #expect(simulation.ends.isEmpty)
    }

    @Test func `a task that is dropped is polled no more, whenever that is`() {
        var simulation = Simulation()
        for number in 0..<10 { simulation.add(PollBoard.Number(number), takes: .seconds(60), isResumed: true) }
        let (first, _) = simulation.board.next(at: simulation.now)
        #expect(simulation.board.onTheirWay == 1)
        for number in 0..<10 { simulation.board.remove(PollBoard.Number(number)) }
        #expect(simulation.board.onTheirWay == 0)
        let arrival = PollBoard.Arrival(kind: .answered, time: .zero)
        let late = simulation.board.saw(
            .working, arrival, of: first ?? 99, timeout: .seconds(1), at: simulation.now, random: 0)
        #expect(late == nil)
        #expect(simulation.board.onTheirWay == 0)
        let (none, again) = simulation.board.next(at: simulation.now + .seconds(60))
        #expect(none == nil && again == nil)
    }

    @Test(arguments: [false, true])
    func `what lay there for a night says nothing of how long work takes`(tells: Bool) {
        var simulation = Simulation(tells: tells)
        for number in 0..<8 {
            // Done by then, or still worked on: what was slept through, or a clock that was set, says the same.
            let rest = Duration.seconds(number < 4 ? 0 : 30)
            simulation.add(PollBoard.Number(number), takes: rest, isResumed: true, age: .seconds(36_000))
        }
        simulation.run(until: simulation.now + .seconds(120))
        #expect(simulation.ends.isEmpty)
        for number in 8..<10 { simulation.add(PollBoard.Number(number), takes: .seconds(20)) }
        simulation.run(until: simulation.now + .seconds(60))
        #expect(simulation.ends.isEmpty)
    }

    @Test func `where the API does not say how long work took, what is seen of it counts`() {
        var simulation = Simulation(tells: false)
        for number in 0..<8 { simulation.add(PollBoard.Number(number), takes: .seconds(40)) }
        simulation.run(until: simulation.now + .seconds(120))
        #expect(simulation.ends.isEmpty)
        let usual = simulation.board.times.spread(model: "m")?.usual ?? .zero
        #expect((.seconds(40)...(.seconds(52))).contains(usual), "\(usual)")
    }
}
