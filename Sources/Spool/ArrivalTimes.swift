// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import SystemPackage

/// When a request file may have come, as far as its times tell: when it was made, written, and renamed last. What is
/// held goes into a job's folder and back each time that it is judged, so that the last of them is not enough. Blocking.
enum ArrivalTimes {
    /// - Parameters:
    ///   - file: where it is by now.
    ///   - dropped: how it looked before it was claimed; `nil` where nobody knows any more.
    static func of(_ file: FilePath, dropped: FileStatus? = nil) -> [Timestamp] {
        let status = dropped ?? (try? Kernel.status(of: file, at: AT_FDCWD))
        let times = [dropped?.changed, status?.identity.modified, Kernel.birth(of: file)]
        return times.compactMap { $0.map { Timestamp(nanoseconds: $0) } }
    }
}
