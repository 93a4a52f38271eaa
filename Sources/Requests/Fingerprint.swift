// SPDX-License-Identifier: Apache-2.0

/// What tells the content of one request from that of another: FNV-1a in 64 bits. Written as 16 lower-case hexadecimal
/// digits.
///
/// It is quick and protects from accidents, not from somebody who makes two contents with the same fingerprint on
/// purpose.
package struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
    let value: UInt64

    init(value: UInt64) {
        self.value = value
    }

    package init(of bytes: [UInt8]) {
        value = bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }

    /// Reads what ``description`` writes; `nil` for anything else.
    package init?(_ text: String) {
        guard text.utf8.count == 16, let value = UInt64(text, radix: 16) else { return nil }
        self.value = value
        guard description == text else { return nil }
    }

    package var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
