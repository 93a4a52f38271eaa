// SPDX-License-Identifier: Apache-2.0

@testable import Documents
@testable import Requests

extension RequestReader {
    /// One to which it is always the same hour: the last of November 2026.
    init(rules: RequestRules) {
        self.init(rules: rules, now: { Timestamp(milliseconds: 1_796_000_000_000) })
    }
}
