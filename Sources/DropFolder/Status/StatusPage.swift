// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Intake
internal import Jobs
internal import Requests
internal import Spending
internal import Spool
internal import SystemPackage

/// `status.json`, for those who see only the folder. Replaced by one rename, so it is never half a page.
struct StatusPage: Sendable {
    var facts: StatusBoard.Facts
    /// Files that wait in the inbox, as far as they were looked at.
    var waiting: Int
    /// What was spent today, reservations included.
    var spent: Budget.Spent
    /// What holds things up, and how many each; the largest first.
    var holds: [Hold.Count]
    /// Limits for lanes that are not there.
    var idleLimits: [IdleLimit] = []
    /// The files that stay in the inbox and are no requests.
    var leftAlone: LeftAloneSummary<LeftAloneReason>
    /// Tasks that get no good answer, and those that are late.
    var tasks: [TroubledTasks.Group] = []
    /// Jobs that cannot go on, for a reason that lies in their folders.
    var stranded: [StrandedJobs.Entry] = []
    var at: Timestamp

    /// How many reasons to hold something are named: the page must not grow without end.
    static let heldLimit = 50

    var json: JSON {
        .object([
            "version": .number(1),
            "at": at.description.json,
            "started_at": facts.startedAt.description.json,
            "waiting": .number(waiting),
            "done_since_start": .number(facts.done),
            "failed_since_start": .number(facts.failed),
            "today": .object([
                "submits": .number(spent.submits), "money": spent.money.description.json,
                "submits_without_price": .number(spent.submitsWithoutPrice),
            ]),
            "held": .array(
                holds.prefix(Self.heldLimit).map { held in
                    .object([
                        "why": Wording.sentence(held.hold).json,
                        "until": held.hold.until?.description.json ?? .null, "files": .number(held.files),
                        "jobs": .number(held.jobs),
                    ])
                }),
            "held_count": .number(holds.reduce(0) { $0 + $1.files + $1.jobs }),
            "paused": facts.pause.map(paused) ?? .null,
            "idle_limits": .array(idleLimits.map { Wording.sentence($0).json }),
            "disk": facts.diskTrouble?.json ?? .null,
            "refused_jobs": .array(refusedJobs),
            "closed_lanes": .array(closedLanes),
            "sharing": facts.sharingTrouble?.json ?? .null,
            "tasks": .array(tasks.map(\.json)),
            "stranded": .array(stranded.prefix(Self.heldLimit).map(\.json)),
            "inbox_is_gone": .bool(facts.inboxIsGone),
            "reload": facts.reload?.json ?? .null,
            "watching": watching,
            "watching_why": watchingWhy,
            "left_alone": .array(
                leftAlone.named.map { entry in
                    .object(["file": NameText.json(entry.path), "why": Wording.sentence(entry.reason).json])
                }),
            "left_alone_more": .array(
                leftAlone.rest.map { rest in
                    .object([
                        "folder": NameText.json(rest.folder), "why": Wording.sentence(rest.reason).json,
                        "files": .number(rest.count),
                    ])
                }),
            "left_alone_count": .number(leftAlone.count),
        ])
    }

    /// The first by name of those whose own files the disk refuses.
    private var refusedJobs: [JSON] {
        facts.refusedJobs.sorted { $0.key < $1.key }.prefix(Self.refusedJobsLimit).map { job, error in
            .object(["job": job.json, "why": error.json])
        }
    }

    private static let refusedJobsLimit = 20

    private var closedLanes: [JSON] {
        facts.closedLanes.sorted { $0.key.string < $1.key.string }.map { folder, why in
            .object(["folder": NameText.json(folder), "why": why.json])
        }
    }

    private var watching: JSON {
        switch facts.watching {
        case .events?: "events".json
        case .polling?: "polling".json
        case nil: .null
        }
    }

    private var watchingWhy: JSON {
        if case .polling(let reason)? = facts.watching { Wording.sentence(reason).json } else { .null }
    }

    private func paused(_ pause: CircuitBreaker.Pause) -> JSON {
        .object([
            "why": pause.trouble.kind.rawValue.json, "message": Wording.sentence(pause.trouble).json,
            "since": pause.since.description.json, "next_try": nextTry(of: pause)?.description.json ?? .null,
        ])
    }

    private func nextTry(of pause: CircuitBreaker.Pause) -> Timestamp? {
        guard case .probe(let instant) = pause.end else { return nil }
        let wait = ContinuousClock.now.duration(to: instant)
        return Timestamp(milliseconds: at.milliseconds + max(wait, .zero).milliseconds)
    }

    static func write(_ page: [UInt8], to spool: Spool) throws(Errno) {
        // Where the spool's disk is not mounted, nothing is made in its place.
        guard Kernel.isDirectory(spool.processing) else { throw .noSuchFileOrDirectory }
        let new = spool.root.appending(".status.json.new")
        let file = try Kernel.open(new, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW)
        try file.writeAll(page)
        try Kernel.replace(spool.statusFile, with: new, at: AT_FDCWD)
    }
}

extension StatusBoard.Reload {
    fileprivate var json: JSON {
        .object([
            "count": .number(count), "began": .number(outcome.began), "refused": outcome.refused?.json ?? .null,
            "changed": .array(outcome.changed.map(\.json)), "needs_restart": .array(outcome.needsRestart.map(\.json)),
            "key_needs_restart": .bool(outcome.keyIsOfTheStart),
        ])
    }
}

extension TroubledTasks.Group {
    fileprivate var json: JSON {
        .object([
            "why": Wording.sentence(self).json, "since": since.description.json, "count": .number(count),
            "first": .array(
                tasks.map { .object(["job": $0.job.json, "task": $0.task.json]) }),
        ])
    }
}

extension StrandedJobs.Entry {
    fileprivate var json: JSON {
        .object([
            "why": Wording.sentence(self).json, "since": since.description.json, "folder": NameText.json(folder),
        ])
    }
}
