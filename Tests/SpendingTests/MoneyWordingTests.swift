// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents
@testable import Jobs
@testable import Requests
@testable import Spending
@testable import TestSupport

/// What is said about money, word for word.
struct MoneyWordingTests {
    private static let since = Samples.start
    private static let again = "set variants, write `again: true` into it, or put it into a folder `again` beside it"

    private static let repetitions: [(why: Repetition, what: String, advice: String)] = [
        (
            .sameName("acme/hero", since: since),
            "acme/hero asks for exactly what was asked for under that name at \(LocalTime(since))",
            "to pay for it once more, change a word, rename the file, \(again); otherwise remove the file, and if a "
                + "program keeps copying it here, let that program remove the original (rsync --remove-source-files)"
        ),
        (
            .copy("hero (1)", of: "hero", since: since),
            "hero (1) looks like a copy of hero, which asked for exactly the same at \(LocalTime(since))",
            "to pay for it once more, change a word, give it a name of its own, \(again); otherwise remove it"
        ),
        (
            .loop(times: 1),
            "the same request was started 1 time within an hour, perhaps by a sync client or a script that runs "
                + "in a loop",
            "stop whatever drops it, and remove the file; to pay for it once more, change a word, \(again)"
        ),
        (
            .rows("catalog", count: 9), "9 rows of catalog ask for exactly the same",
            "correct the table; to pay for each of them, give one row variants, or fill a column `again` with true"
        ),
    ]

    @Test(arguments: repetitions.indices)
    func `what is held says why, and how to ask for another try`(index: Int) {
        let (why, what, advice) = Self.repetitions[index]
        #expect(Wording.sentence(Hold(reason: .repeated(why))) == "\(what), so nothing was sent; \(advice)")
        let explanation = Wording.explain(why)
        #expect(explanation.charge == .no && explanation.code == "repeated")
        #expect(explanation.what == Wording.capitalized(what) + ", so nothing was sent.")
        #expect(explanation.next == Wording.capitalized(advice) + ".")
    }

    private static let limits: [(limit: Limit, words: String)] = [
        (Limit(owner: .spool, size: .submits(15)), "submit limit (daily-submits: 15)"),
        (
            Limit(owner: .spool, size: .money(Amount(millionths: 15_500_000))), "spending limit (daily-money: 15.5)"
        ),
        (
            Limit(owner: .lane(Samples.acme), size: .submits(1)),
            "submit limit for lane acme (lane-daily-submits: 1)"
        ),
        (
            Limit(owner: .lane(Samples.acme), size: .money(Amount(millionths: 120_000))),
            "spending limit for lane acme (lane-daily-money: 0.12)"
        ),
    ]

    @Test(arguments: limits.indices)
    func `a limit is named by its setting, and says when it ends`(index: Int) {
        let (limit, words) = Self.limits[index]
        let until = "\(LocalTime(Samples.later))".dropLast(3)
        #expect(
            Wording.sentence(Hold(reason: .limit(limit), until: Samples.later))
                == "today's \(words) is used up; continues at \(until)")
        #expect(Wording.sentence(Hold(reason: .limit(limit))) == "today's \(words) is used up")
        #expect(
            Wording.overLimit(limit).what == "This request alone exceeds the daily \(words), so nothing was sent.")
    }

    @Test(arguments: [
        (1, 0, "held: 1 file: x"), (2, 1, "held: 2 files and 1 job: x"), (0, 3, "held: 3 jobs: x"),
        (0, 0, "held: 0 files: x"),
    ])
    func `what a reason holds up is counted`(files: Int, jobs: Int, sentence: String) {
        #expect(Wording.held(files: files, jobs: jobs, why: "x") == sentence)
    }

    @Test func `a lane whose defaults have a mistake says so`() {
        let reason = Hold.Reason.defaults(file: "acme/_defaults.yaml", mistake: "line 1, column 1: x")
        #expect(
            Wording.sentence(Hold(reason: reason))
                == "acme/_defaults.yaml has a mistake, so the requests of its lane wait until it is corrected: line 1, "
                + "column 1: x")
    }
}
