// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NanoBanana
internal import SystemPackage

/// What a spool holds, read from the disk alone: it works whether the daemon runs or not. Blocking.
public struct SpoolSurvey: Sendable {
    /// One job under way.
    public struct JobLine: Sendable, Equatable {
        /// `acme/hero`.
        public let name: String
        /// The stage in a word or two.
        public let stage: String
        /// When it was claimed.
        public let claimedAt: Timestamp
    }

    /// The process id of the daemon, or `nil` where none runs.
    public let daemon: Int?
    /// Request files in the inbox.
    public let waiting: Int
    /// Jobs under way, the oldest first.
    public let jobs: [JobLine]
    /// What holds everything up, one sentence each, as the daemon wrote it last; empty where none runs.
    public let trouble: [String]

    /// Submits of today that were charged or maybe charged, by the ledger.
    public let submitsToday: Int
    /// What they cost, as far as their prices are known; in the currency of the prices.
    public let spentToday: Amount
    /// How many of them have no known price.
    public let submitsWithoutPrice: Int

    /// Reads the spool. Throws `Errno` where its folders cannot be read.
    public init(_ spool: Spool) throws {
        let spent = Self.spent(spool, on: LocalDay(.now))
        submitsToday = spent.submits
        spentToday = spent.money
        submitsWithoutPrice = spent.submitsWithoutPrice
        daemon = SpoolLock.holder(of: spool)
        waiting = try Self.count(spool.inbox)
        jobs = try Self.jobs(spool)
        trouble = daemon == nil ? [] : Self.trouble(in: spool)
    }

    private static func spent(_ spool: Spool, on day: LocalDay) -> Budget.Spent {
        var budget = Budget(DailyLimits(), on: day)
        // A ledger that cannot be read says nothing; the daemon's log tells why.
        _ = try? Ledger(in: spool.ledger).read(at: .now) { _ = budget.seed($0) }
        return budget.spent(on: day)
    }

    private static func trouble(in spool: Spool) -> [String] {
        guard let file = try? Kernel.open(spool.statusFile, O_RDONLY | O_NOFOLLOW),
            let bytes = try? file.readAll(limit: 1 << 20, expecting: 4096),
            let page = try? JSONDocumentParser.parse(bytes)
        else { return [] }
        var lines: [String] = []
        if let pause = page["paused"], let why = pause["why"]?.text, let message = pause["message"]?.text {
            let next = pause["next_try"]?.text.map { "; tries again at \($0)" } ?? ""
            lines.append("paused since \(pause["since"]?.text ?? "?"): \(why): \(message)\(next)")
        }
        for held in page["held"]?.list ?? [] {
            lines.append("held: \(held["files"]?.integer ?? 0) files: \(held["why"]?.text ?? "?")")
        }
        if let disk = page["disk"]?.text { lines.append("the disk refuses to write: \(disk)") }
        if case .scalar("true", _)? = page["inbox_is_gone"]?.content { lines.append("the inbox is gone") }
        return lines
    }

    private static func count(_ folder: FilePath) throws(Errno) -> Int {
        var count = 0
        var listing = try DirectoryListing(folder)
        while let (name, kind) = try listing.next() {
            if IgnoredNames.standard.matches(name) { continue }
            var isDirectory = kind == .directory
            if kind == .unknown {
                isDirectory = try Kernel.status(of: folder.appending(name), at: AT_FDCWD).kind == .directory
            }
            if isDirectory {
                count += try Self.count(folder.appending(name))
            } else if RequestFileName(name) != nil, kind != .other {
                count += 1
            }
        }
        return count
    }

    private static func jobs(_ spool: Spool) throws(Errno) -> [JobLine] {
        var lines: [JobLine] = []
        for name in try LeftJobs.names(in: spool) {
            let folder = spool.processing.appending(name)
            // A job that was published meanwhile, or whose journal is damaged, is not under way.
            guard let bytes = try? Journal.read(in: folder), let job = (try? JournalText(bytes))?.job else { continue }
            lines.append(JobLine(name: job.origin.jobName, stage: job.stage, claimedAt: job.claimedAt))
        }
        return lines.sorted { $0.claimedAt < $1.claimedAt }
    }
}

extension Job {
    /// How far it is, in a word or two.
    fileprivate var stage: String {
        if outcome != nil { return "publishing" }
        guard let first = variants.first else { return "claimed" }
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
