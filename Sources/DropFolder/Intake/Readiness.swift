// SPDX-License-Identifier: Apache-2.0

/// When and how a file in the inbox was found whole: what waits long for its turn may be written to again meanwhile.
struct Readiness: Sendable {
    /// `nil` for a file that was renamed in, which is complete without a look.
    var identity: FileStatus.Identity?
    var at: Timestamp
    /// When it was last changed or renamed, where that was looked at.
    var changed: Timestamp?

    /// When it was dropped, as far as is known: a file that lay there before the daemon came has waited since then.
    var dropped: Timestamp { changed ?? at }

    /// Whether the file is still what was found whole. A server's clock that is ahead costs a second look, no more:
    /// that one has an identity to compare.
    func holds(for status: FileStatus) -> Bool {
        if let identity { return identity == status.identity }
        return status.changed / 1_000_000 <= at.milliseconds
    }
}
