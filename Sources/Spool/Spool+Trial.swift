// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
package import SystemPackage

extension Spool {
    /// Whether what one file or folder has met is the trouble of the whole spool: where it tells so by itself, or where
    /// a trial elsewhere in the spool fails, too. Otherwise it is named and left alone, and all others go on. Blocking.
    package func speaksForAll(_ error: Errno) -> Bool {
        error.trouble == .shortage || !takesFiles
    }

    /// Whether a file can be made, written and removed in `processing/`, through which everything goes.
    private var takesFiles: Bool {
        let trial = processing.appending(".bananadrop-trial-\(getpid())-\(UInt32.random(in: .min ... .max))")
        do {
            let file = try Kernel.open(trial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
            try file.writeAll(Array("trial\n".utf8))
            try Kernel.remove(trial, at: AT_FDCWD)
            return true
        } catch {
            try? Kernel.remove(trial, at: AT_FDCWD)
            return false
        }
    }
}
