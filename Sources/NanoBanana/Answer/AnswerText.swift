// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// The JSON in the body of an answer, whatever stands around it: a web page's comment, a program's warnings, a call
/// around it (JSONP), a byte order mark; in whatever characters it is written. Pure.
struct AnswerText {
    /// The objects and lists that stand in the body, one behind the other; those in a broken one stand for themselves.
    let values: [JSONValue]
    /// Whether nothing is missing at the end.
    let isWhole: Bool

    /// How many brackets are tried: a body full of broken ones must not take for ever.
    private static let most = 1_000

    init(_ body: ByteBuffer) {
        self = body.withUnsafeReadableBytes { bytes in
            guard let text = Self.transcoded(bytes) else { return Self(bytes) }
            return Array(text.utf8).withUnsafeBytes { Self($0) }
        }
    }

    private init(_ bytes: UnsafeRawBufferPointer) {
        var (values, isWhole): ([JSONValue], Bool) = ([], true)
        var (at, tries, left) = (0, 0, LenientJSON.most)
        while tries < Self.most, let start = bytes[at...].firstIndex(where: Self.isBracket) {
            tries += 1
            var reader = LenientJSON(bytes, from: start, left: left)
            if let value = reader.value() {
                values.append(value)
                at = reader.at
            } else {
                if reader.isAtEnd { isWhole = false }
                at = start + 1
            }
            left = reader.left
        }
        if values.isEmpty {
            // A text or a number alone is JSON, too.
            var reader = LenientJSON(bytes)
            values = [reader.value()].compactMap { reader.isAtEnd ? $0 : nil }
        }
        (self.values, self.isWhole) = (values, isWhole)
    }

    private static func isBracket(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") }

    /// The text where it is not UTF-8; `nil` where it is, or is nothing that is known.
    private static func transcoded(_ bytes: UnsafeRawBufferPointer) -> String? {
        if let encoding = wide(Array(bytes.prefix(4))) { return String(data: Data(bytes), encoding: encoding) }
        if isUTF8(bytes) { return nil }
        // GB 18030, which has GBK and GB 2312 in it: the other alphabet of the service's country.
        return chinese(bytes)
    }

    private static func chinese(_ bytes: UnsafeRawBufferPointer) -> String? {
        #if canImport(Glibc)
            // iconv_open(3): -1 where it does not know one of them.
            guard let converter = iconv_open("UTF-8", "GB18030"), Int(bitPattern: converter) != -1 else { return nil }
            defer { iconv_close(converter) }
            // Two bytes of it come to three at most, four to four.
            var text = [CChar](repeating: 0, count: bytes.count * 2 + 16)
            var input = Array(bytes.bindMemory(to: CChar.self))
            let count = input.withUnsafeMutableBufferPointer { input in
                text.withUnsafeMutableBufferPointer { output -> Int? in
                    var (from, to) = (input.baseAddress, output.baseAddress)
                    var (left, room) = (input.count, output.count)
                    return iconv(converter, &from, &left, &to, &room) == -1 ? nil : output.count - room
                }
            }
            guard let count else { return nil }
            return String(validating: text[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        #else
            return String(data: Data(bytes), encoding: String.Encoding(rawValue: 0x8000_0632))
        #endif
    }

    private static func isUTF8(_ bytes: UnsafeRawBufferPointer) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    /// UTF-16 and UTF-32, by the mark at their beginning or by where the zeros stand (RFC 4627, 3).
    private static func wide(_ start: [UInt8]) -> String.Encoding? {
        if start.starts(with: [0xFF, 0xFE, 0, 0]) { return .utf32 }
        if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) { return .utf16 }
        guard start.count == 4 else { return nil }
        switch start.map({ $0 == 0 }) {
        case [true, false, true, false]: return .utf16BigEndian
        case [false, true, false, true]: return .utf16LittleEndian
        case [true, true, true, false]: return .utf32BigEndian
        case [false, true, true, true]: return .utf32LittleEndian
        default: return nil
        }
    }
}
