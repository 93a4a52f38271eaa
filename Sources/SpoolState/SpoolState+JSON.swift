// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import Jobs
internal import Requests
internal import Spending

internal import struct SystemPackage.FilePath

/// As JSON: `status.json`, and what `status --json` prints. ``SpoolStateSchema`` says what each member is.
extension SpoolState {
    package var json: JSON {
        .object(
            members(of: [
                "version": .number(Self.version), "at": at.json, "daemon": daemon, "pid": .orNull(pid),
                "started_at": .orNull(startedAt), "stopped_at": .orNull(stoppedAt), "idle": .bool(isIdle),
                "fresh_until": .orNull(freshUntil), "trouble": .array(troubleLines.map(\.json)),
                "done_since_start": .number(doneSinceStart), "failed_since_start": .number(failedSinceStart),
            ]) + inboxMembers + workMembers + troubleMembers + leftAloneMembers)
    }

    private var daemon: JSON { pid.map { .object(["pid": .number($0)]) } ?? .null }

    private var inboxMembers: [JSON.Member] {
        members(of: [
            "waiting": .number(queue.count),
            "waiting_by_lane": .array(
                queue.lanes.map { .object(["lane": $0.name.json, "files": .number($0.files)]) }),
            "next": .array(
                queue.next.enumerated().map { place, next in
                    .object([
                        "job": next.name.json, "place": .number(place + 1), "batch": next.batch?.json ?? .null,
                        "hurried": .bool(next.isHurried),
                    ])
                }),
            "hurried": .array(hurried.map(\.json)),
            "unsettled": .object([
                "files": .number(queue.unsettled), "first": .array(queue.unsettledNames.map(\.json)),
            ]),
            "awaiting_text": .object([
                "files": .number(queue.awaitingText), "first": .array(queue.awaitingTextNames.map(\.json)),
            ]),
            "files_in_inbox": .orNull(filesInInbox),
            "held": .array(holds.prefix(Self.heldLimit).map(\.json)), "held_count": .number(heldCount),
        ])
    }

    private var workMembers: [JSON.Member] {
        members(of: [
            "under_way": underWay.map { .array($0.jobs.map(\.json)) } ?? .null,
            "under_way_count": .orNull(underWay?.count), "recent": .array(recent.map(\.json)), "today": today.json,
        ])
    }

    private var troubleMembers: [JSON.Member] {
        members(of: [
            "paused": paused?.json ?? .null, "paused_by": .array(pausedBy.map(\.json)),
            "idle_limits": .array(troubles.idleLimits.map(\.json)),
            "disk": troubles.disk?.json ?? .null, "room": troubles.room?.json ?? .null,
            "refused_jobs": .array(
                troubles.refusedJobs.map { .object(["job": $0.name.json, "why": $0.why.json]) }),
            "closed_lanes": .array(
                troubles.closedLanes.map { .object(["folder": NameText.json($0.folder), "why": $0.why.json]) }),
            "sharing": troubles.sharing?.json ?? .null, "tasks": .array(troubles.tasks.map(\.json)),
            "stranded": .array(troubles.stranded.map(\.json)), "inbox_is_gone": .bool(troubles.inboxIsGone),
            "reload": troubles.reload?.json ?? .null, "watching": watching?.word.json ?? .null,
            "watching_why": watching?.why?.json ?? .null, "polling": watching?.why?.json ?? .null,
        ])
    }

    private var leftAloneMembers: [JSON.Member] {
        members(of: [
            "left_alone": .array(
                leftAlone.named.map { .object(["file": NameText.json($0.path), "why": $0.reason.json]) }),
            "left_alone_more": .array(
                leftAlone.rest.map { rest in
                    .object([
                        "folder": NameText.json(rest.folder), "why": rest.reason.json, "files": .number(rest.count),
                    ])
                }),
            "left_alone_count": .number(leftAlone.count),
        ])
    }

    private func members(of members: KeyValuePairs<String, JSON>) -> [JSON.Member] {
        members.map { JSON.Member(key: $0, value: $1) }
    }
}

