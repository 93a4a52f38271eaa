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

    private var takesFiles: Bool {
        do {
            try tryFile(syncing: false)
            return true
        } catch {
            return false
        }
    }

    /// For a file or a folder that is there for a moment: another's cannot have it.
    static var trialName: String { "\(trialPrefix)\(getpid())-\(Machine.uniqueNumber)" }
    static let trialPrefix = IgnoredNames.ownPrefix + "trial-"

    /// Makes, writes and removes a file in `processing/`, through which everything goes.
    ///
    /// Not in a folder of the trial: FUSE closes a file some time after close(2). One that is removed until then keeps
    /// a hidden name, and what it lies in cannot be removed.
    ///
    /// - Parameter syncing: whether the file has to reach the disk, too.
    func tryFile(syncing: Bool) throws(Errno) {
        let trial = processing.appending(Self.trialName)
        do {
            try Self.write(trial: trial, syncing: syncing)
            // A daemon that starts meanwhile removes it.
            do { try Kernel.remove(trial, at: AT_FDCWD) } catch .noSuchFileOrDirectory {}
        } catch {
            // A trial that failed half way must not stay: nothing else knows its name.
            try? Kernel.remove(trial, at: AT_FDCWD)
            throw error
        }
    }

    /// Closes the file again: NFS and FUSE keep one that is removed while it is open, under a hidden name.
    private static func write(trial: FilePath, syncing: Bool) throws(Errno) {
        let file = try Kernel.open(trial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        try file.writeAll(Array("trial\n".utf8))
        if syncing { try file.syncFileSystem() }
    }
}
