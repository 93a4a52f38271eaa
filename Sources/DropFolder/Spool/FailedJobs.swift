// SPDX-License-Identifier: Apache-2.0

internal import Glibc
public import SystemPackage

/// Puts failed jobs back into the inbox, as a person does who drags their folders. Blocking.
public struct FailedJobs: Sendable {
    private let spool: Spool

    /// The failed jobs of a spool, whether a daemon runs or not.
    public init(_ spool: Spool) {
        self.spool = spool
    }

    /// Moves a failed job's folder back into its lane of the inbox, by one rename. Returns what will happen to it, in
    /// words.
    ///
    /// - Parameters:
    ///   - name: relative to `failed/`, such as `acme/hero-2`, or a path that leads there.
    ///   - acceptSecondCharge: whether a job that may have been charged already is to be sent again.
    /// - Throws: ``RetryError``.
    public func putBack(_ name: String, acceptSecondCharge: Bool) throws(RetryError) -> String {
        let place = try place(name)
        let folder = spool.failed.pushing(place)
        let job = try job(in: folder, name)
        let way = job.parts == nil ? job.wayToGoOn : wayToGoOn(ofBatch: folder)
        if way == .submitAgain, !acceptSecondCharge { throw .mayBeChargedTwice(name) }
        let back = self.back(place, job)
        let target = spool.inbox.pushing(back)
        do {
            try makeLanes(of: back)
            try Kernel.rename(folder, at: AT_FDCWD, to: target, at: AT_FDCWD)
        } catch .fileExists {
            throw .inTheWay(name, target)
        } catch {
            throw .cannotMove(name, error)
        }
        return Wording.sentence(way)
    }

    private func place(_ name: String) throws(RetryError) -> FilePath {
        var path = FilePath(name)
        if path.isAbsolute {
            guard path.removePrefix(spool.failed) else { throw .missing(name) }
        } else if try !exists(spool.failed.pushing(path)) {
            // As a shell completes it, from the spool or from above it.
            var absolute = path.lexicallyNormalized()
            if absolute.removePrefix("failed") || absolute.removePrefix(spool.failed.lexicallyNormalized()) {
                path = absolute
            }
        }
        path = path.lexicallyNormalized()
        guard !path.isEmpty, path.components.allSatisfy({ $0.kind == .regular }) else { throw .missing(name) }
        if try exists(spool.failed.pushing(path)) { return path }
        // As the request was called.
        return Lane(path: path).published.path
    }

    private func exists(_ path: FilePath) throws(RetryError) -> Bool {
        do {
            return try Kernel.exists(path)
        } catch {
            throw .cannotMove(String(decoding: path), error)
        }
    }

    private func job(in folder: FilePath, _ name: String) throws(RetryError) -> Job {
        let bytes: [UInt8]
        do {
            guard try Kernel.exists(folder) else { throw Errno.noSuchFileOrDirectory }
            bytes = try Journal.read(in: folder)
        } catch let error as Errno {
            throw error == .noSuchFileOrDirectory ? .missing(name) : .cannotMove(name, error)
        } catch {
            throw .damaged(name)
        }
        guard let text = try? JournalText(bytes) else { throw .damaged(name) }
        guard let job = text.job else { throw .notAJob(name) }
        return job
    }

    /// Relative to the inbox. It goes where it was dropped, or its batch was: there are its pictures, its defaults and its
    /// limits. Somebody may have moved it to another lane.
    private func back(_ place: FilePath, _ job: Job) -> FilePath {
        guard let name = place.lastComponent else { return place }
        let isAtHome = job.origin.lane.published.path == place.removingLastComponent()
        return isAtHome || job.origin.batch != nil ? job.origin.lane.path.appending(name) : place
    }

    /// What putting back does to the parts together.
    private func wayToGoOn(ofBatch folder: FilePath) -> WayToGoOn {
        let batch = BatchFolder(folder: JobFolder(path: folder))
        let jobs = ((try? batch.partNames()) ?? []).compactMap { name in
            (try? JournalText(Journal.read(in: batch.part(name).path)))?.job
        }
        let failed = jobs.filter { if case .failed? = $0.outcome { true } else { false } }
        return failed.map(\.wayToGoOn).reduce(.goOn) { $0.together(with: $1) }
    }

    private func makeLanes(of place: FilePath) throws(Errno) {
        var lane = spool.inbox
        for component in place.removingLastComponent().components {
            lane.append(component)
            do {
                try Kernel.makeDirectory(lane)
            } catch .fileExists {
                continue
            }
        }
    }
}

/// What happens to a failed job that is put back.
enum WayToGoOn: Equatable, Sendable {
    /// It goes on with what was paid for already.
    case goOn
    /// It begins anew, since it cost nothing.
    case beginAnew
    /// It goes on with what was paid for already, and so many submits more are sent and paid.
    case goOnAndSubmit(Int)
    /// It is sent again though it may have been charged.
    case submitAgain

    /// Of two parts of a batch: what may cost twice speaks for both, and what costs is added up.
    fileprivate func together(with other: WayToGoOn) -> WayToGoOn {
        switch (self, other) {
        case (.submitAgain, _), (_, .submitAgain): .submitAgain
        case (.goOnAndSubmit(let one), .goOnAndSubmit(let two)): .goOnAndSubmit(one + two)
        case (.goOnAndSubmit(let more), .beginAnew), (.beginAnew, .goOnAndSubmit(let more)): .goOnAndSubmit(more + 1)
        case (.goOnAndSubmit(let more), .goOn), (.goOn, .goOnAndSubmit(let more)): .goOnAndSubmit(more)
        case (.beginAnew, .beginAnew): .goOnAndSubmit(2)
        case (.beginAnew, .goOn), (.goOn, .beginAnew): .goOnAndSubmit(1)
        case (.goOn, .goOn): .goOn
        }
    }
}

extension Job {
    var wayToGoOn: WayToGoOn {
        var job = self
        guard case .failed? = outcome, (try? job.apply(.retried(origin.lane), at: claimedAt)) != nil else {
            return .goOn
        }
        if job.unheard > unheard { return .submitAgain }
        if job.request == nil { return .beginAnew }
        let more = job.variants.count { $0 == .waiting }
        return more == 0 ? .goOn : .goOnAndSubmit(more)
    }
}

/// Why a failed job cannot be put back. The sentences are in ``Wording``.
public enum RetryError: Error, Equatable, Sendable {
    /// There is no such folder in `failed/`.
    case missing(String)
    /// The folder has no journal.
    case notAJob(String)
    /// Its journal cannot be read.
    case damaged(String)
    /// It may have been charged, and would be sent again.
    case mayBeChargedTwice(String)
    /// Something has its name in the inbox already.
    case inTheWay(String, FilePath)
    /// It cannot be moved.
    case cannotMove(String, Errno)

    /// Whether it is not there at all.
    public var isMissing: Bool {
        switch self {
        case .missing: true
        case .notAJob, .damaged, .mayBeChargedTwice, .inTheWay, .cannotMove: false
        }
    }
}
