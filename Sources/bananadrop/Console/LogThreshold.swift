// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import Synchronization

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
