// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// A request of HTTP, and how its answer is taken.
struct Message: Sendable {
    enum Method: Sendable {
        case get
        /// The body leaves through its gate.
        case post(ByteBuffer, BodyGate)
        /// Connects, through proxy and TLS, and sends no request: to look at certificates, whichever they are.
        case lookAtCertificates
    }

    enum Capacity: Sendable {
        /// All of the answer is kept; more than so many bytes are an error.
        case whole(most: Int)
        /// It is read as it comes; where nobody reads, about so many bytes are kept and no more are taken.
        case stream(kept: Int)
    }

    var url: String
    var method = Method.get
    var headers: [(name: String, value: String)] = []
    var capacity: Capacity
    var patience: ExchangePatience
    /// Whether it goes on a connection of its own, which nothing else has used or will use.
    var isAlone = false
}

/// How long an exchange may take. Time in which this process stands still does not count, nor does time in which nobody
/// reads what has come.
struct ExchangePatience: Equatable, Sendable {
    /// From the start to a connection, and to the end of the answer where ``answer`` says nothing else.
    var total: Duration
    /// From the connection to the head of the answer, and once more from there to its end, whatever is left of ``total``.
    var answer: Duration?
    /// How long nothing at all may come.
    var standstill: Duration?
}

/// The head of an answer.
struct ResponseHead: Equatable, Sendable {
    var status = 0
    /// By their names in lower case; none but ``wanted``. Those that came twice stand behind a comma (RFC 9110, 5.3),
    /// but for the few that may come once only: of these the first counts.
    private(set) var headers: [String: String] = [:]

    /// What somebody reads.
    private static let wanted: Set<String> = [
        "content-encoding", "content-length", "content-type", "date", "location", "retry-after", "transfer-encoding",
    ]
    private static let lists: Set<String> = ["content-encoding", "transfer-encoding"]

    subscript(_ name: String) -> String? { headers[name] }

    /// Whether the transfer tells its own end.
    var tellsItsEnd: Bool {
        headers["content-length"] != nil || headers["transfer-encoding"]?.lowercased().contains("chunked") == true
    }

    /// Takes a line as libcurl hands it over: a status line begins a new head, since others may have come before it
    /// (RFC 9110, 15.2). Returns whether the line ends the head of the answer proper.
    mutating func take(line: UnsafeRawBufferPointer) -> Bool {
        var bytes = line[...]
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        if bytes.isEmpty { return status >= 200 }
        if bytes.starts(with: "HTTP/".utf8) {
            self = ResponseHead()
            let digits = bytes.drop { $0 != UInt8(ascii: " ") }.dropFirst().prefix { $0 != UInt8(ascii: " ") }
            status = Int(String(decoding: digits, as: UTF8.self)) ?? 0
            return false
        }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return false }
        let name = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
        guard Self.wanted.contains(name) else { return false }
        let value = String(decoding: bytes[bytes.index(after: colon)...], as: UTF8.self).trimmed
        guard let before = headers[name] else {
            headers[name] = value
            return false
        }
        if Self.lists.contains(name) { headers[name] = "\(before), \(value)" }
        return false
    }
}

extension String {
    fileprivate var trimmed: String {
        var rest = self[...]
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return String(rest)
    }
}
