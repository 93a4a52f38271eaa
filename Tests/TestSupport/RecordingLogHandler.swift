// SPDX-License-Identifier: Apache-2.0

import Logging

/// Notes what is logged: the level and the file.
struct RecordingLogHandler: LogHandler {
    struct Line: Equatable, Sendable {
        var level: Logger.Level
        var file: String
    }

    let lines = Recorder<Line>()
    var logLevel: Logger.Level = .trace
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        lines.note(Line(level: event.level, file: event.metadata?["file"].map { "\($0)" } ?? ""))
    }
}
