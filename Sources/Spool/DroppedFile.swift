// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import FileIO
internal import Glibc
package import Jobs
internal import Requests
package import SystemPackage

/// A request file on its way, from the inbox to the folder of its result. Blocking.
package final class DroppedFile: Sendable {
    /// Where it is.
    package enum Whereabouts: Equatable, Sendable {
        /// In the inbox or in `processing/`.
        case onItsWay
        /// The job is done; the paths of its pictures.
        case done(pictures: [FilePath])
        /// The job failed; the folder of its result, and what it says.
        case failed(FilePath, text: String)
        /// Somebody took it away, or put something else in its place.
        case gone
    }

    package let spool: Spool
    package let origin: Origin
    private let place: OpenFile

    package init(spool: Spool, origin: Origin, place: consuming OpenFile) {
        self.spool = spool
        self.origin = origin
        self.place = place
    }

    /// The job's name: `acme/hero`. Its result may get `-2`, where the name is taken.
    package var jobName: String { Wording.line(origin.jobName) }

    /// Whether it has exactly these bytes.
    package func holds(_ bytes: [UInt8]) -> Bool {
        guard let status = try? place.status(), status.kind == .regular, status.size == bytes.count,
            let file = try? place.reopened()
        else { return false }
        return (try? file.readAll(limit: bytes.count + 1, expecting: bytes.count)) == bytes
    }

    /// Looks where the file is. Costs a few calls, however many results there are.
    ///
    /// A request file is renamed and never copied, and is in the folder of its result in the end. So its descriptor
    /// leads there, by the kernel's own account.
    ///
    /// - Throws: `Errno` where the result cannot be read.
    package func look() throws(Errno) -> Whereabouts {
        let identity = try place.status().identity
        if try place.status().links == 0 { return .gone }
        let path = try place.place()
        guard Self.isThere(path, identity) else {
            // Another machine has renamed it, so this kernel does not know.
            guard let folder = try published(identity) else { return .onItsWay }
            return try result(in: folder) ?? .onItsWay
        }
        let folder = path.removingLastComponent()
        // The folders themselves may have been renamed, or be reached by a symlink.
        for around in [spool.inbox, spool.processing] {
            let real = try Kernel.openPlace(around).place()
            if path.starts(with: real) { return .onItsWay }
        }
        return try result(in: folder) ?? .gone
    }

    private static func isThere(_ path: FilePath, _ identity: FileStatus.Identity) -> Bool {
        guard let found = try? Kernel.status(of: path, at: AT_FDCWD).identity else { return false }
        return (found.device, found.inode) == (identity.device, identity.inode)
    }

    /// The folder of its result, by the names that it can have; `nil` where there is none yet. Looks at no more than
    /// the results of that name.
    private func published(_ identity: FileStatus.Identity) throws(Errno) -> FilePath? {
        for base in [spool.done, spool.failed] {
            let lane = origin.lane.published.folder(below: base)
            var attempt = 1
            while true {
                let folder = lane.appending(ResultNames.folder(origin.stem, attempt: attempt))
                guard try Kernel.exists(folder) else { break }
                if Self.isThere(folder.appending(origin.keptName), identity) { return folder }
                attempt += 1
            }
        }
        return nil
    }

    /// What the folder's summary says; `nil` where there is none.
    private func result(in folder: FilePath) throws(Errno) -> Whereabouts? {
        for name in PublishedResult.fileNames {
            let bytes: [UInt8]
            do {
                bytes = try Kernel.open(folder.appending(name), O_RDONLY | O_NOFOLLOW).readAll(
                    limit: PublishedResult.sizeLimit, expecting: 64 << 10)
            } catch .noSuchFileOrDirectory {
                continue
            }
            guard let result = PublishedResult(bytes) else { continue }
            if result.isDone { return .done(pictures: result.pictures.map(folder.pushing)) }
            return .failed(folder, text: result.explanation)
        }
        return nil
    }
}
