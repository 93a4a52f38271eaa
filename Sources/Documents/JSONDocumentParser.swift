// SPDX-License-Identifier: Apache-2.0

/// Reads JSON (RFC 8259) strictly and remembers where each value stands, which Foundation's readers do not tell.
/// Duplicate keys are errors: the RFC leaves their meaning open, and a request must mean one thing.
package struct JSONDocumentParser {
    /// How deep lists and maps may nest. The parser recurses, so a bound keeps a hostile file off the stack's end.
    static let depthLimit = 64

    private let bytes: [UInt8]
    private var index = 0
    private var line: Int
    private var counted = 0
    private var columns = 0
    private var depth = 0
    private var values = 0
    private let valuesLimit: Int

    /// - Parameters:
    ///   - bytes: valid UTF-8 without a BOM.
    ///   - firstLine: the number of the line with which they begin.
    ///   - valuesLimit: how many values there may be; what was written here may hold any number.
    init(_ bytes: [UInt8], firstLine: Int = 1, valuesLimit: Int = .max) {
        self.bytes = bytes
        self.valuesLimit = valuesLimit
        line = firstLine
    }

    package static func parse(
        _ bytes: [UInt8], firstLine: Int = 1, valuesLimit: Int = .max
    ) throws(DocumentError) -> DocumentNode {
        var parser = JSONDocumentParser(bytes, firstLine: firstLine, valuesLimit: valuesLimit)
        parser.skipSpace()
        guard parser.peek != nil else { throw DocumentError(problem: .empty, place: nil) }
        if let odd = parser.oddBeginning { throw parser.error(.noBeginning(odd)) }
        let node = try parser.value()
        parser.skipSpace()
        guard parser.peek == nil else { throw parser.error(parser.isAtComment ? .comment : .trailingText) }
        return node
    }

    /// Whether the whole text is one JSON number.
    mutating func isOneNumber() -> Bool {
        guard let first = peek, first == UInt8(ascii: "-") || isDigit(first) else { return false }
        return (try? number()) != nil && peek == nil
    }

    private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// Columns count scalars: continuation bytes of UTF-8 are not counted. Goes on from the place asked for last, so
    /// that a line of a mebibyte is counted once.
    private mutating func place() -> DocumentNode.Place {
        let end = min(index, bytes.count)
        columns += bytes[counted..<end].count { $0 & 0xC0 != 0x80 }
        counted = end
        return .init(line: line, column: columns + 1)
    }

    private mutating func error(_ problem: DocumentError.Problem) -> DocumentError {
        DocumentError(problem: problem, place: place())
    }

    private mutating func unexpected(_ expected: String) -> DocumentError {
        guard index < bytes.count else { return error(.unexpectedEnd) }
        if isAtComment { return error(.comment) }
        let rest = String(decoding: bytes[index..<min(index + 4, bytes.count)], as: UTF8.self)
        return error(.unexpectedCharacter(rest.unicodeScalars.first ?? "?", expected: expected))
    }

    /// What no value begins with; `nil` where one may.
    private var oddBeginning: Unicode.Scalar? {
        let rest = String(decoding: bytes[index..<min(index + 4, bytes.count)], as: UTF8.self)
        guard let first = rest.unicodeScalars.first, !isAtComment, !"{[\"-tfn0123456789".unicodeScalars.contains(first)
        else { return nil }
        return first
    }

    /// As other languages have them.
    private var isAtComment: Bool {
        let rest = bytes[index...].prefix(2)
        return rest.first == UInt8(ascii: "#") || rest.elementsEqual("//".utf8) || rest.elementsEqual("/*".utf8)
    }

    private mutating func skipSpace() {
        while let byte = peek {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"): index += 1
            case UInt8(ascii: "\n"):
                index += 1
                newLine()
            case UInt8(ascii: "\r"):
                index += 1
                if peek != UInt8(ascii: "\n") { newLine() }
            default: return
            }
        }
    }

    private mutating func newLine() {
        line += 1
        (counted, columns) = (index, 0)
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: scalar) else { return false }
        index += 1
        return true
    }

    private mutating func value() throws(DocumentError) -> DocumentNode {
        let start = place()
        values += 1
        if values > valuesLimit { throw error(.tooManyValues(limit: valuesLimit)) }
        switch peek {
        case UInt8(ascii: "{"): return DocumentNode(content: .map(try map()), place: start)
        case UInt8(ascii: "["): return DocumentNode(content: .list(try list()), place: start)
        case UInt8(ascii: "\""): return DocumentNode(content: .scalar(try string(), .text), place: start)
        case UInt8(ascii: "t"): return try word("true", .bool, start)
        case UInt8(ascii: "f"): return try word("false", .bool, start)
        case UInt8(ascii: "n"): return try word("null", .null, start)
        case .some(let byte) where byte == UInt8(ascii: "-") || isDigit(byte):
            return DocumentNode(content: .scalar(try number(), .number), place: start)
        case .some, .none: throw unexpected("a value")
        }
    }

    private mutating func word(
        _ word: String, _ kind: DocumentNode.Scalar, _ start: DocumentNode.Place
    ) throws(DocumentError) -> DocumentNode {
        for byte in word.utf8 {
            guard peek == byte else { throw unexpected("`\(word)`") }
            index += 1
        }
        return DocumentNode(content: .scalar(word, kind), place: start)
    }

    private mutating func enter() throws(DocumentError) {
        depth += 1
        if depth > Self.depthLimit { throw error(.nestedTooDeep(limit: Self.depthLimit)) }
    }

    private mutating func map() throws(DocumentError) -> [DocumentNode.Entry] {
        try enter()
        defer { depth -= 1 }
        index += 1
        var entries: [DocumentNode.Entry] = []
        var seen: Set<String> = []
        skipSpace()
        if take("}") { return [] }
        while true {
            skipSpace()
            let keyPlace = place()
            guard peek == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
            let key = try string()
            guard seen.insert(key).inserted else {
                throw DocumentError(problem: .duplicateKey(key), place: keyPlace)
            }
            skipSpace()
            guard take(":") else { throw unexpected("`:` after the key") }
            skipSpace()
            entries.append(.init(key: key, keyPlace: keyPlace, value: try value()))
            skipSpace()
            if take("}") { return entries }
            guard take(",") else { throw unexpected("`,` or `}`") }
        }
    }

    private mutating func list() throws(DocumentError) -> [DocumentNode] {
        try enter()
        defer { depth -= 1 }
        index += 1
        var items: [DocumentNode] = []
        skipSpace()
        if take("]") { return [] }
        while true {
            skipSpace()
            items.append(try value())
            skipSpace()
            if take("]") { return items }
            guard take(",") else { throw unexpected("`,` or `]`") }
        }
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private mutating func digits() throws(DocumentError) {
        guard let first = peek, isDigit(first) else { throw error(.badNumber) }
        while let byte = peek, isDigit(byte) { index += 1 }
    }

    private mutating func number() throws(DocumentError) -> String {
        let start = index
        _ = take("-")
        if take("0") {
            if let next = peek, isDigit(next) { throw error(.badNumber) }
        } else {
            try digits()
        }
        if take(".") { try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            try digits()
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }
}

extension JSONDocumentParser {
    private mutating func string() throws(DocumentError) -> String {
        index += 1
        var text: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                index += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw error(.controlCharacterInString)
            default:
                text.append(byte)
                index += 1
            }
        }
        throw error(.unexpectedEnd)
    }

    private mutating func escape(into text: inout [UInt8]) throws(DocumentError) {
        index += 1
        guard let kind = peek else { throw error(.unexpectedEnd) }
        index += 1
        switch kind {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(kind)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: String(Character(try unicodeEscape())).utf8)
        default: throw error(.badEscape)
        }
    }

    /// A `\u` escape, or two of them where the first is a high surrogate. A lone surrogate is no character.
    private mutating func unicodeEscape() throws(DocumentError) -> Unicode.Scalar {
        let first = try hexUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xD800...0xDBFF).contains(first), take("\\"), take("u") else { throw error(.badEscape) }
        let second = try hexUnit()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw error(.badEscape) }
        return scalar
    }

    private mutating func hexUnit() throws(DocumentError) -> UInt32 {
        guard index + 4 <= bytes.count else { throw error(.unexpectedEnd) }
        var unit: UInt32 = 0
        for byte in bytes[index..<index + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw error(.badEscape)
            }
            unit = unit << 4 + UInt32(digit)
        }
        index += 4
        return unit
    }
}
