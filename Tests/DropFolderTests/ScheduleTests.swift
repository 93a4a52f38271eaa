// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import DropFolder
@testable import FileIO
@testable import Intake
@testable import Jobs
@testable import Requests
@testable import TestSupport

/// Everything that depends on time, with the time passed in.
struct ScheduleTests {
    private static let now = ContinuousClock.now
    /// Half a minute, more or less.
    private static let half = WorkSpread(early: .seconds(30), usual: .seconds(35), late: .seconds(50))
    private static let origin = Origin(lane: .root, file: "a.yaml")

    private static func identity(size: Int64, modified: Int64 = 1) -> Settling.Sight {
        .init(identity: .init(device: 1, inode: 1, size: size, modified: modified))
    }

    @Test func `a file is taken when it looks the same for the quiet time`() {
        var settling = Settling(quiet: .milliseconds(250))
        let later = Self.now + .milliseconds(250)
        equal(settling.saw(Self.origin, Self.identity(size: 5), at: Self.now), .lookAgain(at: later))
        equal(
            settling.saw(Self.origin, Self.identity(size: 5), at: Self.now + .milliseconds(100)), .lookAgain(at: later))
        equal(settling.saw(Self.origin, Self.identity(size: 5), at: later), .take)
    }

    @Test func `a file that grows, or is written anew, waits again from then on`() {
        var settling = Settling(quiet: .seconds(1))
        _ = settling.saw(Self.origin, Self.identity(size: 5), at: Self.now)
        let second = Self.now + .seconds(1)
        equal(settling.saw(Self.origin, Self.identity(size: 6), at: second), .lookAgain(at: second + .seconds(1)))
        let third = second + .seconds(1)
        let anew = Self.identity(size: 6, modified: 2)
        equal(settling.saw(Self.origin, anew, at: third), .lookAgain(at: third + .seconds(1)))
        equal(settling.saw(Self.origin, anew, at: third + .seconds(1)), .take)
    }

    @Test func `an empty file is never taken, nor one that somebody is writing`() {
        var settling = Settling(quiet: .zero)
        let empty = Self.now + Settling.emptiness
        equal(settling.saw(Self.origin, Self.identity(size: 0), at: Self.now), .lookAgain(at: empty))
        equal(settling.saw(Self.origin, Self.identity(size: 0), at: empty), .empty)
        equal(settling.sawWriter(Self.origin, at: Self.now), .lookAgain(at: Self.now + .seconds(1)))
        equal(settling.saw(Self.origin, Self.identity(size: 5), at: Self.now), .take)
    }

    @Test(arguments: [
        (quiet: Duration.milliseconds(250), least: Duration.zero, waits: Duration.milliseconds(250)),
        (.milliseconds(250), Settling.jobFolder, .seconds(1)),
        (.milliseconds(250), Settling.copiedFolder, .seconds(60)),
        (.seconds(90), Settling.copiedFolder, .seconds(90)), (.zero, Settling.jobFolder, .seconds(1)),
    ])
    func `what needs longer than the quiet time gets it`(quiet: Duration, least: Duration, waits: Duration) {
        var settling = Settling(quiet: quiet)
        let (whole, identity) = (Self.now + waits, Self.identity(size: 5))
        equal(settling.saw(Self.origin, identity, atLeast: least, at: Self.now), .lookAgain(at: whole))
        let early = whole - .milliseconds(1)
        equal(settling.saw(Self.origin, identity, atLeast: least, at: early), .lookAgain(at: whole))
        equal(settling.saw(Self.origin, identity, atLeast: least, at: whole), .take)
    }

    @Test func `what somebody wrote to, emptied or took away begins anew`() {
        let (identity, later) = (Self.identity(size: 5), Self.now + .seconds(2))
        var settling = Settling(quiet: .seconds(2))
        let interruptions: [(inout Settling) -> Void] = [
            { _ = $0.sawWriter(Self.origin, at: later) },
            { _ = $0.saw(Self.origin, Self.identity(size: 0), at: later) },
            { $0.forget(Self.origin) },
        ]
        for interrupt in interruptions {
            _ = settling.saw(Self.origin, identity, at: Self.now)
            interrupt(&settling)
            equal(settling.saw(Self.origin, identity, at: later), .lookAgain(at: later + .seconds(2)))
            settling.forget(Self.origin)
        }
        equal(settling.sawWriter(Self.origin, at: later), .lookAgain(at: later + .seconds(2)))
    }