extension Timestamp {
    fileprivate var json: JSON { description.json }
}

extension JSON {
    fileprivate static func orNull(_ time: Timestamp?) -> JSON { time?.json ?? .null }
    fileprivate static func orNull(_ number: Int?) -> JSON { number.map { .number($0) } ?? .null }
}

extension SpoolState.Held {
    fileprivate var json: JSON {
        .object([
            "why": why.json, "until": .orNull(until), "files": .number(files), "jobs": .number(jobs),
            "first": .array(names.map(\.json)), "would_cost": cost.map { .object($0.members) } ?? .null,
        ])
    }
}

extension JobLine {
    fileprivate var json: JSON {
        .object([
            "job": name.json, "stage": stage.rawValue.json, "what": Wording.words(self).json, "claimed_at": since.json,
            "expected_at": .orNull(expected),
            "progress": progress.map { .object(["done": .number($0.done), "of": .number($0.of)]) } ?? .null,
            "awaits": .array(awaits.map(\.json)), "coming": coming.map { NameText.json($0) } ?? .null,
        ])
    }
}

extension Ended {
    var json: JSON {
        .object([
            "job": name.json, "outcome": (failure == nil ? "done" : "failed").json, "folder": NameText.json(folder),
            "at": at.json, "pictures": .array(pictures.map(\.json)), "picture_count": .number(pictureCount),
            "parts": .orNull(parts), "code": failure?.code.json ?? .null, "what": failure?.what.json ?? .null,
            "next": failure?.next.json ?? .null, "charged": charged.rawValue.json,
        ])
    }
}

extension SpoolState.Pause {
    fileprivate var json: JSON {
        .object(["why": why.json, "message": message.json, "since": since.json, "next_try": .orNull(nextTry)])
    }
}

extension SpoolState.WordOfPause {
    fileprivate var json: JSON {
        .object(["lane": lane?.json ?? .null, "why": why.json, "until": .orNull(until)])
    }
}

extension SpoolState.Watching {
    var word: String {
        switch self {
        case .events: "events"
        case .polling: "polling"
        }
    }

    var why: String? { if case .polling(let why) = self { why } else { nil } }
}

extension SpoolState.Today {
    fileprivate var json: JSON {
        .object(
            [JSON.Member(key: "day", value: day?.description.json ?? .null)] + spent.members + [
                JSON.Member(
                    key: "lanes",
                    value: .array(
                        lanes.map { .object([JSON.Member(key: "lane", value: $0.name.json)] + $0.spent.members) })),
                JSON.Member(key: "limits", value: .array(limits.map(\.json))),
            ])
    }
}

extension Budget.Spent {
    fileprivate var members: [JSON.Member] {
        [
            JSON.Member(key: "submits", value: .number(submits)),
            JSON.Member(key: "money", value: money.description.json),
            JSON.Member(key: "submits_without_price", value: .number(submitsWithoutPrice)),
        ]
    }
}

extension LimitLeft {
    fileprivate var json: JSON {
        .object([
            "limit": name.json, "lane": lane?.json ?? .null, "size": size.description.json,
            "left": left.description.json,
        ])
    }
}

extension SpoolState.Troubles.Tasks {
    fileprivate var json: JSON {
        .object([
            "why": why.json, "since": since.json, "count": .number(count),
            "first": .array(first.map { .object(["job": $0.job.json, "task": $0.task.json]) }),
        ])
    }
}

extension SpoolState.Troubles.Stranded {
    fileprivate var json: JSON {
        .object(["why": why.json, "since": since.json, "folder": NameText.json(folder)])
    }
}

extension SpoolState.Troubles.Reload {
    fileprivate var json: JSON {
        .object([
            "count": .number(count), "began": .number(began), "refused": refused?.json ?? .null,
            "changed": .array(changed.map(\.json)), "needs_restart": .array(needsRestart.map(\.json)),
            "key_needs_restart": .bool(keyNeedsRestart),
        ])
    }
}
