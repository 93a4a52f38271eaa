// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Jobs
internal import NanoBanana
internal import Requests
internal import Spool
internal import SpoolState
internal import SystemPackage

/// The page of a lane in its folder below `done/`, and beside it, hidden, what it shows. Each is replaced by one rename.
/// Blocking.
struct LanePageFiles: Sendable {
    let spool: Spool

    private static let memory = FilePath(".index.json")
    private static let page = FilePath(root: nil, [JobFileNames.batchPage])
    private static let memoryLimit = 4 << 20

    /// Returns false where the lane has no folder there, which it gets with the first result that is done.
    ///
    /// - Parameter folder: the lane's, relative to `done/`.
    func write(_ news: [LanePages.News], _ folder: FilePath) throws(Errno) -> Bool {
        let place: OpenFile
        do throws(Errno) {
            place = try Lane(path: folder).open(below: spool.done)
        } catch {
            if error.isNoFolder { return false }
            throw error
        }
        // Somebody's own page stays.
        guard try place.mayHavePage(Self.page) else { return true }
        let known = (try? read(place)) ?? []
        var (results, folders) = ([LaneResult](), Set<FilePath>())
        for result in news.map(result) + known where folders.insert(result.ended.folder).inserted {
            // Taken away, or put back.
            guard results.count < LanePage.limit, (try? Kernel.exists(spool.root.pushing(result.ended.folder))) == true
            else { continue }
            results.append(result)
        }
        try place.replace(Self.memory, with: LaneResult.file(of: results))
        try place.replace(Self.page, with: LanePage(of: folder, results).page)
        return true
    }

    private func read(_ place: borrowing OpenFile) throws(Errno) -> [LaneResult] {
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
        let file = try Kernel.open(Self.memory, at: place.descriptor, flags)
        let status = try file.status()
        guard status.kind == .regular, status.size <= Self.memoryLimit else { return [] }
        return LaneResult.all(in: try file.readAll(limit: Self.memoryLimit, expecting: Int(status.size)))
    }

    private func result(_ news: LanePages.News) -> LaneResult {
        LaneResult(
            news.ended, prompt: news.request?.promptText, inputs: news.request?.pictureNames ?? [],
            originals: originals(news), cost: news.cost)
    }

    /// Pictures of one's own in the result. Only where the request has some is there anything to look for.
    private func originals(_ news: LanePages.News) -> [String] {
        if let own = news.ownPicture { return [String(decoding: own)] }
        guard news.request?.locals.isEmpty == false else { return [] }
        let folder = spool.root.pushing(news.ended.folder).appending(JobFileNames.originals)
        var names: [String] = []
        guard var listing = try? DirectoryListing(folder) else { return [] }
        while names.count < LaneResult.inputLimit, let entry = try? listing.next() {
            names.append("\(JobFileNames.originals)/\(String(decoding: entry.0))")
        }
        return names.sorted()
    }
}

extension OpenFile {
    /// Whether nothing in this folder has the name of a page but one of the daemon's.
    func mayHavePage(_ name: FilePath) throws(Errno) -> Bool {
        do throws(Errno) {
            let file = try Kernel.open(name, at: descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            guard try file.status().kind == .regular else { return false }
            return HTML.isOurs(try file.read(HTML.headLength, at: 0))
        } catch .noSuchFileOrDirectory {
            return true
        } catch .tooManySymbolicLinkLevels {
            return false
        }
    }
}
