// SPDX-License-Identifier: Apache-2.0

/// What may go wrong with a submit. In a prompt: `[fault:submit=lost]`, `[fault:submit=http500x2]` (the first two
/// times).
public enum SubmitFault: Hashable, Sendable {
    /// The HTTP status, without work: `http500`. 429 comes with `Retry-After: 1`; 5xx with HTML behind it.
    case http(Int)
    /// HTTP 200 with this `code`, without work: `code402`.
    case code(Int)
    /// The connection is closed without work and without an answer: `drop`.
    case drop
    /// The work is taken (and paid for), and the connection is closed without an answer: `lost`.
    case lost
    /// The work is taken, and the answer is no JSON: `garbage`.
    case garbage
    /// The answer comes late, by so many milliseconds: `slow500`.
    case slow(Int)
    /// Refused without work, in words that repeat the key and the links of the request: `echo400` with this `code`,
    /// from `echo500` on as the HTTP status.
    case echo(Int)
}

/// What may go wrong with a poll. In a prompt: `[fault:poll=http502x3]`.
public enum PollFault: Hashable, Sendable {
    /// The HTTP status with HTML behind it: `http502`.
    case http(Int)
    /// A state that nobody knows: `unknown`.
    case unknownState
    /// The connection is closed without an answer: `drop`.
    case drop
    /// The task ends in an error: `error`.
    case taskError
    /// A success without pictures: `empty`.
    case empty
    /// The task ends in an error for which the service is busy: `busy`.
    case busy
    /// Another task's success: `other`.
    case other
    /// The task never ends: `never`.
    case never
    /// The task ends in an error that repeats the key and the links of the request: `echo`.
    case echo
    /// The question is refused with this `code`, in words that repeat the key: `echo401`.
    case echoCode(Int)
}

/// What may go wrong with a picture. In a prompt: `[fault:picture=truncatedx1]`.
public enum PictureFault: Hashable, Sendable {
    /// The HTTP status: `http404`.
    case http(Int)
    /// The connection is closed in the middle: `truncated`.
    case truncated
    /// A web page with status 200: `html`.
    case html
    /// It comes in small pieces with pauses, so many milliseconds in all: `slow500`.
    case slow(Int)
    /// It has no end: `endless`.
    case endless
}

extension SubmitFault {
    /// Reads the word that stands in a marker; `nil` for another.
    public init?(marker: String) {
        switch marker {
        case "drop": self = .drop
        case "lost": self = .lost
        case "garbage": self = .garbage
        default:
            if let status = marker.number(after: "http", in: 200...599) {
                self = .http(status)
            } else if let code = marker.number(after: "code", in: 0...9_999) {
                self = .code(code)
            } else if let time = marker.number(after: "slow", in: 0...3_600_000) {
                self = .slow(time)
            } else if let code = marker.number(after: "echo", in: 0...599) {
                self = .echo(code)
            } else {
                return nil
            }
        }
    }
}

extension PollFault {
    /// Reads the word that stands in a marker; `nil` for another.
    public init?(marker: String) {
        switch marker {
        case "unknown": self = .unknownState
        case "drop": self = .drop
        case "error": self = .taskError
        case "empty": self = .empty
        case "busy": self = .busy
        case "other": self = .other
        case "never": self = .never
        case "echo": self = .echo
        default:
            if let code = marker.number(after: "echo", in: 0...599) {
                self = .echoCode(code)
                return
            }
            guard let status = marker.number(after: "http", in: 200...599) else { return nil }
            self = .http(status)
        }
    }
}

extension PictureFault {
    /// Reads the word that stands in a marker; `nil` for another.
    public init?(marker: String) {
        switch marker {
        case "truncated": self = .truncated
        case "html": self = .html
        case "endless": self = .endless
        default:
            if let status = marker.number(after: "http", in: 200...599) {
                self = .http(status)
            } else if let time = marker.number(after: "slow", in: 0...3_600_000) {
                self = .slow(time)
            } else {
                return nil
            }
        }
    }
}

extension String {
    /// A number that cannot be carried out, such as the status 5000, makes no fault: anybody's prompt may hold one.
    fileprivate func number(after prefix: String, in range: ClosedRange<Int>) -> Int? {
        guard hasPrefix(prefix), let number = Int(dropFirst(prefix.count)) else { return nil }
        return range.contains(number) ? number : nil
    }
}
