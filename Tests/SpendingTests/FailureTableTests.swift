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

    @Test func `each failure has a code of the table, and the charge that stands there`() {
        // A batch is charged as its parts are.
        let table = FailureCode.allCases.compactMap { code in code.charge.map { (code.rawValue, $0.rawValue) } }
        let charges = Self.explanations.map { ($0.code, $0.charge.rawValue) }
        let found = Dictionary(charges) { first, second in first == second ? first : "\(first) or \(second)" }
        #expect(found == Dictionary(uniqueKeysWithValues: table))
    }
}
