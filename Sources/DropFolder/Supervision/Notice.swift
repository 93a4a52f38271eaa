// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Glibc

/// What a daemon tells the service manager that started it, in the form of sd_notify(3): lines of `NAME=VALUE`, all
/// of one notice in one datagram.
package enum Notice: Equatable, Sendable {
    /// The start, or a reload, is over.
    case ready
    /// A line for people, shown by `systemctl status`. What could end the line or move a cursor is shown by its number.
    case status(String)
    /// The configuration is read again; ends with ``ready``. In microseconds of `CLOCK_MONOTONIC`.
    case reloading(since: UInt64)
    /// The end has begun.
    case stopping
    /// The pipeline answers: the watchdog's time begins anew.
    case watchdog

    /// A reload that begins at this moment.
    package static var reloadingNow: Notice {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .reloading(since: UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000)
    }

    /// The datagram.
    var text: String {
        switch self {
        case .ready: "READY=1\n"
        case .status(let line): "STATUS=\(Wording.notice(line))\n"
        case .reloading(let since): "RELOADING=1\nMONOTONIC_USEC=\(since)\n"
        case .stopping: "STOPPING=1\n"
        case .watchdog: "WATCHDOG=1\n"
        }
    }
}
