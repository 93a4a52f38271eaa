// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
package import SpoolState

/// Writes the log's lines on a thread of its own. Who reads them may stop to read at any moment (Ctrl-S, a pager, a
/// service manager that hangs), and nothing else may ever wait for that.
package final class LogOutlet: Sendable {
    private struct State {
        var buffer: LineBuffer
        var isWriting = false
        /// The rows below may be others.
        var hasNewRows = false
        /// No more rows are shown.
        var isEnding = false
    }

    /// What the thread is to write.
    private struct Portion {
        var log: [UInt8]
        var hasRows: Bool
    }

    /// Some ten thousand lines, in bytes.
    package static let limit = 2 << 20

    /// How long the end of the process waits for a reader.
    package static let patience = Duration.seconds(2)

    private let lock: ConditionLock<State>

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - descriptor: where lines are written; stays open.
    ///   - limit: how many bytes may wait.
    ///   - below: makes the rows that are to stand below the log, on a terminal. Called on the thread.
    ///   - notice: the line that stands for so many that did not fit.
    package init(
        to descriptor: CInt, limit: Int = LogOutlet.limit, below: (@Sendable () -> RowsBelow.Frame)? = nil,
        notice: @escaping @Sendable (Int) -> String
    ) {
        lock = ConditionLock(State(buffer: LineBuffer(limit: limit, notice: notice)))
        let lock = lock
        BlockingThread.start("log") {
            var rows = RowsBelow()
            while true {
                let portion = lock.wait { state -> ConditionLock<State>.Look<Portion> in
                    let bytes = state.buffer.take()
                    if bytes == nil, !state.hasNewRows { return .sleep }
                    (state.isWriting, state.hasNewRows) = (true, false)
                    return .found(Portion(log: bytes ?? [], hasRows: !state.isEnding))
                }
                if let below {
                    var frame = below()
                    if !portion.hasRows { frame.rows = [] }
                    Self.write(rows.text(portion.log, above: frame), to: descriptor)
                } else {
                    Self.write(portion.log, to: descriptor)
                }
                lock.change { state in
                    state.isWriting = false
                    return .all
                }
            }
        }
    }

    /// Does not block.
    package func write(_ line: String) {
        lock.change { state in
            state.buffer.add(line)
            return state.isWriting ? .nobody : .all
        }
    }

    /// The rows below the log are others. Does not block.
    package func rowsChanged() {
        lock.change { state in
            state.hasNewRows = true
            return state.isWriting ? .nobody : .all
        }
    }

    /// Blocks until all is written, but no longer than `time`: for the end of the process. Where nobody reads, what is
    /// left is lost. From here on there are no rows below the log.
    package func flush(atMost time: Duration) {
        let end = ContinuousClock.now.advanced(by: time)
        lock.change { state in
            (state.hasNewRows, state.isEnding) = (true, true)
            return .all
        }
        lock.wait { state -> ConditionLock<State>.Look<Void> in
            if state.buffer.isEmpty, !state.hasNewRows, !state.isWriting { return .found(()) }
            let left = ContinuousClock.now.duration(to: end)
            return left <= .zero ? .found(()) : .sleepFor(left)
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: CInt) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EAGAIN {
                // Somebody who shares the terminal has set it so.
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&ready, 1, -1)
            } else if count < 0, errno != EINTR {
                // Where nobody reads it any more there is nobody to be told.
                return
            }
            rest = rest.dropFirst(max(count, 0))
        }
    }
}
