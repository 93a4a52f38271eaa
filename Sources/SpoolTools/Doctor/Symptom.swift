// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// What a check found, as facts; the sentences are in ``Wording``.
protocol Symptom: Equatable, Sendable {
    static var subject: Diagnosis.Subject { get }
    var level: Diagnosis.Level { get }
    var words: Wording.Words { get }
}

extension Wording {
    /// What was found, and what to do; no full stop.
    struct Words: Equatable, Sendable {
        var finding: String
        var advice: String?

        init(_ finding: String, advice: String? = nil) {
            self.finding = finding
            self.advice = advice
        }
    }
}
