// SPDX-License-Identifier: Apache-2.0

package import Documents
package import Logging
package import NanoBanana

/// One log event as a line. Pure. Nothing secret is in it, and nothing that a file name or a server says can break the
/// line or move the cursor.
package struct LogLine: Sendable {
    private let level: Logger.Level
    private let message: String
    /// The job first, since that is what one looks for; the rest by name.
    private let fields: [(name: String, value: String)]

    /// What is longer is cut, in bytes: journald(7) breaks lines of more than 48 KiB in two (`LineMax=` of
    /// journald.conf(5)).
    static let valueLimit = 4096

    /// Fields that hold names of files, in which `?` and `@` mean nothing: a job is found by its whole name.
    private static let names: Set = ["job", "file", "folder", "inbox", "lane", "path"]

    /// An event.
    ///
    /// - Parameter redaction: what must not be written.
    package init(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata, _ redaction: Redaction) {
        self.level = level
        self.message = redaction.text(message)
        fields =
            metadata
            .map { name, value in
                let text = "\(value)"
                let clean = Self.names.contains(name) ? redaction.secrets(in: text) : redaction.text(text)
                return (name, Self.cut(clean))
            }
            .sorted { ($0.name == "job" ? "" : $0.name) < ($1.name == "job" ? "" : $1.name) }
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > valueLimit else { return text }
        var length = 0
        let start = text.unicodeScalars.prefix { scalar in
            length += scalar.utf8.count
            return length <= valueLimit
        }
        return String(String.UnicodeScalarView(start)) + "…"
    }

    /// The line, with a line break at its end and nowhere else.
    package func text(_ style: LogStyle, at time: Timestamp) -> String {
        switch style {
        case .terminal: "\(time.description.dropFirst(11).prefix(8))  \(loudness)\(words)\n"
        case .journal: "<\(priority)>\(words)\n"
        case .plain: "\(time) \(level.rawValue) \(words)\n"
        case .json: json(time) + "\n"
        }
    }

    private var words: String {
        ([Self.escaped(message)] + fields.map { "\($0.name)=\(Self.value($0.value))" }).joined(separator: " ")
    }

    /// On a terminal only what is worth a look says how loud it is.
    private var loudness: String { level >= .warning ? "\(level.rawValue)  " : "" }

    /// In quotes where there are spaces or quotes; control characters by their number.
    private static func value(_ text: String) -> String {
        let hasGap = text.utf8.contains { $0 <= 0x20 || $0 == UInt8(ascii: "\"") || $0 == 0x7F }
        if !hasGap, !text.isEmpty, isPrintable(text) || !text.unicodeScalars.contains(where: \.isUnsafe) { return text }
        let quoted = text.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : escaped($0) }
        return "\"" + quoted.joined() + "\""
    }

    private static func escaped(_ text: String) -> String {
        isPrintable(text) ? text : text.unicodeScalars.map(escaped).joined()
    }

    /// Whether none of it could be unsafe, without a look at each scalar: that cost more than the rest of the line.
    private static func isPrintable(_ text: String) -> Bool { text.utf8.allSatisfy { 0x20..<0x7F ~= $0 } }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        if scalar == "\n" { return "\\n" }
        return scalar.isUnsafe ? "\\u{\(String(scalar.value, radix: 16))}" : String(Character(scalar))
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

extension LogLine {
    /// The first three members are always there; no field takes their names.
    private func json(_ time: Timestamp) -> String {
        let fixed = [("time", "\(time)"), ("level", level.rawValue), ("message", message)]
        let reserved = fixed.map(\.0)
        let further = fields.map { (reserved.contains($0.name) ? $0.name + "_" : $0.name, $0.value) }
        let members = (fixed + further).map { "\(Self.jsonString($0)):\(Self.jsonString($1))" }
        return "{" + members.joined(separator: ",") + "}"
    }

    /// RFC 8259, 7, with everything escaped that a terminal may take for a command.
    private static func jsonString(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            if scalar == "\"" || scalar == "\\" { return "\\\(scalar)" }
            if scalar == "\n" { return "\\n" }
            guard scalar.isUnsafe else { return String(Character(scalar)) }
            return UTF16.encode(scalar).map { unit in
                unit.map { "\\u" + String(UInt32($0) + 0x10000, radix: 16).dropFirst() }.joined()
            } ?? ""
        }
        return "\"" + escaped.joined() + "\""
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
