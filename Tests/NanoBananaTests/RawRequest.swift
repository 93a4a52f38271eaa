// SPDX-License-Identifier: Apache-2.0

/// An HTTP request as it stood on the wire.
struct RawRequest: Sendable, Equatable {
    var line: String
    var headers: [String]
    var body: String

    /// All values of a header, its name in lower case.
    func values(of name: String) -> [String] {
        headers.compactMap { header in
            guard let colon = header.firstIndex(of: ":"), header[..<colon].lowercased() == name else { return nil }
            return String(header[header.index(after: colon)...].drop { $0 == " " })
        }
    }

    /// Takes the first complete request off the front of what has arrived; `nil` where there is none yet.
    static func take(from arrived: inout [UInt8]) -> RawRequest? {
        let end = Array("\r\n\r\n".utf8)
        guard let head = arrived.firstRange(of: end) else { return nil }
        let lines = String(decoding: arrived[..<head.lowerBound], as: UTF8.self)
            .split(separator: "\r\n").map(String.init)
        guard let line = lines.first else { return nil }
        var request = RawRequest(line: line, headers: Array(lines.dropFirst()), body: "")
        let length = request.values(of: "content-length").first.flatMap { Int($0) } ?? 0
        guard arrived.count >= head.upperBound + length else { return nil }
        request.body = String(decoding: arrived[head.upperBound...].prefix(length), as: UTF8.self)
        arrived.removeFirst(head.upperBound + length)
        return request
    }
}
