// SPDX-License-Identifier: Apache-2.0

/// A JSON value to be written (RFC 8259). Members keep their order, so that files read the way they are documented, and
/// numbers keep their digits.
indirect enum JSON: Equatable, Sendable {
    struct Member: Equatable, Sendable {
        var key: String
        var value: JSON
    }

    case object([Member])
    case array([JSON])
    case string(String)
    case number(String)
    case bool(Bool)
    case null

    static func number(_ integer: some BinaryInteger) -> JSON {
        .number(String(integer))
    }

    /// Leaves out every member whose value is `nil`.
    static func object(_ members: KeyValuePairs<String, JSON?>) -> JSON {
        .object(members.compactMap { key, value in value.map { Member(key: key, value: $0) } })
    }

    /// The text in UTF-8 on one line without spaces: a line of a journal.
    var line: [UInt8] {
        var writer = JSONWriter(indented: false)
        writer.write(self)
        return writer.bytes
    }

    /// The text in UTF-8, two spaces a level and a newline at its end: a file that people read, too.
    var page: [UInt8] {
        var writer = JSONWriter(indented: true)
        writer.write(self)
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

extension String {
    /// As a JSON string.
    var json: JSON { .string(self) }
}