    @Test func `waits double up to the limit, a fifth more or less`() {
        let backoff = Backoff(first: .seconds(5), limit: .seconds(300))
        let waits = (1...8).map { backoff.wait(attempt: $0, random: 0.5) }
        #expect(waits == [5, 10, 20, 40, 80, 160, 300, 300].map { Duration.seconds($0) })
        #expect(backoff.wait(attempt: 1, random: 0) == .seconds(4))
        #expect(backoff.wait(attempt: 1, random: 1) == .seconds(6))
        #expect(backoff.wait(attempt: 1000, random: 0.5) == .seconds(300))
    }

    @Test func `the first poll comes when work usually ends, the next at growing intervals`() {
        var schedule = PollSchedule(Self.half, smallest: .seconds(3))
        #expect(schedule.first(elapsed: .zero) == .seconds(30))
        #expect(schedule.first(elapsed: .seconds(20)) == .seconds(10))
        #expect(schedule.first(elapsed: .seconds(3600)) == .zero)
        equal(schedule.next(elapsed: .seconds(30)), .seconds(3))
        equal(schedule.next(elapsed: .seconds(33)), .seconds(4))
        for _ in 0..<20 { _ = schedule.next(elapsed: .seconds(60)) }
        equal(schedule.next(elapsed: .seconds(60)), PollSchedule.largest)
        for _ in 0..<20 { _ = schedule.next(elapsed: .seconds(6000)) }
        equal(schedule.next(elapsed: .seconds(6000)), PollSchedule.late)
    }

    @Test func `the smallest interval is kept where nothing is known`() {
        let schedule = PollSchedule(nil, smallest: .seconds(3))
        #expect(schedule.first(elapsed: .zero) == .seconds(3))
        #expect(schedule.first(elapsed: .seconds(2)) == .seconds(1))
    }

    @Test func `after a restart the intervals are what they would have come to without it`() {
        var old = PollSchedule(Self.half, smallest: .seconds(3))
        var elapsed = Duration.seconds(30)
        for _ in 0..<3 { elapsed += old.next(elapsed: elapsed) }
        var new = PollSchedule(Self.half, smallest: .seconds(3))
        new.goOn(elapsed: elapsed)
        // A third of a second has no end: to a nanosecond.
        let difference = new.next(elapsed: elapsed) - old.next(elapsed: elapsed)
        #expect((.nanoseconds(-1) ... .nanoseconds(1)).contains(difference))

        for (elapsed, interval) in [(0, 3), (30, 3), (36, 5), (100, 10), (119, 10), (600, 60)] {
            var schedule = PollSchedule(Self.half, smallest: .seconds(3))
            schedule.goOn(elapsed: .seconds(elapsed))
            equal(schedule.next(elapsed: .seconds(elapsed)), .seconds(interval))
        }
        var patient = PollSchedule(nil, smallest: .seconds(120))
        patient.goOn(elapsed: .seconds(6000))
        equal(patient.next(elapsed: .seconds(6000)), .seconds(120))
    }

    /// Work that takes 20 to 40 s, as far as so many have told.
    private static func spread(of count: Int) -> WorkSpread? {
        var times = WorkTimes()
        for number in 0..<count {
            times.saw(.milliseconds(20_000 + (number * 2 + 1) * 10_000 / count), model: "m")
        }
        return times.spread(model: "m")
    }

    @Test func `where it is known when work ends the polls come ever closer, until all of it has ended`() throws {
        let moments = try #require(Self.spread(of: 64)).moments
        for (moment, expected) in zip(moments, [26.7, 32, 36, 38.7, 40.5]) {
            #expect(abs(Double(moment.milliseconds) / 1000 - expected) < 0.5, "\(moments)")
        }
        var schedule = PollSchedule(Self.spread(of: 64), smallest: .seconds(1))
        var elapsed = schedule.first(elapsed: .zero)
        var waits: [Duration] = []
        while elapsed < .seconds(39) {
            waits.append(schedule.next(elapsed: elapsed))
            elapsed += waits.last ?? .zero
        }
        #expect(zip(waits, waits.dropFirst()).allSatisfy { $0 > $1 }, "\(waits)")
        // Longer than any: as if nothing were known.
        equal(schedule.next(elapsed: .seconds(41)), .seconds(1))
        equal(schedule.next(elapsed: .seconds(42)), .seconds(1) * 4 / 3)
    }

