// SPDX-License-Identifier: Apache-2.0

internal import DropFolder
internal import Logging

/// One log event as a line. Pure. Nothing that a file name or a server says can break the line or move the cursor.
struct LogLine {
    var level: Logger.Level
    var message: String
    var fields: [String: String]

    func text(_ style: ConsoleLogHandler.Style, at time: Timestamp) -> String {
        switch style {
        case .terminal: terminal(time)
        case .journal: "<\(priority)>" + words
        case .plain: "\(time) \(level.rawValue) " + words
        }
    }

    /// The time of day, the job, what happened to it.
    private func terminal(_ time: Timestamp) -> String {
        let clock = time.description.dropFirst(11).prefix(8)
        let job = fields["job"].map { Self.value($0) + "  " } ?? ""
        let rest = fields.filter { $0.key != "job" }
        let details = rest.isEmpty ? "" : "  " + Self.pairs(rest)
        return "\(clock)  \(job)\(message)\(details)\n"
    }

    private var words: String { message + (fields.isEmpty ? "" : " " + Self.pairs(fields)) + "\n" }

    /// The job first, since that is what one looks for; the rest by name.
    private static func pairs(_ fields: [String: String]) -> String {
        let order = fields.sorted { ($0.key == "job" ? "" : $0.key) < ($1.key == "job" ? "" : $1.key) }
        return order.map { "\($0.key)=\(value($0.value))" }.joined(separator: " ")
    }

    /// In quotes where there are spaces or quotes; control characters by their number.
    private static func value(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.value > 0x20 && $0 != "\"" && $0.value != 0x7F && !$0.isUnsafe
        }
        if isPlain, !text.isEmpty { return text }
        let escaped = text.unicodeScalars.map { scalar in
            if scalar == "\"" || scalar == "\\" { return "\\\(scalar)" }
            if scalar == "\n" { return "\\n" }
            return scalar.isUnsafe ? "\\u{\(String(scalar.value, radix: 16))}" : String(Character(scalar))
        }
        return "\"" + escaped.joined() + "\""
    }

    /// sd-daemon(3).
    private var priority: Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}

extension Unicode.Scalar {
    /// Whether a terminal may take it for a command, or a reader may not see it.
    fileprivate var isUnsafe: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned, .privateUse: true
        default: false
        }
    }
}
