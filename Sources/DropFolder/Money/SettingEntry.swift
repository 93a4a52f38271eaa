// SPDX-License-Identifier: Apache-2.0

/// One entry of a setting's text of the form `NAME = VALUE, NAME = VALUE`. Pure.
struct SettingEntry: Equatable, Sendable {
    /// The entry as it was given, without the spaces around it.
    let text: String
    /// What stands before the last `=`, without the spaces around it; `nil` where there is no `=`.
    let name: String?
    /// What stands behind the last `=`, without the spaces around it; the whole text where there is no `=`.
    let value: String

    /// All entries in their order. What is blank between two commas is none.
    static func all(in text: String) -> [SettingEntry] {
        text.split(separator: ",").map(SettingEntry.init).filter { !$0.text.isEmpty }
    }

    private init(_ part: Substring) {
        text = Self.trimmed(part)
        if let sign = part.lastIndex(of: "=") {
            name = Self.trimmed(part[..<sign])
            value = Self.trimmed(part[part.index(after: sign)...])
        } else {
            name = nil
            value = text
        }
    }

    static func trimmed(_ text: some StringProtocol) -> String {
        var rest = text[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
