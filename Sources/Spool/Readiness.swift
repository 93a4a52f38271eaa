// SPDX-License-Identifier: Apache-2.0

package import Documents
package import FileIO

/// When and how a file in the inbox was found whole: what waits long for its turn may be written to again meanwhile.
package struct Readiness: Sendable {
    /// `nil` for a file that was renamed in, which is complete without a look.
    package var identity: FileStatus.Identity?
    package var at: Timestamp
    /// When it was last changed or renamed, where that was looked at.
    package var changed: Timestamp?

    package init(identity: FileStatus.Identity? = nil, at: Timestamp, changed: Timestamp? = nil) {
        self.identity = identity
        self.at = at
        self.changed = changed
    }

    /// When it was dropped, as far as is known: a file that lay there before the daemon came has waited since then.
    package var dropped: Timestamp { changed ?? at }

    /// Whether the file is still what was found whole. A server's clock that is ahead costs a second look, no more:
    /// that one has an identity to compare.
    func holds(for status: FileStatus) -> Bool {
        if let identity { return identity == status.identity }
        return Timestamp(nanoseconds: status.changed) <= at
    }
}
