// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
package import Jobs
internal import Requests
package import SystemPackage

/// Puts failed jobs back into the inbox, as a person does who drags their folders. Blocking.
package struct FailedJobs: Sendable {
    let spool: Spool

    /// The failed jobs of a spool, whether a daemon runs or not.
    package init(_ spool: Spool) {
        self.spool = spool
    }

    /// Moves a failed job's folder back into its lane of the inbox, by one rename. Returns what will happen to it, in
    /// words.
    ///
    /// - Parameters:
    ///   - name: relative to `failed/`, such as `acme/hero-2`, or a path that leads there.
    ///   - accepted: what it may cost. Of a batch, parts that would cost more stay as they are.
    /// - Throws: ``RetryError``.
    package func putBack(_ name: String, accepting accepted: RetryCost = []) throws(RetryError) -> String {
        try putBack(try place(name), called: name, accepting: accepted)
    }

    /// The same of a folder by its place, relative to `failed/`.
    func putBack(
        _ place: FilePath, called name: String, accepting accepted: RetryCost
    ) throws(RetryError) -> String {
        let folder = spool.failed.pushing(place)
        let job = try job(in: folder, name)
        let plan =
            job.parts == nil
            ? RetryPlan(of: job, isChanged: isChanged(job, in: folder), accepting: accepted)
            : self.plan(ofBatch: folder, accepting: accepted)
        if let cost = plan.refusal {
            throw cost == .secondCharge ? RetryError.mayBeChargedTwice(name) : .isNewSubmit(name)
        }
        let back = self.back(place, job)
        let target = spool.inbox.pushing(back)
        var marks: [FilePath] = []
        do {
            for part in plan.marked {
                let isNew = try PayAgain.mark(folder.pushing(part))
                if isNew { marks.append(folder.pushing(part).appending(JobFileNames.payAgain)) }
            }
            try makeLanes(of: back)
            try Kernel.rename(folder, at: AT_FDCWD, to: target, at: AT_FDCWD)
        } catch {
            for mark in marks { try? Kernel.remove(mark, at: AT_FDCWD) }
            throw error == .fileExists ? RetryError.inTheWay(name, target) : .cannotMove(name, error)
        }
        return Wording.sentence(plan)
    }

    func place(_ name: String) throws(RetryError) -> FilePath {
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

    func exists(_ path: FilePath) throws(RetryError) -> Bool {
        do {
            return try Kernel.exists(path)
        } catch {
            throw .cannotMove(String(decoding: path), error)
        }
    }

    func job(in folder: FilePath, _ name: String) throws(RetryError) -> Job {
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
    func back(_ place: FilePath, _ job: Job) -> FilePath {
        guard let name = place.lastComponent else { return place }
        let isAtHome = job.origin.lane.published.path == place.removingLastComponent()
        return isAtHome || job.origin.batch != nil ? job.origin.lane.path.appending(name) : place
    }

    private func plan(ofBatch folder: FilePath, accepting accepted: RetryCost) -> RetryPlan {
        let batch = BatchFolder(folder: JobFolder(path: folder))
        var plan = RetryPlan()
        for name in (try? batch.partNames()) ?? [] {
            let part = batch.part(name).path
            guard let job = (try? JournalText(Journal.read(in: part)))?.job else { continue }
            plan.add(name, job, isChanged: isChanged(job, in: part), accepting: accepted)
        }
        return plan
    }

    private func isChanged(_ job: Job, in folder: FilePath) -> Bool {
        (try? JobFolder(path: folder).isRequestChanged(since: job)) ?? false
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

/// Why a failed job cannot be put back. The sentences are in ``Wording``.
package enum RetryError: Error, Equatable, Sendable {
    /// There is no such folder in `failed/`.
    case missing(String)
    /// The folder has no journal.
    case notAJob(String)
    /// Its journal cannot be read.
    case damaged(String)
    /// It may have been charged, and would be sent again.
    case mayBeChargedTwice(String)
    /// Its request was changed after it had been charged: it would be a new submit.
    case isNewSubmit(String)
    /// Something has its name in the inbox already.
    case inTheWay(String, FilePath)
    /// It cannot be moved.
    case cannotMove(String, Errno)
    /// It has no parts.
    case isNoBatch(String)
    /// The batch has no such part, or none any more.
    case noPart(String, Int)
    /// That part of it has not failed.
    case hasNotFailed(String)
    /// Nothing was done for that part before its batch was cancelled.
    case isNotBegun(String)
    /// The prompt that it was to get is blank.
    case noPrompt
    /// Another prompt cannot be written into its request file.
    case cannotChange(String)

    /// Whether it is not there at all.
    package var isMissing: Bool {
        switch self {
        case .missing: true
        case .notAJob, .damaged, .mayBeChargedTwice, .isNewSubmit, .inTheWay, .cannotMove, .isNoBatch, .noPart,
            .hasNotFailed, .isNotBegun, .noPrompt, .cannotChange:
            false
        }
    }
}
