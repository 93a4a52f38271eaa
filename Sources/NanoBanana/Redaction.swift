// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// Takes what must not be written out of a text: the secrets that it knows, and what links carry beside scheme, host
/// and path. Pure.
///
/// Where it is not sure it takes too much: the rest of a word behind a `?` is lost sooner than half of a signature is
/// kept.
public struct Redaction: Sendable, CustomStringConvertible, CustomReflectable {
    /// What stands in the place of what was taken out. A link with it in it is still one.
    public static let mark = "***"
    /// What is shorter may stand anywhere by chance, and keeps nothing safe.
    public static let shortestSecret = 6

    private var secrets: Set<[UInt8]> = []
    /// Whether a byte may begin a secret, by its value.
    private var beginnings = [Bool](repeating: false, count: 256)

    /// Knows no secret; links it knows by their looks.
    public init() {}

    /// Never forgets: a key that was replaced may still be in use elsewhere.
    public mutating func add(_ key: APIKey) { add(Array(key.text.utf8)) }

    /// The passwords of the proxies, also as they are sent.
    public mutating func add(_ proxies: ProxyRules) {
        for credentials in proxies.routes.compactMap(\.proxy?.credentials) {
            add(Array(credentials.password.utf8))
            add(Array(credentials.basic.utf8.prefix { $0 != UInt8(ascii: "=") }))
        }
    }

    private mutating func add(_ secret: [UInt8]) {
        guard secret.count >= Self.shortestSecret, let first = secret.first else { return }
        secrets.insert(secret)
        for byte in UInt8.min...UInt8.max
        where Self.lower(byte) == Self.lower(first) || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "%") {
            beginnings[Int(byte)] = true
        }
    }

    /// A text without secrets, and with links bare of credentials, query and fragment.
    public func text(_ text: String) -> String { Self.links(secrets(in: text)) }

    /// A text without secrets. For names of files, in which `?` and `@` mean nothing.
    public func secrets(in text: String) -> String {
        // Each line of the log comes through here, and hardly one holds a byte that begins a secret.
        guard text.utf8.contains(where: { beginnings[Int($0)] }) else { return text }
        return withoutSecrets(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) } ?? text
    }

    /// The same for an answer as it came over the wire.
    public func secrets(in body: ByteBuffer) -> ByteBuffer {
        if secrets.isEmpty { return body }
        return withoutSecrets(Array(body.readableBytesView)).map { ByteBuffer(bytes: $0) } ?? body
    }

    /// Links bare of credentials, query and fragment.
    public static func links(_ text: String) -> String { LinkRedaction(takesQuery: true).text(text) }

    /// Links bare of credentials.
    public static func credentials(_ text: String) -> String { LinkRedaction(takesQuery: false).text(text) }

    /// Always the same word.
    public var description: String { "Redaction" }
    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Redaction {
    /// `nil` where there is no secret in it.
    private func withoutSecrets(_ bytes: [UInt8]) -> [UInt8]? {
        var (clean, at, kept): ([UInt8], Int, Int) = ([], 0, 0)
        while at < bytes.count {
            // An answer may be megabytes long, and few bytes begin a secret.
            if beginnings[Int(bytes[at])],
                let end = secrets.lazy.compactMap({ Self.end(of: $0[...], in: bytes, at: at) }).max()
            {
                clean += bytes[kept..<at] + Array(Self.mark.utf8)
                (at, kept) = (end, end)
            } else {
                at += 1
            }
        }
        return kept == 0 ? nil : clean + bytes[kept...]
    }

    /// Where the secret ends that begins here, whichever way it is spelled.
    private static func end(of secret: ArraySlice<UInt8>, in text: [UInt8], at start: Int) -> Int? {
        guard let byte = secret.first else { return start }
        for width in widths(of: byte, in: text, at: start) {
            if let end = end(of: secret.dropFirst(), in: text, at: start + width) { return end }
        }
        return nil
    }

    /// How many bytes may spell this one here: itself in any case, `\/`, `\u002f` (RFC 8259, 7) or `%2F` (RFC 3986,
    /// 2.1).
    private static func widths(of byte: UInt8, in text: [UInt8], at start: Int) -> [Int] {
        guard start < text.count else { return [] }
        let first = text[start]
        var widths = lower(first) == lower(byte) ? [1] : []
        guard first == UInt8(ascii: "\\") || first == UInt8(ascii: "%") else { return widths }
        let rest = text[(start + 1)...].prefix(5)
        if first == UInt8(ascii: "%") {
            if rest.count >= 2, lower(hex(rest.prefix(2))) == lower(byte) { widths.append(3) }
        } else if let next = rest.first {
            if next == byte, "\"\\/".utf8.contains(byte) { widths.append(2) }
            if rest.count == 5, next == UInt8(ascii: "u"), lower(hex(rest.dropFirst())) == lower(byte) {
                widths.append(6)
            }
        }
        return widths
    }

    private static func lower(_ byte: UInt8?) -> UInt8? {
        byte.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 + 32 : $0 }
    }

    /// `nil` where these are no digits, or no byte's.
    private static func hex(_ digits: ArraySlice<UInt8>) -> UInt8? {
        let digits = digits.map { Character(Unicode.Scalar($0)).hexDigitValue }
        if digits.contains(nil) { return nil }
        return UInt8(exactly: digits.reduce(0) { $0 * 16 + ($1 ?? 0) })
    }
}
