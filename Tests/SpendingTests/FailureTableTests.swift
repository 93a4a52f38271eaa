// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import NanoBanana
@testable import Requests
@testable import Spending
@testable import TestSupport

/// The table of failures against what the failures say of themselves.
struct FailureTableTests {
    static let explanations: [Explanation] = [
        Samples.invalid, Samples.refused, Samples.unknown, Samples.interrupted, Samples.taskFailed, Samples.timedOut,
        Samples.pictureFailed, Wording.notShared, Wording.explain(.refusedAlone(message: "no", times: 3)),
        Wording.explain(.taskUnknown(Samples.task, message: "")), Wording.explain(.journalDamaged(line: 1)),
        Wording.explain(.cancelled), Wording.explain(.noPrice("nano-banana")),
        Wording.explain(.localPictures([LocalPictureFault(file: "a.png", problem: .outside)])),
        Wording.explain(Repetition.loop(times: 5)), Wording.overLimit(Limit(owner: .spool, size: .submits(1))),
    ]

    @Test func `no failure repeats what links in the API's words carry behind their paths`() {
        let words = #"cannot fetch "https://a.b/c.png?X-Amz-Signature=secret", which is https://a.b/c.png?sig=secret."#
        let failures: [Failure] = [
            .refused(code: 400, message: words), .refusedAlone(message: words, times: 3), .unknownOutcome(words),
            .taskFailed(Samples.task, message: words), .taskUnknown(Samples.task, message: words),
            .taskTimedOut(Samples.task, after: .seconds(60), lastWords: words),
        ]
        for what in failures.map({ Wording.explain($0).what }) {
            #expect(what.contains(#"cannot fetch "https://a.b/c.png?***", which"#), "\(what)")
            #expect(!what.contains("secret"), "\(what)")
        }
    }

    @Test func `each failure has a code of the table, and the charge that stands there`() {
        // A batch is charged as its parts are.
        let table = FailureCode.allCases.compactMap { code in code.charge.map { (code.rawValue, $0.rawValue) } }
        let charges = Self.explanations.map { ($0.code, $0.charge.rawValue) }
        let found = Dictionary(charges) { first, second in first == second ? first : "\(first) or \(second)" }
        #expect(found == Dictionary(uniqueKeysWithValues: table))
    }
}
