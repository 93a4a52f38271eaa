// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DropFolder
@testable import Jobs

/// How long a picture is waited for that does not come.
struct FetchPatienceTests {
    /// When it is given up, in seconds after the first attempt, and how often it was tried; `nil` for the time where it
    /// goes on for longer than `limit`.
    private func end(
        _ problem: PictureProblem, age: Duration = .zero, isAlone: Bool = true, limit: Duration = .seconds(86_500),
        change: (inout DropFolderSettings) -> Void = { _ in }
    ) -> (time: Duration?, attempts: Int) {
        var settings = DropFolderSettings()
        change(&settings)
        var patience = FetchPatience(age: age)
        var (time, attempts) = (Duration.zero, 0)
        while time <= limit {
            attempts += 1
            switch patience.sawProblem(
                problem, retryAfter: nil, after: time, isAlone: isAlone, settings, random: 0.5)
            {
            case .giveUp: return (time, attempts)
            case .again(let wait): time += wait
            }
        }
        return (nil, attempts)
    }

    static let passing: [PictureProblem] = [
        .gone(status: 404), .gone(status: 403), .notAPicture, .truncated(got: 1), .tooManyRedirects,
    ]

    @Test(arguments: passing)
    func `a fresh link is believed dead after ten minutes, and asked for at least each half a minute`(
        problem: PictureProblem
    ) throws {
        let fresh = end(problem)
        #expect(try #require(fresh.time) >= .seconds(600))
        #expect(try #require(fresh.time) <= .seconds(630))
        #expect((20...40).contains(fresh.attempts))
        // As long as it is since the API gave the link, not since the daemon began.
        let older = end(problem, age: .seconds(500))
        #expect(try #require(older.time) >= .seconds(100))
        #expect(try #require(older.time) <= .seconds(130))
        #expect(end(problem, age: .seconds(86_400)).attempts == 4)
    }

    @Test func `a link that works after two minutes and a half is found within half a minute`() {
        var patience = FetchPatience(age: .zero)
        var time = Duration.zero
        while time < .seconds(150) {
            guard
                case .again(let wait) = patience.sawProblem(
                    .gone(status: 404), retryAfter: nil, after: time, isAlone: true, DropFolderSettings(), random: 1)
            else { return #expect(Bool(false)) }
            time += wait
        }
        #expect(time < .seconds(190))
    }

    @Test(
        arguments: [
            .tooLarge(limit: 1), .badLink("x"), .badInline, .answerLost, .takesEncryptionOff("x"),
            .forbiddenAddress("10.0.0.1", name: nil),
        ] as [PictureProblem])
    func `what cannot pass is believed at once`(problem: PictureProblem) {
        #expect(end(problem).attempts == 1)
    }

    @Test(arguments: [.other("HTTP 503"), .forbiddenAddress("10.0.0.1", name: "cdn")] as [PictureProblem])
    func `trouble that may pass is waited out for as long as a link lives`(problem: PictureProblem) throws {
        let time = try #require(end(problem).time)
        #expect(time > .seconds(86_400))
        #expect(
            try #require(end(problem, limit: .seconds(200), change: { $0.taskTimeout = .seconds(60) }).time)
                < .seconds(160))
    }

    @Test(arguments: [.gone(status: 403), .tooLarge(limit: 1), .badInline] as [PictureProblem])
    func `nothing is believed of one picture while no other comes from its host`(problem: PictureProblem) throws {
        #expect(end(problem, age: .seconds(3600), isAlone: false, limit: .seconds(80_000)).time == nil)
    }

    @Test(arguments: [true, false])
    func `a link that is older than links live is believed dead at once, and is not its host's trouble`(isAlone: Bool) {
        for problem in Self.passing {
            #expect(end(problem, age: .seconds(86_400), isAlone: isAlone).attempts == 4)
            #expect(problem.isOfAnOldLink(.seconds(86_400)))
            #expect(!problem.isOfAnOldLink(.seconds(86_399)))
        }
        for problem in [.other("HTTP 503"), .tooLarge(limit: 1), .badInline] as [PictureProblem] {
            #expect(!problem.isOfAnOldLink(.seconds(1_000_000)))
        }
    }

    @Test func `a host's word to wait counts, and for a quarter of an hour at most`() {
        let waits = [Duration.seconds(60), .seconds(86_400)].map { wait in
            var patience = FetchPatience(age: .zero)
            return patience.sawProblem(
                .other("HTTP 503"), retryAfter: wait, after: .zero, isAlone: true, DropFolderSettings(), random: 0.5)
        }
        #expect(waits == [.again(after: .seconds(60)), .again(after: .seconds(900))])
    }
}
