// SPDX-License-Identifier: Apache-2.0

internal import DropFolder
internal import FileIO
internal import Logging
internal import NanoBanana
internal import Synchronization

/// Hands log events on to be written to standard error, one a line. The door through which all that is logged goes, libraries' lines
/// included: what is secret is left out here.
struct ConsoleLogHandler: LogHandler {
    private let style: LogStyle
    private let outlet: LogOutlet
    private let secrets: KnownSecrets
    private let threshold: LogThreshold
    /// Of a logger that has been given a level of its own.
    private var ownLevel: Logger.Level?
    var metadata: Logger.Metadata = [:]

    init(style: LogStyle, to outlet: LogOutlet, threshold: LogThreshold, secrets: KnownSecrets) {
        self.style = style
        self.outlet = outlet
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
        outlet.write(line.text(style, at: .now))
    }
}

/// What must not be written, for all log handlers; grows when another key is read.
final class KnownSecrets: Sendable {
    private let known = Mutex(Redaction())

    var redaction: Redaction { known.withLock { $0 } }

    func add(_ key: APIKey) { known.withLock { $0.add(key) } }

    func add(_ proxies: ProxyRules) { known.withLock { $0.add(proxies) } }
}

/// From which level on lines are written: one for all loggers of the process, since a reload may change it.
final class LogThreshold: Sendable {
    private let state: Mutex<Logger.Level>

    init(_ level: Logger.Level) {
        state = Mutex(level)
    }

    var level: Logger.Level {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }
}
