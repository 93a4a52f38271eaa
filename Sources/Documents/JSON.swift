// SPDX-License-Identifier: Apache-2.0

/// A JSON value to be written (RFC 8259). Members keep their order, so that files read the way they are documented, and
/// numbers keep their digits.
package enum JSON: Equatable, Sendable {
    package struct Member: Equatable, Sendable {
        package var key: String
        package var value: JSON

        package init(key: String, value: JSON) {
            self.key = key
            self.value = value
        }
    }

    case object([Member])
    case array([JSON])
    case string(String)
    case number(String)
    case bool(Bool)
    case null
    /// A value that was written already, on one line: it is kept long, and its text is many times smaller than a tree.
    case encoded([UInt8])

    package static func number(_ integer: some BinaryInteger) -> JSON {
        .number(String(integer))
    }

    /// Leaves out every member whose value is `nil`.
    package static func object(_ members: KeyValuePairs<String, JSON?>) -> JSON {
        .object(members.compactMap { key, value in value.map { Member(key: key, value: $0) } })
    }

    /// The text in UTF-8 on one line without spaces: a line of a journal.
    package var line: [UInt8] {
        var writer = JSONWriter(indented: false)
        writer.write(self)
        return writer.bytes
    }

    /// The same value as little more than its text.
    package var packed: JSON { .encoded(line) }

    /// The text in UTF-8, two spaces a level and a newline at its end: a file that people read, too.
    package var page: [UInt8] {
        var writer = JSONWriter(indented: true)
        writer.write(self)
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}

extension JSON {
    /// For people who are to correct it: in lines, but where the indentation would outgrow what stands there.
    package var readable: [UInt8] {
        let line = line
        let page = line.count < 64 << 10 ? page : []
        return page.isEmpty || page.count > 4 * line.count + 1024 ? line + [UInt8(ascii: "\n")] : page
    }
}

extension String {
    /// As a JSON string.
    package var json: JSON { .string(self) }
}
