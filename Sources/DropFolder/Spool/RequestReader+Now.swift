// SPDX-License-Identifier: Apache-2.0

extension RequestReader {
    /// One that goes by the machine's clock.
    init(rules: RequestRules) {
        self.init(rules: rules, now: { .now })
    }
}
