// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents
@testable import DropFolder
@testable import TestSupport

/// What to make of the answers about a task, with the time passed in.
struct PollCourseTests {
    private static let start = ContinuousClock.now
    private static let wall = Samples.start
    private static let trouble = PollCourse.Answer.trouble(retryAfter: nil)

    private static func course(timeout: Int = 100, smallest: Int = 3) -> PollCourse {
        PollCourse(
            timeout: .seconds(timeout), age: TaskAge(since: wall, wall: wall, now: start),
            schedule: PollSchedule(nil, smallest: .seconds(smallest)))
    }

    /// What it comes to after so many seconds.
    private static func saw(
        _ answer: PollCourse.Answer, after seconds: Int, _ course: inout PollCourse
    ) -> PollCourse.Verdict {
        course.saw(answer, at: start + .seconds(seconds), random: 0.5)
    }

    /// Polls as it says, and hears what `answer` says at each second; when it comes to anything but another poll.
    private static func run(
        _ course: inout PollCourse, until end: Int = 1_000_000, _ answer: (Int) -> PollCourse.Answer
    ) -> (verdict: PollCourse.Verdict, after: Int, polls: Int)? {
        var now = Duration.seconds(3)
        var polls = 0
        while now < .seconds(end) {
            polls += 1
            let verdict = course.saw(answer(Int(now.components.seconds)), at: start + now, random: 0.5)
            guard case .pollAgain(let wait) = verdict else { return (verdict, Int(now.components.seconds), polls) }
            now += wait
        }
        return nil
    }

    @Test func `work that goes on is over when it has had its time, to the second`() throws {
        var course = Self.course()
        let end = try #require(Self.run(&course) { _ in .working })
        #expect(end.verdict == .timedOut)
        #expect(end.after == 100)
    }

    @Test func `a time that earlier answers deny is not believed`() {
        var course = Self.course()
        _ = Self.saw(.working, after: 27, &course)
        let end = Self.start + .seconds(30)
        #expect(course.workTime(said: .seconds(28), at: end) == .seconds(28))
        #expect(course.workTime(said: .seconds(26), at: end) == .seconds(26), "in whole seconds")
        #expect(course.workTime(said: .zero, at: end) == .seconds(30), "what was seen instead")
        #expect(course.workTime(said: .seconds(99), at: end) == .seconds(30), "no longer than it was")
    }

    @Test func `answers that say nothing end it at the same time, where all else is well`() throws {
        var course = Self.course()
        let end = try #require(Self.run(&course) { _ in Self.trouble })
        #expect(end.after == 100)
        guard case .overdue(let since, _) = end.verdict else {
            Issue.record("\(end.verdict)")
            return
        }
        #expect(since == Self.start + .seconds(3), "since the first of them")
        #expect(end.polls < 10)
    }

    @Test func `one good answer in between is a new beginning of the trouble`() {
        var course = Self.course()
        _ = Self.saw(Self.trouble, after: 10, &course)
        _ = Self.saw(.working, after: 20, &course)
        #expect(course.troubledSince == nil)
        _ = Self.saw(Self.trouble, after: 30, &course)
        #expect(course.troubledSince == Self.start + .seconds(30))
    }

    @Test func `while nothing is answered it is polled for twice its time, and no longer`() {
        var course = Self.course()
        let began = Self.start + .seconds(101)
        for (seconds, wait) in [(101, 3), (110, 6), (200, 12)] {
            let again = PollCourse.Verdict.overdue(troubledSince: began, again: .seconds(wait))
            equal(Self.saw(Self.trouble, after: seconds, &course), again)
        }
        equal(Self.saw(Self.trouble, after: 201, &course), .timedOut)
    }

    @Test(arguments: [10, 3600, 4_000_000_000])
    func `what a server asks for is waited for, up to a quarter of an hour`(seconds: Int) {
        var course = Self.course(timeout: 100_000)
        let verdict = Self.saw(.trouble(retryAfter: .seconds(seconds)), after: 10, &course)
        equal(verdict, .pollAgain(after: .seconds(min(seconds, 900))))
    }

    // MARK: ends that may not be ends

    @Test func `an end that may not be one is polled again for two minutes, more and more rarely`() throws {
        var course = Self.course()
        let end = try #require(Self.run(&course) { _ in .doubtfulEnd })
        #expect(end.verdict == .believe)
        #expect((123...124).contains(end.after))
        #expect((8...16).contains(end.polls))
    }

    @Test(arguments: [PollCourse.Answer.working, trouble])
    func `what comes between does not let it be believed earlier`(other: PollCourse.Answer) throws {
        var course = Self.course(timeout: 10_000)
        let end = try #require(Self.run(&course) { $0 < 60 ? .doubtfulEnd : $0 < 90 ? other : .doubtfulEnd })
        #expect(end.verdict == .believe)
        #expect(end.after >= (other == .working ? 210 : 123), "\(end.after)")
    }

    @Test func `patience goes beyond the time that the task has`() throws {
        var course = Self.course(timeout: 10)
        equal(Self.saw(.doubtfulEnd, after: 11, &course), .pollAgain(after: .seconds(3)))
        equal(Self.saw(.doubtfulEnd, after: 131, &course), .believe)
    }

    @Test func `that the API knows no such task is believed after two minutes without a break`() throws {
        var course = Self.course(timeout: 10_000)
        let end = try #require(Self.run(&course) { $0 > 30 && $0 < 60 ? .working : .unknownTask })
        #expect(end.verdict == .believe)
        #expect(end.after > 180)
    }

    // MARK: how old a task is

    struct Clock: Sendable {
        var name: String
        /// The wall clock at this start, in seconds after the submit, and how long it has run since.
        var wall: Int
        var runs: Int
        var isOver: Bool
    }

    static let clocks = [
        Clock(name: "of this run", wall: 0, runs: 86_400, isOver: false),
        Clock(name: "of this run, over", wall: 0, runs: 86_401, isOver: true),
        Clock(name: "of an earlier run", wall: 80_000, runs: 6_401, isOver: true),
        Clock(name: "of a clock that was set by a month", wall: 30 * 86_400, runs: 599, isOver: false),
        Clock(name: "of the same, a while later", wall: 30 * 86_400, runs: 601, isOver: true),
        Clock(name: "of a clock that was a month ahead", wall: -30 * 86_400, runs: 86_400, isOver: false),
        Clock(name: "of the same, a day later", wall: -30 * 86_400, runs: 86_401, isOver: true),
    ]

    @Test(arguments: clocks)
    func `a clock that is set neither ends tasks nor lets them live for ever`(clock: Clock) {
        let now = Timestamp(milliseconds: Self.wall.milliseconds + Int64(clock.wall) * 1000)
        let age = TaskAge(since: Self.wall, wall: now, now: Self.start)
        #expect(age.isOver(.seconds(86_400), at: Self.start + .seconds(clock.runs)) == clock.isOver, "\(clock.name)")
    }
}
