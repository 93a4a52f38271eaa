// SPDX-License-Identifier: Apache-2.0

/// A text that only those may know who have a right to something. It is compared in a time that tells nothing of it, and
/// shown nowhere.
package struct SecretText: Sendable, CustomStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    package init(_ text: String) { bytes = Array(text.utf8) }

    /// Whether it is that one. Takes as long whichever byte is the first that differs.
    package func isSame(as other: String) -> Bool {
        let others = Array(other.utf8)
        var difference = bytes.count ^ others.count
        for (index, byte) in others.enumerated() {
            difference |= Int(byte ^ (bytes.isEmpty ? 0 : bytes[index % bytes.count]))
        }
        return difference == 0
    }

    package var description: String { "(secret)" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
