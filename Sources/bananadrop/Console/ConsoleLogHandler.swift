// SPDX-License-Identifier: Apache-2.0

internal import DropFolder
internal import Glibc
internal import Logging

/// Writes log events to standard error, one a line: for people on a terminal, with priorities for journald(7) under
/// systemd (sd-daemon(3)), with a full date otherwise.
struct ConsoleLogHandler: LogHandler {
    enum Style: Sendable {
        case terminal, journal, plain

        /// What standard error is.
        static var current: Style {
            if isatty(STDERR_FILENO) == 1 { return .terminal }
            return getenv("JOURNAL_STREAM") == nil ? .plain : .journal
        }
    }

    let style: Style
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]

    init(style: Style, level: Logger.Level) {
        self.style = style
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }
        let line = LogLine(level: event.level, message: "\(event.message)", fields: fields.mapValues { "\($0)" })
        let text = line.text(style, at: .now)
        // One write a line: lines of several threads do not mix.
        _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    }
}
