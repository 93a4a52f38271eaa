// SPDX-License-Identifier: Apache-2.0

/// The key to the API. It never shows itself: not in descriptions, not to mirrors.
public struct APIKey: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    let text: String

    /// Takes white space around it away, as key files end in a line break. `nil` where nothing is left, or where it has
    /// characters that a header cannot carry.
    public init?(_ text: String) {
        var rest = text[...]
        while rest.last?.isWhitespace == true { rest.removeLast() }
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        guard !rest.isEmpty, rest.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        self.text = String(rest)
    }

    /// Always the same word.
    public var description: String { "APIKey(hidden)" }
    /// Always the same word.
    public var debugDescription: String { description }
    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
