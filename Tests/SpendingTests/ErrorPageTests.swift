// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import NanoBanana
@testable import Requests
@testable import Spending
@testable import TestSupport

/// What `error.txt` says, and `result.json` with it.
struct ErrorPageTests {
    static let labels = ["What happened: ", "Where: ", "Was it charged? ", "What to do: ", "For support: "]

    /// Of each code one at least.
    static let reasons: [Explanation] =
        FailureTableTests.explanations + [
            Wording.explain(failed: [
                BatchSummary.Part(folder: "001-a", job: Samples.claimed(), outcome: .failed(Samples.taskFailed))
            ]),
            Explanation(written: "of-later", charge: .maybe, what: "It broke.", details: [], next: "Mend it."),
        ]

    @Test func `each code is tried`() {
        #expect(Set(Self.reasons.map(\.code)).isSuperset(of: FailureCode.allCases.map(\.rawValue)))
    }

    @Test(arguments: reasons.indices, [Bill(charged: 0, maybeCharged: 0), Bill(charged: 2, maybeCharged: 1)])
    func `every failure says what, where, whether it was charged, what to do, and what support asks for`(
        index: Int, bill: Bill
    ) {
        let lines = Wording.errorText(Self.reasons[index], of: Samples.claimed(), bill).split(separator: "\r\n")
        let parts = lines.filter { !$0.hasPrefix(" ") }
        #expect(parts.count == Self.labels.count)
        for (part, label) in zip(parts, Self.labels) {
            #expect(part.hasPrefix(label) && part.count > label.count + 2, "\(part)")
        }
        #expect(lines.allSatisfy { $0.count <= 120 }, "\(lines)")
    }

    @Test func `error.txt is for Notepad: CRLF, and the caret stands below the place`() throws {
        let findings = Findings(all: [
            Finding(problem: .unknownKey("promt", nearest: "prompt"), place: .init(line: 1, column: 1)),
            Finding(problem: .blankPrompt, place: .init(line: 3, column: 10)),
        ])
        let why = Wording.explain(.invalidRequest(findings)).quoting(findings, from: "promt: x\n\n  prompt:\t''\n")
        let expected = [
            "What happened: The request file has 2 mistakes, so nothing was sent.",
            "Where: hero.yaml",
            "  line 1, column 1: there is no key `promt`; did you mean `prompt`?",
            "      promt: x",
            "      ^",
            "  line 3, column 10: `prompt` is empty: say what to do with the pictures",
            "        prompt: ''",
            "               ^",
            "Was it charged? No.",
            "What to do: Correct the file and drop it into the inbox again.",
            "For support: job hero, no task id", "",
        ]
        let text = Wording.errorText(why, of: Samples.claimed(), Bill(charged: 0, maybeCharged: 0))
        #expect(text == expected.joined(separator: "\r\n"))
        #expect(Explanation(journal: try JSONDocumentParser.parse(why.json.line)) == why, "a restart tells the same")
    }

    static let lines: [(name: String, line: String, column: Int, quote: String?, caret: Int)] = [
        ("the end of the line", "ab", 3, "ab", 2),
        ("behind its end", "ab", 5, nil, 0),
        ("an empty line", "", 1, nil, 0),
        ("what moves a cursor", "a\u{1B}[31m\u{202E}b", 8, "aU+001B[31mU+202Eb", 17),
        ("a long line", String(repeating: "x", count: 300), 151, "…" + String(repeating: "x", count: 90) + "…", 61),
        ("a password", "u: https://me:secret@a.b/c", 4, "u: https://***@a.b/c", 3),
        ("a place behind a password", "u: https://me:secret@a.b/c d", 28, nil, 0),
        ("no letters", "żółć: 貓", 7, "żółć: 貓", 6),
    ]

    @Test(arguments: lines.indices)
    func `a line is shown as far as it may be`(index: Int) {
        let item = Self.lines[index]
        let findings = Findings(.blankPrompt, .init(line: 2, column: item.column))
        let why = Wording.explain(.invalidRequest(findings)).quoting(findings, from: "first\n\(item.line)\nlast")
        #expect(why.quotes.map(\.text) == (item.quote.map { [$0] } ?? []), "\(item.name)")
        #expect(why.quotes.map(\.caret) == (item.quote == nil ? [] : [item.caret]), "\(item.name)")
    }

