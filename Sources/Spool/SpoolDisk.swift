// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// Makes durable what is written to a spool. Blocking; for the committer's thread.
///
/// The descriptor for `syncfs(2)` is kept open for life: the kernel tells of an error those who were there before it
/// (`errseq_t`), and one that is opened for each call may hear of none that somebody else has heard of.
package final class SpoolDisk: Sendable {
    private final class Folder: Sendable {
        let file: OpenFile
        let place: FileStatus.Inode

        init(_ spool: Spool) throws(Errno) {
            file = try Kernel.open(spool.processing, O_RDONLY | O_DIRECTORY)
            place = try file.status().place
        }
    }

    private let spool: Spool
    private let whole: Mutex<Folder?>
    private let threads = ForkJoin(threads: 8)

    /// Blocking.
    package init(_ spool: Spool) {
        self.spool = spool
        // Where it cannot be opened now, the first round opens it, or says why not.
        whole = Mutex(try? Folder(spool))
    }

    /// `syncfs(2)`. The disk may have been mounted anew, or another in its place.
    func syncAll() throws(Errno) {
        let now = try Kernel.status(of: spool.processing, at: AT_FDCWD).place
        if let known = whole.withLock({ $0 }), known.place == now { return try known.file.syncFileSystem() }
        let folder = try Folder(spool)
        whole.withLock { $0 = folder }
        try folder.file.syncFileSystem()
    }

    /// What `fsync(2)` is called for.
    private struct Target: Hashable {
        var path: FilePath
        var isFolder = false
    }

    /// All at one time, and each file once, however many places it belongs to: the kernel tells of an error once. False
    /// where a place cannot be opened, or knows no such call: only the whole covers it then.
    func sync(_ places: [DiskChanges.Place]) -> [Result<Bool, any Error>] {
        let targets = places.map(Self.targets)
        var seen: Set<Target> = []
        let all = targets.joined().filter { seen.insert($0).inserted }
        let results = Mutex<[Target: Result<Bool, Errno>]>([:])
        threads.run(
            all.map { target in
                {
                    let result = Result { () throws(Errno) in try Self.sync(target) }
                    results.withLock { $0[target] = result }
                }
            })
        let found = results.withLock { $0 }
        return targets.map { targets in
            Result { try !targets.isEmpty && targets.map { try found[$0]?.get() ?? false }.allSatisfy { $0 } }
        }
    }

    /// None where they cannot be found out.
    private static func targets(of place: DiskChanges.Place) -> [Target] {
        switch place {
        case .file(let path): return [Target(path: path)]
        case .arrivals(let folder), .departures(let folder): return [Target(path: folder, isFolder: true)]
        case .files(let folder):
            guard let files = try? files(in: folder) else { return [] }
            return files.map { Target(path: folder.appending($0)) } + [Target(path: folder, isFolder: true)]
        }
    }

    private static func sync(_ target: Target) throws(Errno) -> Bool {
        let file: OpenFile
        do {
            let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
            file = try Kernel.open(target.path, target.isFolder ? flags | O_DIRECTORY : flags)
        } catch {
            return false
        }
        do {
            try file.sync()
        } catch .invalidArgument, .notSupported, .noFunction {
            return false
        }
        return true
    }

    private static func files(in folder: FilePath) throws(Errno) -> [FilePath.Component] {
        var files: [FilePath.Component] = []
        var listing = try DirectoryListing(folder)
        while let (name, kind) = try listing.next() {
            switch kind {
            case .regular: files.append(name)
            case .unknown:
                let status = try Kernel.status(of: folder.appending(name), at: AT_FDCWD)
                if status.kind == .regular { files.append(name) }
            case .directory, .other: continue
            }
        }
        return files
    }

    /// Reads files and writes the same bytes again, so that the kernel writes them to the disk once more. What cannot be
    /// read or written any more fails once more where it is synced, or is nobody's by now.
    func writeAgain(_ place: DiskChanges.Place) {
        switch place {
        case .file(let path): try? Self.writeAgain(path)
        case .files(let folder):
            for file in (try? Self.files(in: folder)) ?? [] { try? Self.writeAgain(folder.appending(file)) }
        case .arrivals, .departures: break
        }
    }

    private static func writeAgain(_ path: FilePath) throws(Errno) {
        let file = try Kernel.open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK)
        guard try file.status().kind == .regular else { return }
        var offset = 0
        while true {
            let bytes = try file.read(portion, at: offset)
            if bytes.isEmpty { return }
            try file.writeAll(bytes, at: offset)
            offset += bytes.count
        }
    }

    private static let portion = 1 << 20
}

extension DurableDisk {
    package init(_ disk: SpoolDisk, _ ledger: Ledger) {
        self.init(
            flush: { try LedgerTrouble.naming { () throws(Errno) in try ledger.flush() } },
            syncAll: { try disk.syncAll() }, sync: { disk.sync($0) }, writeAgain: { disk.writeAgain($0) })
    }
}

/// The ledger cannot be written: nothing more may be spent that it would not know of.
package struct LedgerTrouble: Error, CustomStringConvertible {
    var error: Errno

    package var description: String { Wording.ledgerRefused(error) }

    static func naming(_ work: () throws(Errno) -> DiskChanges) throws(LedgerTrouble) -> DiskChanges {
        do {
            return try work()
        } catch {
            throw LedgerTrouble(error: error)
        }
    }
}
