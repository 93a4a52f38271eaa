// SPDX-License-Identifier: Apache-2.0

/// Notices that the service manager has not taken yet: of each kind the last one, since it says all that the earlier
/// ones did. Pure.
struct PendingNotices: Sendable {
    private var notices: [Notice] = []
    /// Whether somebody sends them, one after the other.
    private var isSending = false

    /// Returns whether somebody has to begin to send.
    mutating func add(_ notice: Notice) -> Bool {
        notices.removeAll { $0.isSameKind(as: notice) }
        notices.append(notice)
        defer { isSending = true }
        return !isSending
    }

    /// The next one to send; `nil` where there is none: then the sender is done.
    mutating func next() -> Notice? {
        isSending = !notices.isEmpty
        return notices.isEmpty ? nil : notices.removeFirst()
    }

    /// The manager takes nothing at the moment: it is sent again, unless one of its kind has come since.
    mutating func keep(_ notice: Notice) {
        if !notices.contains(where: notice.isSameKind(as:)) { notices.insert(notice, at: 0) }
    }
}

extension Notice {
    fileprivate func isSameKind(as other: Notice) -> Bool {
        switch (self, other) {
        case (.ready, .ready), (.status, .status), (.reloading, .reloading), (.stopping, .stopping),
            (.watchdog, .watchdog):
            true
        case (.ready, _), (.status, _), (.reloading, _), (.stopping, _), (.watchdog, _): false
        }
    }
}
