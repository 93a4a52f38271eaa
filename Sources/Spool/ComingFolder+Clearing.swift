// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Jobs
internal import NanoBanana
internal import Requests
internal import SystemPackage

/// What of `coming/` is the daemon's, and may be taken away again. Blocking.
extension ComingFolder {
    /// Removes what the daemon has put into a folder, and nothing else.
    struct Clearing {
        let headLength: Int
        let isPage: ([UInt8]) -> Bool
        /// What this run has copied there: their originals may have other names by now.
        var copies: Set<FileStatus.Identity> = []
        var isWanted: () -> Bool = { true }
        /// The files that one may be a copy of, by its place below `coming/` and its size.
        let originals: (FilePath, Int64) -> [FilePath]

        private static let page = FilePath(root: nil, [JobFileNames.batchPage])
        private static let newPage: FilePath.Component = ".index.html.new"

        /// Folders that are empty then go, too.
        func clear(_ folder: borrowing OpenFile, _ path: FilePath, depth: Int) throws(Errno) {
            if depth > Lane.depthLimit + 2 { return }
            var names: [FilePath.Component] = []
            var listing = try DirectoryListing(".", at: folder.descriptor)
            while let (name, _) = try listing.next() { names.append(name) }
            for name in names {
                if !isWanted() { return }
                let file = FilePath(root: nil, [name])
                guard let status = try? Kernel.status(of: file, at: folder.descriptor) else { continue }
                switch status.kind {
                case .directory:
                    guard let below = try? Kernel.open(file, at: folder.descriptor, ComingFolder.folderFlags) else {
                        continue
                    }
                    try? clear(below, path.appending(name), depth: depth + 1)
                    try? Kernel.removeDirectory(file, at: folder.descriptor)
                case .regular:
                    if isOurs(name, status, in: folder, path) { try? Kernel.remove(file, at: folder.descriptor) }
                case .symlink, .other: continue
                }
            }
        }

        private func isOurs(
            _ name: FilePath.Component, _ status: FileStatus, in folder: borrowing OpenFile, _ path: FilePath
        ) -> Bool {
            if name == ComingFolder.newName || name == Self.newPage { return true }
            let file = FilePath(root: nil, [name])
            if file == Self.page { return isOurPage(in: folder) }
            let text = String(decoding: name)
            guard PictureKind.allCases.contains(where: { text.hasSuffix("." + $0.fileExtension) }) else { return false }
            // With another name nothing is lost, whoever has given it this one.
            if status.links > 1 || copies.contains(status.identity) { return true }
            return isCopy(file, status, in: folder, path)
        }

        private func isOurPage(in folder: borrowing OpenFile) -> Bool {
            guard let page = try? open(Self.page, in: folder), let head = try? page.read(headLength, at: 0)
            else { return false }
            // A power cut may keep its name and lose what was in it.
            return isPage(head) || head.allSatisfy { $0 == 0 }
        }

        /// Whether the same bytes are in the batch.
        private func isCopy(
            _ file: FilePath, _ status: FileStatus, in folder: borrowing OpenFile, _ path: FilePath
        ) -> Bool {
            let all = originals(path.pushing(file), status.size).filter { original in
                guard let found = try? Kernel.status(of: original, at: AT_FDCWD) else { return false }
                return found.kind == .regular && found.size == status.size
            }
            if all.isEmpty { return false }
            guard let copy = try? open(file, in: folder), let bytes = try? copy.checksum() else { return false }
            return all.contains { original in
                guard let file = try? Kernel.open(original, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else { return false }
                return (try? file.checksum()) == bytes
            }
        }

        private func open(_ file: FilePath, in folder: borrowing OpenFile) throws(Errno) -> OpenFile {
            try Kernel.open(file, at: folder.descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        }
    }

    /// What the copies of an earlier run may be of. Each folder that is listed is listed once: there may be thousands of
    /// copies of one batch.
    final class Originals {
        private let spool: Spool
        private lazy var underWay: [FilePath.Component] = (try? RecoveredJobs.names(in: spool)) ?? []
        /// The pictures in the one folder of a batch, by their sizes.
        private var delivered: [FilePath: [Int64: [FilePath]]] = [:]

        init(_ spool: Spool) {
            self.spool = spool
        }

        /// Of the batch while it is under way, or of its result. Few names are tried: folders of results are never listed.
        func paths(_ copy: FilePath, _ size: Int64) -> [FilePath] {
            let names = Array(copy.components)
            guard names.count >= 3 else { return [] }
            let (shown, picture) = (names[names.count - 3], FilePath(root: nil, names.suffix(2)))
            return batches(shownAs: shown, in: Lane(path: FilePath(root: nil, names.dropLast(3)))).flatMap { batch in
                [batch.pushing(picture)] + (deliveries(in: batch)[size] ?? [])
            }
        }

        private func batches(shownAs shown: FilePath.Component, in lane: Lane) -> [FilePath] {
            var stems = [shown]
            let text = String(decoding: shown)
            if let dash = text.lastIndex(of: "-"), Int(text[text.index(after: dash)...]) != nil,
                let stem = FilePath.Component(String(text[..<dash])), stem.kind == .regular
            {
                stems.append(stem)
            }
            var batches = underWay.filter { name in
                stems.contains { ResultNames.isJob(name, of: $0) }
            }.map { spool.processing.appending($0) }
            for folder in [lane.folder(below: spool.done), lane.folder(below: spool.failed)] {
                for stem in stems {
                    batches += (1...9).map { folder.appending(ResultNames.folder(stem, attempt: $0)) }
                }
            }
            return batches
        }

        private func deliveries(in batch: FilePath) -> [Int64: [FilePath]] {
            if let known = delivered[batch] { return known }
            var found: [Int64: [FilePath]] = [:]
            defer { delivered[batch] = found }
            let folder = batch.appending(JobFileNames.delivered)
            guard var listing = try? DirectoryListing(folder) else { return found }
            while let entry = try? listing.next() {
                let path = folder.appending(entry.name)
                guard let status = try? Kernel.status(of: path, at: AT_FDCWD) else { continue }
                found[status.size, default: []].append(path)
            }
            return found
        }
    }
}
