// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
package import Spool
internal import SystemPackage

/// The names of jobs that begin in some way, for a shell that completes one. Looks at so much and no more: somebody
/// holds a key down. Blocking.
package struct JobNames: Sendable {
    /// Where to look for them.
    package enum Place: Sendable {
        case inbox, processing, done, failed
    }

    private let spool: Spool
    private let start: String
    /// What the name says of the lane, with its slash; empty for none.
    private let lane: String

    /// How many entries of a folder are read, and how many names are offered.
    private static let (entries, limit) = (2000, 200)

    /// - Parameter start: what stands there, such as `acme/he`.
    package init(_ spool: Spool, startingWith start: String) {
        self.spool = spool
        self.start = start
        lane = start.lastIndex(of: "/").map { String(start[...$0]) } ?? ""
    }

    /// Jobs, and lanes with a slash behind them; the jobs of a lane that is the only one.
    package func all(in places: [Place]) -> [String] {
        var names: Set<String> = []
        for place in places {
            switch place {
            case .inbox:
                let takesPictures = Lane(text: lane)?.takesPictures(in: spool.inbox) ?? false
                let takesFolders = Lane(text: lane)?.takesFolders(in: spool.inbox) ?? false
                names.formUnion(
                    find(below: spool.inbox) { folder, name in
                        if takesFolders, Self.isBatch(name, in: folder) { return String(decoding: name) }
                        let stem = RequestFileName(name)?.stem ?? (takesPictures ? PictureName.stem(of: name) : nil)
                        return stem.map { String(decoding: $0) }
                    })
            case .done: names.formUnion(find(below: spool.done, jobs: Self.published))
            case .failed: names.formUnion(find(below: spool.failed, jobs: Self.published))
            case .processing: names.formUnion(underWay)
            }
        }
        if let only = names.first, names.count == 1, only.hasSuffix("/"), only != start {
            return JobNames(spool, startingWith: only).all(in: places)
        }
        return names.sorted().prefix(Self.limit).map(\.self)
    }

    /// Whether it is a folder of pictures, where such a folder is a batch.
    private static func isBatch(_ name: FilePath.Component, in folder: FilePath) -> Bool {
        guard let lane = try? Kernel.open(folder, O_RDONLY | O_DIRECTORY) else { return false }
        return PictureFolder.isOne(name, in: lane)
    }

    /// The lanes of the inbox.
    package var lanes: [String] { find(below: spool.inbox) { _, _ in nil }.map { String($0.dropLast()) }.sorted() }

    /// The name of a folder that is a job's.
    private static func published(_ folder: FilePath, _ name: FilePath.Component) -> String? {
        let journal = folder.appending(name).appending(JobFileNames.journal)
        return (try? Kernel.exists(journal)) == true ? String(decoding: name) : nil
    }

    private func find(
        below base: FilePath, jobs: (FilePath, FilePath.Component) -> String?
    ) -> Set<String> {
        let folder = Lane(text: lane)?.folder(below: base) ?? base
        var names: Set<String> = []
        guard var listing = try? DirectoryListing(folder) else { return names }
        for _ in 0..<Self.entries {
            guard let (name, kind) = try? listing.next(), names.count < Self.limit else { break }
            if IgnoredNames.standard.matches(name) { continue }
            let job = jobs(folder, name)
            guard job != nil || kind.isFolder(at: folder.appending(name)) else { continue }
            let text = lane + (job ?? String(decoding: name) + "/")
            if text.hasPrefix(start), Self.isPlain(text) { names.insert(text) }
        }
        return names
    }

    /// A job's folder in `processing/` tells of no lane: its journal does. Nothing for whoever may not look there.
    private var underWay: Set<String> {
        var names: Set<String> = []
        guard var listing = try? DirectoryListing(spool.processing) else { return names }
        for _ in 0..<Self.limit {
            guard let (name, _) = try? listing.next() else { break }
            guard let bytes = try? Journal.read(in: spool.processing.appending(name)),
                let job = (try? JournalText(bytes))?.job
            else { continue }
            let text = job.origin.jobName
            if text.hasPrefix(start), Self.isPlain(text) { names.insert(text) }
        }
        return names
    }

    /// Names come from whoever may drop, and a shell might take part of one for a command (bash(1), `compgen -W`), or the
    /// program the whole for a flag.
    static func isPlain(_ name: String) -> Bool {
        !name.hasPrefix("-")
            && name.unicodeScalars.allSatisfy { scalar in
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "-_./ +,@".unicodeScalars.contains(scalar)
            }
    }
}
