// SPDX-License-Identifier: Apache-2.0

/// A value of a JSON text.
enum JSONValue: Equatable, Sendable {
    case object([Member])
    case list([JSONValue])
    case text(String)
    /// As it is spelt: an id may be a number of any size.
    case number(String)
    case bool(Bool)
    case null

    /// One entry of an object; objects keep their order, and names that come twice.
    struct Member: Equatable, Sendable {
        /// ``JSONValue/bare(_:)`` of the key: `task_id`, `taskId` and `Task-ID` are one name.
        let name: String
        let value: JSONValue
    }

    /// A text without all that is neither letter nor digit, in lower case.
    static func bare(_ text: String) -> String {
        var bare: [UInt8] = []
        bare.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): bare.append(byte)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): bare.append(byte + 32)
            case 0x80...: return String(text.lowercased().unicodeScalars.filter(\.properties.isAlphanumeric))
            default: break
            }
        }
        return String(decoding: bare, as: UTF8.self)
    }
}

extension JSONValue {
    var members: [Member] { if case .object(let members) = self { members } else { [] } }

    var items: [JSONValue] { if case .list(let items) = self { items } else { [] } }

    /// The text of a text or a number, without blanks around it; `nil` where there is none, or nothing in it.
    var plainText: String? {
        switch self {
        case .text(let text), .number(let text):
            let trimmed = text.trimmingBlanks
            return trimmed.isEmpty ? nil : trimmed
        case .object, .list, .bool, .null: return nil
        }
    }

    /// A whole number, also where it is spelt as a text or with a point.
    var integer: Int? {
        guard let text = plainText else { return nil }
        return Int(text) ?? Double(text).flatMap(Int.init(exactly:))
    }

    /// The first value of that name that is there at all; `nil` also where this is no object.
    subscript(name: String) -> JSONValue? { members.first { $0.name == name && $0.value != .null }?.value }
}

extension Unicode.Scalar.Properties {
    fileprivate var isAlphanumeric: Bool { isAlphabetic || numericType != nil }
}

extension String {
    var trimmingBlanks: String {
        guard first?.isWhitespace == true || last?.isWhitespace == true else { return self }
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
