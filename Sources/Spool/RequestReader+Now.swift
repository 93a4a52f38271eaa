// SPDX-License-Identifier: Apache-2.0

internal import FileIO
package import Requests

extension RequestReader {
    /// One that goes by the machine's clock.
    package init(rules: RequestRules) {
        self.init(rules: rules, now: { .now })
    }
}