    @Test func `what one or two have told is not believed to the second, and no wait is long for it`() throws {
        let one = try #require(Self.spread(of: 1))
        #expect(one.early == .seconds(30) && one.late == .seconds(30))
        #expect(one.moments[0] < .seconds(26) && one.moments[4] == .seconds(45))
        let two = try #require(Self.spread(of: 2))
        #expect(two.moments[0] == .seconds(25) && two.moments[4] < .seconds(47))
        var times = WorkTimes()
        for seconds in [10, 10, 10, 600] { times.saw(.seconds(seconds), model: "m") }
        var schedule = PollSchedule(times.spread(model: "m"), smallest: .seconds(3))
        let elapsed = schedule.first(elapsed: .zero)
        #expect(schedule.next(elapsed: elapsed) <= PollSchedule.largest)
        #expect(schedule.next(elapsed: .seconds(12)) <= PollSchedule.largest)
    }

    @Test func `in a crowd the first poll comes when most of the work has ended, the next when nearly all has`() {
        var schedule = PollSchedule(Self.half, smallest: .seconds(3))
        #expect(schedule.first(elapsed: .zero, inCrowd: true) == .seconds(35))
        equal(schedule.next(elapsed: .seconds(35), inCrowd: true), .seconds(15))
        equal(schedule.next(elapsed: .seconds(49), inCrowd: true), .seconds(3))
        equal(schedule.next(elapsed: .seconds(50), inCrowd: true), .seconds(3))
        equal(schedule.next(elapsed: .seconds(53), inCrowd: true), .seconds(4))
        #expect(PollSchedule(nil, smallest: .seconds(3)).first(elapsed: .zero, inCrowd: true) == .seconds(3))
    }

    @Test func `a model that is known to answer at once is polled at once`() {
        let schedule = PollSchedule(WorkSpread(early: .zero, usual: .zero, late: .zero), smallest: .seconds(3))
        #expect(schedule.first(elapsed: .zero) == .zero)
    }

    @Test(arguments: [false, true], [3, 30, 120])
    func `no wait between two polls is shorter than the smallest interval`(isKnown: Bool, seconds: Int) {
        let smallest = Duration.seconds(seconds)
        var schedule = PollSchedule(isKnown ? Self.half : nil, smallest: smallest)
        let waits = (0..<1000).map { schedule.next(elapsed: .seconds(60 * $0)) }
        #expect(waits.filter { $0 < smallest } == [])
        let troubled = (0..<20).map { _ in schedule.afterTrouble(retryAfter: nil, random: 0.5) }
        #expect(troubled.filter { $0 < smallest } == [])
    }

    @Test func `trouble waits as long as the server asks, and grows until there is an answer`() {
        var schedule = PollSchedule(nil, smallest: .seconds(3))
        equal(schedule.afterTrouble(retryAfter: .seconds(50), random: 0.5), .seconds(50))
        equal(schedule.afterTrouble(retryAfter: nil, random: 0.5), .seconds(6))
        equal(schedule.afterTrouble(retryAfter: .seconds(1), random: 0.5), .seconds(12))
        _ = schedule.next(elapsed: .zero)
        equal(schedule.afterTrouble(retryAfter: nil, random: 0.5), .seconds(3))
    }

    @Test func `the usual time is learned per model and follows when work becomes faster`() {
        var times = WorkTimes()
        #expect(times.spread(model: "a") == nil)
        times.saw(.seconds(40), model: "a")
        #expect(times.spread(model: "a")?.early == .seconds(40))
        for seconds in [20, 30, 50] { times.saw(.seconds(seconds), model: "a") }
        #expect(times.spread(model: "a")?.early == .seconds(30))
        #expect(times.spread(model: "b") == nil)
        for _ in 0..<64 { times.saw(.seconds(5), model: "a") }
        #expect(times.spread(model: "a")?.early == .seconds(5))
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (1_795_557_759_123, "2026-11-24T22:02:39.123Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (4_102_444_799_999, "2099-12-31T23:59:59.999Z"),
    ])
    func `a moment is written as RFC 3339 and read back`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: ["", "2026-11-24", "2026-13-24T22:02:39.123Z", "2026-11-24T22:02:39.123+", "x"])
    func `other texts are no moment`(text: String) {
        #expect(Timestamp(text) == nil)
    }
}
