// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
internal import Spool
package import SystemPackage

/// A request file on its way, from the inbox to the folder of its result. Blocking.
package final class DroppedFile: Sendable {
    /// Why it is held in the inbox, as the daemon wrote it last; `nil` where nothing says so.
    package var whyHeld: String? {
        StatusFile.held(in: spool).first { $0.hasPrefix(Wording.shown(origin.jobName) + " ") }
    }

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

    private let spool: Spool
    let origin: Origin
    private let place: OpenFile

    init(spool: Spool, origin: Origin, place: consuming OpenFile) {
        self.spool = spool
        self.origin = origin
        self.place = place
    }

    /// The job's name: `acme/hero`. Its result may get `-2`, where the name is taken.
    package var jobName: String { Wording.line(origin.jobName) }

    /// Whether it has exactly these bytes.
    func holds(_ bytes: [UInt8]) -> Bool {
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

    /// Looks after files until each has come to its end, and tells of each as it does. Returns whether all did in time.
    ///
    /// - Parameters:
    ///   - files: those to look after.
    ///   - time: how long it may take; `nil` for ever.
    ///   - hold: hears once why one is held that would not go on by itself.
    ///   - tell: gets each file once, with anything but ``Whereabouts/onItsWay``.
    /// - Throws: `Errno` where the result cannot be read, `CancellationError`.
    package static func follow(
        _ files: [DroppedFile], for time: Duration?, held hold: (DroppedFile, String) -> Void = { _, _ in },
        tell: (DroppedFile, Whereabouts) -> Void
    ) async throws -> Bool {
        let pool = FilePool(threads: 1)
        defer { pool.shutDown() }
        let start = ContinuousClock.now
        var (left, pause) = (files, shortPause)
        var held: Set<ObjectIdentifier> = []
        while true {
            for (file, whereabouts) in try await pool.run({ [left] in try left.map { ($0, try $0.look()) } }) {
                if whereabouts == .onItsWay { continue }
                left.removeAll { $0 === file }
                tell(file, whereabouts)
            }
            if left.isEmpty { return true }
            if pause == longPause {
                for (file, why) in try await pool.run({ [left] in left.map { ($0, $0.whyHeld) } }) {
                    if let why, held.insert(ObjectIdentifier(file)).inserted { hold(file, why) }
                }
            }
            if let time, start.duration(to: .now) >= time { return false }
            try await Sleep.wait(pause)
            pause = min(pause * 2, longPause)
        }
    }

    /// A picture takes seconds; whoever waits for a broken request learns of it at once.
    private static let shortPause = Duration.milliseconds(20)
    private static let longPause = Duration.milliseconds(200)
}
