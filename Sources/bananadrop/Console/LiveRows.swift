// SPDX-License-Identifier: Apache-2.0

internal import DropFolder
internal import Glibc
internal import SpoolState
internal import Synchronization

/// The rows below the daemon's log on a terminal: a line for each of the jobs that have changed last, and what goes on
/// altogether.
final class LiveRows: Sendable {
    private struct Shown {
        var page: TerminalPage?
        var jobs = ChangedJobs()
    }

    private let shown = Mutex(Shown())

    /// `nil` where the log goes to no terminal, or to one on which nobody wants to see anything but lines.
    init?(_ style: LogStyle) {
        guard case .terminal = style, Screen.hasColours(STDERR_FILENO) else { return nil }
    }

    /// Shows what it hears of.
    func observer(_ outlet: LogOutlet) -> ServiceObserver {
        var observer = ServiceObserver.nobody
        observer.stateChanged = { [self] state in
            shown.withLock { shown in
                shown.page = TerminalPage(state)
                shown.jobs.take(state.underWay?.jobs ?? [])
            }
            outlet.rowsChanged()
        }
        return observer
    }

    /// For whoever draws them.
    var makeFrame: @Sendable () -> RowsBelow.Frame { { [self] in frame } }

    /// As it fits now: the most of the terminal is the log's.
    private var frame: RowsBelow.Frame {
        let size = Screen.size(of: STDERR_FILENO)
        let room = min(max(size.rows / 3 - 2, 1), 10)
        let rows = shown.withLock { shown in
            shown.page?.lines(below: shown.jobs.last(room), columns: size.columns) ?? []
        }
        return RowsBelow.Frame(rows: size.rows < Self.fewest ? [] : rows, columns: size.columns)
    }

    /// In fewer rows there is no room beside the log.
    private static let fewest = 6
}
