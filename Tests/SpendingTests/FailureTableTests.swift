// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import NanoBanana
@testable import Requests
@testable import Spending
@testable import TestSupport

/// The table of failures in the documents against what the failures say of themselves.
struct FailureTableTests {
    private static let explanations: [Explanation] = [
        Samples.invalid, Samples.refused, Samples.unknown, Samples.interrupted, Samples.taskFailed, Samples.timedOut,
        Samples.pictureFailed, Wording.notShared, Wording.explain(.refusedAlone(message: "no", times: 3)),
        Wording.explain(.taskUnknown(Samples.task, message: "")), Wording.explain(.journalDamaged(line: 1)),
        Wording.explain(.localPictures([LocalPictureFault(file: "a.png", problem: .outside)])),
        Wording.explain(Repetition.loop(times: 5)), Wording.overLimit(Limit(owner: .spool, size: .submits(1))),
    ]

    /// Code and charge of each row.
    private static var rows: [String: String] {
        get throws {
            let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            let page = tests.deletingLastPathComponent()
                .appendingPathComponent("Sources/bananadrop/Documentation.docc/Failures.md")
            let lines = try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
            let cells = lines.drop { !$0.hasPrefix("| code |") }.dropFirst(2).prefix { $0.hasPrefix("| `") }
                .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
            return Dictionary(uniqueKeysWithValues: cells.map { ($0[0].filter { $0 != "`" }, $0[1]) })
        }
    }

    @Test func `each failure stands in the table with its charge`() throws {
        var rows = try Self.rows
        // A batch is charged as its parts are.
        #expect(rows.removeValue(forKey: "parts-failed") == "as its parts")
        let charges = Self.explanations.map { ($0.code, $0.charge.rawValue) }
        #expect(rows == Dictionary(charges) { first, second in first == second ? first : "\(first) or \(second)" })
    }
}
