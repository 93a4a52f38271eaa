// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import Notifying
@testable import Requests
@testable import TestSupport

/// What is to be told of the whole spool, from what holds and what was told.
struct AnnouncedTests {
    typealias Pauser = Announced.Pauser

    private static let acme = Pauser.somebody(at: Samples.acme)

    /// A step, and what is told after it: the events and codes.
    private struct Step: Sendable {
        var standing: [Pauser: String] = [:]
        var knowsService = true
        var occurrences: [String] = []
        var told: [String]
    }

    private static func pause(_ mark: String) -> Announced.Pause {
        Announced.Pause(mark: mark, reason: .init(code: mark, what: "w"))
    }

    private static func occurrence(_ mark: String, lane: Lane? = nil) -> Announced.Occurrence {
        Announced.Occurrence(
            event: .heldForApproval, lane: lane, reason: .init(code: mark, what: "w"),
            mark: Fingerprint(of: Array(mark.utf8)))
    }

    private static func words(_ notifications: [Notification]) -> [String] {
        notifications.map { $0.event.rawValue + ($0.reason.map { " \($0.code)" } ?? "") }
    }

    private struct Course: Sendable {
        var name: String
        var steps: [Step]
    }

    private static let courses = [
        Course(name: "nothing", steps: [Step(told: []), Step(told: [])]),
        Course(
            name: "a pause of the service, another reason, and its end",
            steps: [
                Step(standing: [.service: "key"], told: ["paused key"]), Step(standing: [.service: "key"], told: []),
                Step(standing: [.service: "balance"], told: ["paused balance"]), Step(told: ["gone-on"]),
                Step(told: []),
            ]),
        Course(
            name: "until somebody knows how the service is, what was told of it may be true",
            steps: [
                Step(standing: [.service: "key"], told: ["paused key"]), Step(knowsService: false, told: []),
                Step(told: ["gone-on"]),
            ]),
        Course(
            name: "and what is new in it is told at once",
            steps: [
                Step(standing: [.service: "key"], told: ["paused key"]), Step(knowsService: false, told: []),
                Step(standing: [.service: "key"], told: []),
                Step(standing: [.service: "blocked"], told: ["paused blocked"]),
            ]),
        Course(
            name: "pauses by somebody, each by itself",
            steps: [
                Step(standing: [.somebody(at: nil): "a", acme: "b"], told: ["paused a", "paused b"]),
                Step(standing: [.somebody(at: nil): "a", acme: "c"], knowsService: false, told: ["paused c"]),
                Step(standing: [.somebody(at: nil): "a"], knowsService: false, told: ["gone-on by-somebody"]),
                Step(standing: [.service: "key"], told: ["gone-on by-somebody", "paused key"]),
            ]),
        Course(
            name: "what is told once is told once, whatever comes between",
            steps: [
                Step(occurrences: ["a", "b", "a"], told: ["held-for-approval a", "held-for-approval b"]),
                Step(occurrences: ["b"], told: []), Step(occurrences: ["a", "c"], told: ["held-for-approval c"]),
            ]),
    ]

    @Test(arguments: courses.indices)
    func `what is told is the difference between what holds and what was told`(index: Int) throws {
        let course = Self.courses[index]
        var announced = Announced()
        var ids: Set<String> = []
        for (number, step) in course.steps.enumerated() {
            let standing = Announced.Standing(
                knowsService: step.knowsService, pauses: step.standing.mapValues(Self.pause))
            let before = announced
            let isNews = announced.take(standing, step.occurrences.map { Self.occurrence($0) }, at: Samples.start) {
                _, _ in true
            }
            #expect(Self.words(announced.pending) == step.told, "\(course.name), step \(number)")
            #expect(isNews == (announced != before) && isNews == !step.told.isEmpty)
            for one in announced.pending { #expect(ids.insert(one.id).inserted && Notification.isID(one.id)) }
            // A start in the middle finds the same, with the same ids.
            #expect(Announced(reading: announced.line) == announced, "\(course.name), step \(number)")
            announced.pendingIsKept()
            announced = try #require(Announced(reading: announced.line))
        }
    }

    @Test func `what nobody wants to hear of is not told, and its lane may want it`() {
        var announced = Announced()
        let standing = Announced.Standing(
            knowsService: true, pauses: [.service: Self.pause("key"), Self.acme: Self.pause("a")])
        let occurrences = [Self.occurrence("x"), Self.occurrence("y", lane: Samples.acme)]
        _ = announced.take(standing, occurrences, at: Samples.start) { _, lane in lane == Samples.acme }
        #expect(Self.words(announced.pending) == ["paused a", "held-for-approval y"])
        // Once it is wanted, it is news.
        announced.pendingIsKept()
        _ = announced.take(standing, occurrences, at: Samples.start) { _, _ in true }
        #expect(Self.words(announced.pending) == ["paused key", "held-for-approval x"])
    }

    @Test func `whoever wants to hear of ends alone hears of them`() {
        var announced = Announced()
        let standing = Announced.Standing(knowsService: true, pauses: [.service: Self.pause("key")])
        let wants: (Notification.Event, Lane?) -> Bool = { event, _ in event == .goneOn }
        let begins = announced.take(standing, [], at: Samples.start, wants: wants)
        #expect(begins && announced.pending == [])
        let ends = announced.take(.init(knowsService: true, pauses: [:]), [], at: Samples.start, wants: wants)
        #expect(ends)
        #expect(Self.words(announced.pending) == ["gone-on"])
    }

    @Test func `what is kept has its limits`() {
        var announced = Announced()
        let lanes = (0..<(Announced.pausesLimit + 50)).map { Pauser.somebody(at: Lane(text: "lane\($0)")) }
        let all = Dictionary(uniqueKeysWithValues: lanes.map { ($0, Self.pause("")) })
        let occurrences = (0..<(Announced.marksLimit + 50)).map { Self.occurrence("\($0)") }
        let standing = Announced.Standing(knowsService: true, pauses: all)
        _ = announced.take(standing, occurrences, at: Samples.start) { _, _ in true }
        #expect(announced.pauses.count == Announced.pausesLimit && announced.marks.count == Announced.marksLimit)
        #expect(announced.pending.count == Announced.pausesLimit + occurrences.count)
        // Those of which nobody was told are no news, as long as there is no room.
        announced.pendingIsKept()
        let isNews = announced.take(standing, [], at: Samples.start) { _, _ in true }
        #expect(!isNews)
    }

    @Test(arguments: ["", "{", "{}", "[]", #"{"version":2,"number":1,"pauses":[],"marks":[],"pending":[]}"#, "\0\0"])
    func `what is torn, or somebody else's, was told to nobody`(text: String) {
        #expect(Announced(reading: Array(text.utf8)) == nil)
    }

    @Test func `a lane's name comes back byte for byte`() throws {
        var announced = Announced()
        let lane = Lane(path: .init(platformString: [0x63, CChar(bitPattern: 0xE9), 0]))
        let standing = Announced.Standing(knowsService: true, pauses: [.somebody(at: lane): Self.pause("")])
        _ = announced.take(standing, [], at: Samples.start) { _, _ in true }
        #expect(try #require(Announced(reading: announced.line)).pausedLanes == [lane])
    }
}