    @Test func `a table's rows are not shown as lines, and a file that is shorter than it was has none`() {
        let findings = Findings(all: [
            Finding(problem: .blankPrompt, place: .init(line: 1, column: 1), cell: .init(row: 2, column: "prompt")),
            Finding(problem: .blankPrompt, place: .init(line: 9, column: 1)),
        ])
        let why = Wording.explain(.invalidRequest(findings))
        #expect(why.quoting(findings, from: "prompt\n\"\"\n").quotes.isEmpty)
        #expect(findings.haveLines && !Findings(all: [findings.all[0]]).haveLines)
    }

    static let charges: [(charge: Explanation.Charge, bill: Bill, says: String)] = [
        (.no, Bill(charged: 0, maybeCharged: 0), "No."),
        (.yes, Bill(charged: 0, maybeCharged: 0), "Yes."),
        (.yes, Bill(charged: 1, maybeCharged: 0), "Yes: 1 submit."),
        (.yes, Bill(charged: 2, maybeCharged: 0, money: "0.24"), "Yes: 2 submits, 0.24."),
        (.maybe, Bill(charged: 0, maybeCharged: 0), "It may have been charged."),
        (
            .maybe, Bill(charged: 0, maybeCharged: 1, moneyMaybe: "0.12"),
            "It may have been charged: 1 submit, 0.12."
        ),
        (
            .maybe, Bill(charged: 2, maybeCharged: 1, money: "0.24"),
            "Yes: 2 submits, 0.24. And more may have been charged: 1 submit."
        ),
    ]

    @Test(arguments: charges.indices)
    func `how much was charged is said where it is known`(index: Int) {
        #expect(Wording.charged(Self.charges[index].charge, Self.charges[index].bill) == Self.charges[index].says)
    }

    @Test func `what the dropper cannot mend says whose it is`() {
        let whose = Dictionary(grouping: Self.reasons, by: \.who).mapValues { $0.map(\.code) }
        #expect(whose[.administrator] == ["picture-missing", "journal-damaged", "no-price"])
        #expect(Set(whose[.accountHolder] ?? []) == ["unknown-outcome"])
        let tooLarge = Wording.explain(.pictureFailed(number: 1, .tooLarge(limit: 1), .young))
        let text = Wording.errorText(tooLarge, of: Samples.claimed(), Bill(charged: 1, maybeCharged: 0))
        #expect(text.replacing(/\r\n +/, with: " ").contains("This is for the administrator to mend."))
    }

    @Test func `a task's name is there for support, and money by the table of prices`() throws {
        let (job, _) = try Samples.job(after: [
            .read(try Samples.request(variants: 2)), .submitting(variant: 0), .submitted(variant: 0, Samples.task),
            .submitting(variant: 1), .variantFailed(variant: 1, Samples.unknown, response: nil),
            .variantFailed(variant: 0, Samples.taskFailed, response: nil),
        ])
        let bill = Bill(of: job) { _ in Amount("0.1") }
        #expect(bill == Bill(charged: 1, maybeCharged: 1, money: "0.10", moneyMaybe: "0.10"))
        #expect(Bill(of: job) { _ in nil } == Bill(charged: 1, maybeCharged: 1))
        let text = Wording.errorText(Samples.unknown, of: job, bill)
        #expect(text.contains("\r\nFor support: job hero, task task-1\r\n"))
        let summary = ResultSummary(job: job, outcome: .failed(Samples.unknown), finishedAt: Samples.later, bill: bill)
        #expect(summary.json.text("money") == "0.10" && summary.json.text("money_maybe") == "0.10")
        #expect(summary.json.member("reason")?.text("who") == "account-holder")
    }

    @Test(arguments: [("3", "3.00"), ("0.1", "0.10"), ("0.12", "0.12"), ("0.125", "0.125")])
    func `amounts have two digits behind the point at least`(text: String, full: String) {
        #expect(Amount(text)?.inFull == full)
    }
}
