// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents
@testable import DropFolder
@testable import FileIO
@testable import Jobs

/// When no more is paid for since pictures do not come, and when that ends.
struct FetchBreakerTests {
    private let backoff = Backoff(first: .seconds(10), limit: .seconds(100))
    private let start = ContinuousClock.now

    /// A breaker that has seen these problems, each of a job of its own.
    private func breaker(_ problems: [PictureProblem], from host: String? = "cdn") -> FetchBreaker {
        var breaker = FetchBreaker(backoff: backoff)
        for (number, problem) in problems.enumerated() { see(problem, host, "job\(number)", &breaker) }
        return breaker
    }

    private func see(
        _ problem: PictureProblem, _ host: String? = "cdn", _ job: String, _ breaker: inout FetchBreaker,
        isProbe: Bool = false, after time: Duration = .zero
    ) {
        breaker.sawProblem(
            problem, from: host, job: job, wasProbe: isProbe, at: start.advanced(by: time), random: 0.5)
    }

    @Test func `three jobs in a row pause their host, and one job as often as it likes does not`() {
        var breaker = FetchBreaker(backoff: backoff)
        for _ in 1...9 { see(.gone(status: 403), "cdn", "one", &breaker) }
        see(.other("down"), "cdn", "two", &breaker)
        #expect(!breaker.isPaused("cdn"))
        see(.notAPicture, "cdn", "three", &breaker)
        #expect(breaker.isPaused("cdn"))
        #expect(!breaker.isPaused("other"))
        #expect(breaker.pauses.map(\.host) == ["cdn"])
        #expect(breaker.pauses.map(\.problem) == [.notAPicture])
    }

    @Test func `a picture in between begins the count anew`() {
        var breaker = breaker([.other("down"), .other("down")])
        breaker.sawPicture(from: "cdn", at: start)
        see(.other("down"), "cdn", "three", &breaker)
        see(.other("down"), "cdn", "four", &breaker)
        #expect(!breaker.isPaused("cdn"))
        see(.other("down"), "cdn", "five", &breaker)
        #expect(breaker.isPaused("cdn"))
    }

    @Test func `links that do not work yet say nothing of a host that gave a picture lately`() {
        var breaker = FetchBreaker(backoff: backoff)
        breaker.sawPicture(from: "cdn", at: start)
        for job in 1...9 { see(.gone(status: 404), "cdn", "job\(job)", &breaker, after: .seconds(599)) }
        #expect(!breaker.isPaused("cdn"))
        for job in 1...3 { see(.gone(status: 404), "cdn", "job\(job)", &breaker, after: .seconds(600)) }
        #expect(breaker.isPaused("cdn"))
    }

    @Test func `one name that leads to where nothing may be fetched from is enough; a number is its link's own`() {
        #expect(breaker([.forbiddenAddress("10.0.0.1", name: "cdn")]).isPaused("cdn"))
        #expect(!breaker([.forbiddenAddress("10.0.0.1", name: nil)], from: "10.0.0.1").isPaused("10.0.0.1"))
    }

    @Test func `while it is paused one at a time tries, later each time`() {
        var breaker = breaker([.other("a"), .other("a"), .other("a")])
        let first = start.advanced(by: .seconds(10))
        #expect(breaker.ask("cdn", at: start) == .waitUntil(first))
        #expect(breaker.ask("other", at: start) == .go)
        #expect(breaker.ask("cdn", at: first) == .probe)
        #expect(breaker.ask("cdn", at: first) == .waitForProbe)
        // One that had left before the pause comes back: that makes no wait longer.
        see(.other("a"), "cdn", "late", &breaker, after: .seconds(11))
        #expect(breaker.ask("cdn", at: first) == .waitForProbe)
        see(.other("b"), "cdn", "job0", &breaker, isProbe: true, after: .seconds(12))
        #expect(
            breaker.ask("cdn", at: start.advanced(by: .seconds(31))) == .waitUntil(start.advanced(by: .seconds(32))))
        #expect(breaker.pauses.map(\.problem) == [.other("b")])
        #expect(breaker.ask("cdn", at: start.advanced(by: .seconds(32))) == .probe)
        breaker.probeWasAbandoned(of: "cdn")
        #expect(breaker.ask("cdn", at: start.advanced(by: .seconds(32))) == .probe)
        breaker.sawPicture(from: "cdn", at: start.advanced(by: .seconds(33)))
        #expect(breaker.pauses.isEmpty)
        #expect(breaker.ask("cdn", at: start.advanced(by: .seconds(33))) == .go)
    }

    @Test func `a reload tries at once, and where nobody waits any more the pause is over`() {
        var breaker = breaker([.other("a"), .other("a"), .other("a")])
        breaker.probesAreDue(at: start)
        #expect(breaker.ask("cdn", at: start) == .probe)
        breaker.nobodyWaits(for: "cdn")
        #expect(!breaker.isPaused("cdn"))
    }

    @Test func `the hosts of a year do not pile up`() {
        var breaker = FetchBreaker(backoff: backoff)
        for number in 0..<10_000 {
            breaker.sawPicture(from: "host\(number)", at: start.advanced(by: .seconds(number * 3600)))
        }
        // Forgotten are those that are no longer trusted: what is asked of them next counts.
        for job in 1...3 { see(.gone(status: 404), "host9999", "job\(job)", &breaker, after: .seconds(9_999 * 3600)) }
        #expect(!breaker.isPaused("host9999"))
        #expect(
            Mirror(reflecting: breaker).children.contains { ($0.value as? any Collection)?.count ?? 0 > 300 } == false)
    }

    @Test func `the intake is held at four jobs for each place, and let go at three`() {
        var ceiling = FetchCeiling(maxInFlight: 2)
        var held: [Bool] = []
        for jobs in [7, 8, 7, 6, 5, 6, 7] {
            ceiling.jobs = jobs
            held.append(ceiling.isReached)
        }
        #expect(held == [false, true, true, true, false, false, false])
        ceiling.maxInFlight = 1
        #expect(ceiling.isReached)
    }

    @Test func `what is said names the host, the reason and who can do something`() throws {
        let cases: [(PictureProblem, String)] = [
            (
                .gone(status: 403),
                "Check whether a firewall blocks cdn, or whether that host blocks this network; otherwise ask"
            ),
            (.gone(status: 404), "Ask the provider why its links do not work"),
            (.other("x"), "Check whether this machine can reach cdn"),
            (.tooLarge(limit: 9), "Raise picture-limit and reload"),
            (
                .forbiddenAddress("10.0.0.1", name: "cdn"),
                "Change this network's name service or proxy so that cdn leads"
            ),
            (.badInline, "Ask the provider what is wrong with its pictures"),
        ]
        for (problem, remedy) in cases {
            let sentence = try #require(
                Wording.trouble(breaker([problem, problem, problem]).pauses, FetchCeiling(maxInFlight: 8)))
            #expect(
                sentence.hasPrefix("no pictures arrive from cdn: \(Wording.sentence(problem)). Nothing more is sent"))
            #expect(sentence.contains(remedy))
        }
        var full = FetchCeiling(maxInFlight: 1)
        full.jobs = 4
        #expect(Wording.trouble([], full)?.contains("wait for their pictures") == true)
        #expect(Wording.trouble([], FetchCeiling(maxInFlight: 1)) == nil)
    }
}
