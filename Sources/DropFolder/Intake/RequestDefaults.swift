// SPDX-License-Identifier: Apache-2.0

/// What the `_defaults.yaml` of a lane, and of those above it, supply for requests that leave a key out.
struct RequestDefaults: Equatable, Sendable {
    /// Keys and values, as a request would have them; no key twice.
    var entries: [DocumentNode.Entry] = []
    /// How urgent the lane is, 1 to 9; `nil` where nothing says so. Lanes of a higher number go first.
    var priority: Int?

    static let none = RequestDefaults()
    static let priorities = 1...9
    static let usualPriority = 5
}
