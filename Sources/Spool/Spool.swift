// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
package import SystemPackage

/// The layout on disk of one spool. Blocking; runs on the ``FilePool`` or before the daemon starts.
package struct Spool: Sendable {
    /// The folder that holds the others.
    package let root: FilePath
    /// What is no request by its name, nor a part of a batch.
    package private(set) var names = IgnoredNames.standard

    /// Requests are dropped here; sub-folders are lanes.
    package var inbox: FilePath { root.appending("inbox") }
    /// The daemon's own: one folder per job under way.
    package var processing: FilePath { root.appending("processing") }
    /// One folder per finished job.
    package var done: FilePath { root.appending("done") }
    /// One folder per failed job, with its reason.
    package var failed: FilePath { root.appending("failed") }
    /// What is done of batches that are under way, where the settings want that to be seen: a view, which is made anew at
    /// each start, and no job is ever in it. It is made when there is something to show.
    package static let comingName: FilePath.Component = "coming"
    /// What was spent, a file for each month.
    package var ledger: FilePath { root.appending("ledger") }
    /// What is going on, for those who see only the folder.
    package var statusFile: FilePath { root.appending("status.json") }
    /// The same as a page for a browser.
    package var statusPage: FilePath { root.appending("STATUS.html") }
    /// What the folder is for, in words for those who see only the folder. It lies beside `inbox`, `done` and `failed`,
    /// where people begin to look: whatever lies in the inbox is there to be taken, and scripts count it.
    package var howTo: FilePath { root.appending(Self.howToName) }
    package static let howToName: FilePath.Component = "HOW-TO.txt"

    /// - Parameter root: need not exist yet.
    package init(root: FilePath) {
        self.root = root
    }

    /// The same, with names that the settings pass over.
    package func with(_ names: IgnoredNames) -> Spool {
        var spool = self
        spool.names = names
        return spool
    }

    package var folders: [FilePath] { [inbox, processing, done, failed] }

    /// Makes the folders that are missing; whether the inbox was one of them, which makes it a new spool. Throws
    /// ``SpoolError``.
    @discardableResult
    package func make() throws(SpoolError) -> Bool {
        var isNew = false
        for folder in [root] + folders {
            do {
                try Kernel.makeDirectory(folder)
                if folder == inbox { isNew = true }
            } catch .fileExists {
                continue
            } catch {
                throw .cannotMake(folder, error)
            }
        }
        return isNew
    }

    /// Proves before the first submit that a request can be claimed, recorded and published here: the folders exist,
    /// lie on one file system, and a trial folder goes the way of a job. Throws ``SpoolError``.
    package func check() throws(SpoolError) {
        var device: UInt64?
        for folder in folders {
            let status = try status(of: folder)
            guard status.kind == .directory else { throw .notADirectory(folder) }
            if let device, device != status.device { throw .otherFileSystem(folder) }
            device = status.device
        }
        if let kind = try? Kernel.status(of: ledger, at: AT_FDCWD).kind, kind == .regular || kind == .other {
            throw .notADirectory(ledger)
        }
        try tryOut()
    }

    private func status(of folder: FilePath) throws(SpoolError) -> FileStatus {
        do {
            return try Kernel.status(of: folder, at: AT_FDCWD)
        } catch {
            if let hidden { throw hidden }
            throw error == .noSuchFileOrDirectory ? .missing(folder) : .cannotUse(folder, error)
        }
    }

    private func tryOut() throws(SpoolError) {
        do {
            try tryFile(syncing: true)
        } catch {
            throw .cannotUse(processing, error)
        }
        for target in [inbox, done, failed] {
            let name = Self.trialName
            let (from, to) = (processing.appending(name), target.appending(name))
            do {
                // For nobody else: a file put into it on its way would keep it from being removed.
                try Kernel.makeDirectory(from, mode: 0o700)
                try Kernel.rename(from, at: AT_FDCWD, to: to, at: AT_FDCWD)
                try Kernel.removeDirectory(to, at: AT_FDCWD)
            } catch {
                // A trial that failed half way must not stay: nothing else knows its name.
                try? Kernel.removeDirectory(from, at: AT_FDCWD)
                throw .cannotUse(target, error)
            }
        }
    }
}

extension Spool {
    /// That the spool is hidden from this process, where it lies below people's homes and a service manager keeps them
    /// from its services; `nil` where that is not so. Blocking.
    package var hidden: SpoolError? {
        let path = root.isAbsolute ? root : (try? Kernel.workingDirectory().pushing(root)) ?? root
        return MountTable.current().hiddenHome(above: path.lexicallyNormalized()).map { .hidden(root, home: $0) }
    }
}
