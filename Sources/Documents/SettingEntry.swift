// SPDX-License-Identifier: Apache-2.0

/// One entry of a setting's text of the form `NAME = VALUE, NAME = VALUE`. Pure.
package struct SettingEntry: Equatable, Sendable {
    /// The entry as it was given, without the spaces around it.
    package let text: String
    /// What stands before the last `=`, without the spaces around it; `nil` where there is no `=`.
    package let name: String?
    /// What stands behind the last `=`, without the spaces around it; the whole text where there is no `=`.
    package let value: String

    /// All entries in their order. What is blank between two commas is none.
    package static func all(in text: String) -> [SettingEntry] {
        text.split(separator: ",").map(SettingEntry.init).filter { !$0.text.isEmpty }
    }

    private init(_ part: Substring) {
        text = part.trimmed
        if let sign = part.lastIndex(of: "=") {
            name = part[..<sign].trimmed
            value = part[part.index(after: sign)...].trimmed
        } else {
            name = nil
            value = text
        }
    }
}
