// SPDX-License-Identifier: Apache-2.0

internal import DropFolder
internal import Glibc
internal import Logging
internal import Synchronization

/// Writes log events to standard error, one a line. The door through which all that is logged goes, libraries' lines
/// included: what is secret is left out here.
struct ConsoleLogHandler: LogHandler {
    private let style: LogStyle
    private let secrets: KnownSecrets
    private let threshold: LogThreshold
    /// Of a logger that has been given a level of its own.
    private var ownLevel: Logger.Level?
    var metadata: Logger.Metadata = [:]

    /// Lines of several threads do not mix, however long: a write to a pipe is whole up to 4096 bytes only (pipe(7)).
    private static let turn = Mutex(())

    init(style: LogStyle, threshold: LogThreshold, secrets: KnownSecrets) {
        self.style = style
        self.threshold = threshold
        self.secrets = secrets
    }

    var logLevel: Logger.Level {
        get { ownLevel ?? threshold.level }
        set { ownLevel = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata.merging(event.metadata ?? [:]) { $1 }
        if let error = event.error { fields["error"] = "\(error)" }
        let line = LogLine(event.level, "\(event.message)", fields, secrets.redaction)
        Self.write(line.text(style, at: .now))
    }

    private static func write(_ line: String) {
        var bytes = Array(line.utf8)[...]
        turn.withLock { _ in
            while !bytes.isEmpty {
                let count = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
                // Where nobody reads it any more there is nobody to be told.
                if count < 0, errno != EINTR { return }
                bytes = bytes.dropFirst(max(count, 0))
            }
        }
    }
}
