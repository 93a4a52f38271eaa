// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Requests
internal import SystemPackage

/// An empty file by which a person says that a job, or a part of a batch, may be sent though that may cost a second
/// time. It is taken away when the job goes on: it holds once. Blocking.
enum PayAgain {
    static func isIn(_ folder: borrowing OpenFile) throws(Errno) -> Bool {
        for name in JobFileNames.payAgainNames {
            let status: FileStatus
            do {
                status = try Kernel.status(of: FilePath(root: nil, [name]), at: folder.descriptor)
            } catch .noSuchFileOrDirectory {
                continue
            }
            if status.kind == .regular { return true }
        }
        return false
    }

    /// Marks a job's folder. Returns whether the mark was not there before.
    static func mark(_ folder: FilePath) throws(Errno) -> Bool {
        do {
            _ = try Kernel.open(folder.appending(JobFileNames.payAgain), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
            return true
        } catch .fileExists {
            return false
        }
    }
}
