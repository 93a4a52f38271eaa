// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// How log lines look.
package enum LogStyle: Sendable {
    /// For people: the time of day.
    case terminal
    /// For journald(7), which notes the time itself: a priority before each line (sd-daemon(3)).
    case journal
    /// A whole date before each line.
    case plain
    /// For collectors: a JSON object a line.
    case json

    /// What the setting asks for.
    package enum Format: String, CaseIterable, Sendable {
        /// As standard error asks for it.
        case auto
        case text, json
    }

    /// - Parameters:
    ///   - isTerminal: whether standard error is one.
    ///   - isJournal: whether it leads to journald(7).
    init(_ format: Format, isTerminal: Bool, isJournal: Bool) {
        switch format {
        case .auto: self = isJournal ? .journal : isTerminal ? .terminal : .plain
        case .text: self = .plain
        case .json: self = .json
        }
    }

    /// The style that suits standard error as it is now.
    ///
    /// - Parameter journal: what `JOURNAL_STREAM` says, if anything.
    package init(_ format: Format, journal: String?) {
        var status = stat()
        let isJournal = fstat(STDERR_FILENO, &status) == 0 && journal == "\(status.st_dev):\(status.st_ino)"
        self.init(format, isTerminal: isatty(STDERR_FILENO) == 1, isJournal: isJournal)
    }
}
