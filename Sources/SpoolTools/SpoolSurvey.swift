// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import FileIO
internal import Glibc
internal import Jobs
internal import NanoBanana
internal import Requests
package import Spending
package import Spool
internal import SystemPackage

/// What a spool holds, read from the disk alone: it works whether the daemon runs or not. Blocking.
package struct SpoolSurvey: Sendable {
    /// One job under way.
    package struct JobLine: Sendable, Equatable {
        /// `acme/hero`.
        package let name: String
        /// The stage in a word or two.
        package let stage: String
        /// When it was claimed.
        package let claimedAt: Timestamp
    }

    /// The process id of the daemon, or `nil` where none runs.
    package let daemon: Int?
    /// Request files in the inbox.
    package let waiting: Int
    /// What is left alone in the inbox, and why, in a sentence without its full stop.
    let leftAlone: LeftAloneSummary<String>
    /// Why the inbox is looked at every two seconds, as the daemon wrote it last; `nil` where it is not, or none runs.
    package let polling: String?
    /// Jobs under way, the oldest first; `nil` for whoever may not see them: under systemd that is all but the daemon's
    /// user and root.
    package let jobs: [JobLine]?
    /// What holds everything up, one sentence each: as the daemon wrote it last, an inbox that is gone, and a disk
    /// without room, on which the daemon cannot write.
    package let trouble: [String]

    /// Submits of today that were charged or maybe charged, by the ledger.
    package let submitsToday: Int
    /// What they cost, as far as their prices are known; in the currency of the prices.
    package let spentToday: Amount
    /// How many of them have no known price.
    package let submitsWithoutPrice: Int

    /// Reads the spool. Throws `Errno` where its folders cannot be read.
    ///
    /// - Parameter names: what is no request by its name.
    package init(_ spool: Spool, names: IgnoredNames) throws {
        let spent = Self.spent(spool, on: LocalDay(.now))
        submitsToday = spent.submits
        spentToday = spent.money
        submitsWithoutPrice = spent.submitsWithoutPrice
        daemon = SpoolLock.holder(of: spool)
        let page = daemon == nil ? nil : Self.page(of: spool)
        jobs = try Self.visibleJobs(spool)
        let inbox = try Self.inbox(spool, names, page)
        waiting = inbox?.waiting ?? 0
        leftAlone = inbox?.leftAlone ?? LeftAloneSummary()
        polling = page?["watching_why"]?.text
        var trouble = page.map(Self.trouble) ?? []
        // Of the daemon it is no trouble: it goes on as before.
        if let why = page?["reload"]?["refused"]?.text { trouble.append(Wording.notTaken(why)) }
        // A page that cannot be written says nothing of it.
        if inbox == nil, !trouble.contains(Wording.inboxIsGone) { trouble.append(Wording.inboxIsGone) }
        if daemon != nil, let line = Self.trouble(ofRoom: try? Kernel.room(at: spool.processing)) {
            trouble.append(line)
        }
        self.trouble = trouble
    }

    /// `nil` where there is no inbox, in what is a spool otherwise.
    private static func inbox(
        _ spool: Spool, _ names: IgnoredNames, _ page: DocumentNode?
    ) throws(Errno) -> InboxSurvey? {
        do throws(Errno) {
            return try InboxSurvey(spool.inbox, names, and: page)
        } catch {
            if Kernel.isDirectory(spool.inbox) || !error.isNoFolder { throw error }
            return nil
        }
    }

    /// What there is to say of a disk that is full, or will be in a moment, by the rule of `doctor`.
    static func trouble(ofRoom room: DiskRoom?) -> String? {
        guard let symptom = room.map(SpaceSymptom.init), symptom.level == .fail else { return nil }
        return Wording.hardlyAnyRoom(symptom)
    }

    private static func spent(_ spool: Spool, on day: LocalDay) -> Budget.Spent {
        var budget = Budget(DailyLimits(), on: day)
        // A ledger that cannot be read says nothing; the daemon's log tells why.
        _ = try? Ledger(in: spool.ledger).read(since: day) { _ = budget.seed($0) }
        return budget.spent(on: day)
    }

    /// What the daemon wrote last; `nil` where there is nothing.
    static func page(of spool: Spool) -> DocumentNode? {
        guard let file = try? Kernel.open(spool.statusFile, O_RDONLY | O_NOFOLLOW),
            let bytes = try? file.readAll(limit: 4 << 20, expecting: 4096)
        else { return nil }
        return try? JSONDocumentParser.parse(bytes)
    }

    /// What is held and why, a sentence each, as the daemon wrote it last.
    static func held(in spool: Spool) -> [String] {
        (page(of: spool)?["held"]?.list ?? []).compactMap { $0["why"]?.text }
    }

    /// What holds everything up, as the daemon wrote it last.
    static func trouble(in spool: Spool) -> [String] { page(of: spool).map(trouble(on:)) ?? [] }

    private static func trouble(on page: DocumentNode) -> [String] {
        var lines: [String] = []
        if let pause = page["paused"], let why = pause["why"]?.text, let message = pause["message"]?.text {
            let next = pause["next_try"]?.text.map { "; next try at \($0)" } ?? ""
            lines.append("paused since \(pause["since"]?.text ?? "?"): \(why): \(message)\(next)")
        }
        lines += held(on: page)
        lines += (page["idle_limits"]?.list ?? []).compactMap(\.text)
        if let disk = page["disk"]?.text { lines.append("the disk refuses to write: \(disk)") }
        for job in page["refused_jobs"]?.list ?? [] {
            lines.append(Wording.refused(job["job"]?.text ?? "?", job["why"]?.text ?? "?"))
        }
        for lane in page["closed_lanes"]?.list ?? [] {
            let folder = NameText.path(lane["folder"]).map(Wording.path) ?? "?"
            lines.append("results cannot be put into \(folder): \(lane["why"]?.text ?? "?")")
        }
        if let sharing = page["sharing"]?.text { lines.append("pictures cannot be published: \(sharing)") }
        lines += Self.troubles(on: page)
        if case .scalar("true", _)? = page["inbox_is_gone"]?.content { lines.append(Wording.inboxIsGone) }
        return lines
    }

    /// What is said of tasks and jobs, as it is on the page: all sentences that hold nobody else up.
    private static func troubles(on page: DocumentNode) -> [String] {
        let tasks = page["tasks"]?.list ?? []
        let stranded = page["stranded"]?.list ?? []
        return (tasks + stranded).compactMap { $0["why"]?.text }
    }

    private static func held(on page: DocumentNode) -> [String] {
        let all = page["held"]?.list ?? []
        var lines: [String] = []
        var rest = page["held_count"]?.integer ?? 0
        for held in all {
            let (files, jobs) = (held["files"]?.integer ?? 0, held["jobs"]?.integer ?? 0)
            lines.append(Wording.held(files: files, jobs: jobs, why: held["why"]?.text ?? "?"))
            rest -= files + jobs
        }
        if rest > 0 { lines.append("held: \(Wording.count(rest, "file")) for other reasons") }
        return lines
    }

    private static func stage(ofBatch folder: FilePath) -> String {
        let batch = BatchFolder(folder: JobFolder(path: folder))
        let names = (try? batch.partNames()) ?? []
        let ended = names.count { name in
            (try? JournalText(Journal.read(in: batch.part(name).path)))?.job?.outcome != nil
        }
        return "batch: \(ended) of \(names.count) finished"
    }

    private static func visibleJobs(_ spool: Spool) throws(Errno) -> [JobLine]? {
        do throws(Errno) {
            return try jobs(spool)
        } catch {
            if error == .permissionDenied { return nil }
            throw error
        }
    }

    private static func jobs(_ spool: Spool) throws(Errno) -> [JobLine] {
        var lines: [JobLine] = []
        for name in try RecoveredJobs.names(in: spool) {
            let folder = spool.processing.appending(name)
            // A job that was published meanwhile, or whose journal is damaged, is not under way.
            guard let bytes = try? Journal.read(in: folder), let job = (try? JournalText(bytes))?.job else { continue }
            let stage = job.parts == nil ? job.stage : Self.stage(ofBatch: folder)
            lines.append(JobLine(name: job.origin.jobName, stage: stage, claimedAt: job.claimedAt))
        }
        return lines.sorted { $0.claimedAt < $1.claimedAt }
    }
}

extension Job {
    /// How far it is, in a word or two.
    fileprivate var stage: String {
        if outcome != nil { return "publishing" }
        guard let first = variants.first else { return "claimed" }
        if needsSharing { return sharing == .none ? "waits for its pictures" : "shares its pictures" }
        let stages = variants.map(\.stage)
        if variants.count == 1 { return first.stage }
        return stages.joined(separator: ", ")
    }
}

extension Variant {
    fileprivate var stage: String {
        switch self {
        case .waiting: "waits for its turn"
        case .submitting: "submitting"
        case .submitted(let task, _): "submitted (task \(task.text))"
        case .answered: "fetching pictures"
        case .fetched: "fetched"
        case .failed: "failed"
        }
    }
}
