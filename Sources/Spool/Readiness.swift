// SPDX-License-Identifier: Apache-2.0

package import Documents
package import FileIO
internal import Glibc
package import SystemPackage

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

/// When a request file may have come, as far as its times tell: when it was made, written, and renamed last. What is
/// held goes into a job's folder and back each time that it is judged, so that the last of them is not enough. Blocking.
package enum ArrivalTimes {
    /// - Parameters:
    ///   - file: where it is by now.
    ///   - dropped: how it looked before it was claimed; `nil` where nobody knows any more.
    static func of(_ file: FilePath, dropped: FileStatus? = nil) -> [Timestamp] {
        let status = dropped ?? (try? Kernel.status(of: file, at: AT_FDCWD))
        let times = [dropped?.changed, status?.identity.modified, Kernel.birth(of: file)]
        return times.compactMap { $0.map { Timestamp(nanoseconds: $0) } }
    }

    /// When what is in it was written at the latest: what was said before is about something else. `nil` where nobody can
    /// tell.
    ///
    /// - Parameter texts: what stands beside it and says more.
    package static func written(_ file: FilePath, with texts: [FilePath] = []) -> Timestamp? {
        ([file] + texts).flatMap { of($0) }.filter { $0 <= .now }.max()
    }
}
