// SPDX-License-Identifier: Apache-2.0

/// The API's own name for a piece of work. There is no way to list one's tasks, so it must be kept.
public struct TaskID: Hashable, Sendable {
    /// The name as the API gave it.
    public let text: String

    /// `nil` where the text is empty, longer than 512 bytes, or has control characters: no name that could be asked
    /// for.
    public init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= 512, !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            return nil
        }
        self.text = text
    }

    /// As one segment of a path: all but unreserved characters percent-encoded (RFC 3986, 2.3). `.` alone would be
    /// taken for a directory, so it is encoded too.
    var pathSegment: String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { segment, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"):
                segment.unicodeScalars.append(Unicode.Scalar(byte))
            default: segment += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
