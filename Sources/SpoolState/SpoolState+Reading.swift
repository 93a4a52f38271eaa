// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import Jobs
internal import Requests
internal import Spending

internal import struct SystemPackage.FilePath

/// Reads what ``SpoolState/json`` writes. Tolerant: what an older or a newer version has written otherwise is left out,
/// and nothing that is missing makes the rest unreadable.
extension SpoolState {
    /// `nil` where not even the time can be read.
    package init?(_ page: DocumentNode) {
        guard let at = page.time("at") else { return nil }
        self.init(at: at)
        pid = page["pid"]?.integer ?? page["daemon"]?["pid"]?.integer
        startedAt = page.time("started_at")
        stoppedAt = page.time("stopped_at")
        isIdle = page.flag("idle")
        doneSinceStart = page.number("done_since_start")
        failedSinceStart = page.number("failed_since_start")
        queue = Queue(page)
        hurried = page.texts("hurried")
        filesInInbox = page["files_in_inbox"]?.integer
        underWay = page["under_way"]?.list.map { jobs in
            UnderWay(count: page.number("under_way_count"), jobs: jobs.compactMap { JobLine($0) })
        }
        holds = page.items("held").compactMap { Held($0) }
        heldCount = page.number("held_count")
        paused = page["paused"].flatMap { Pause($0) }
        pausedBy = page.items("paused_by").compactMap { node in
            node["why"]?.text.map { WordOfPause(lane: node["lane"]?.text, why: $0, until: node.time("until")) }
        }
        troubles = Troubles(page)
        watching = page["watching"]?.text.flatMap { word in
            switch word {
            case "events": .events
            case "polling": .polling(page["watching_why"]?.text ?? "")
            default: nil
            }
        }
        leftAlone = LeftAloneSummary(page)
        recent = page.items("recent").prefix(Self.recentLimit).compactMap { Ended($0) }
        today = page["today"].map { Today($0) } ?? Today()
    }
}

extension DocumentNode {
    fileprivate func time(_ key: String) -> Timestamp? { self[key]?.text.flatMap { Timestamp($0) } }
    fileprivate func number(_ key: String) -> Int { self[key]?.integer ?? 0 }
    fileprivate func items(_ key: String) -> [DocumentNode] { self[key]?.list ?? [] }
    fileprivate func texts(_ key: String) -> [String] { items(key).compactMap(\.text) }

    fileprivate func flag(_ key: String) -> Bool {
        if case .scalar("true", _)? = self[key]?.content { true } else { false }
    }
}

extension SpoolState.Queue {
    fileprivate init(_ page: DocumentNode) {
        count = page.number("waiting")
        lanes = page.items("waiting_by_lane").compactMap { lane in
            lane["lane"]?.text.map { Lane(name: $0, files: lane.number("files")) }
        }
        next = page.items("next").compactMap { node in
            node["job"]?.text.map { Next(name: $0, batch: node["batch"]?.text, isHurried: node.flag("hurried")) }
        }
        unsettled = page["unsettled"]?.number("files") ?? 0
        unsettledNames = page["unsettled"]?.texts("first") ?? []
        awaitingText = page["awaiting_text"]?.number("files") ?? 0
        awaitingTextNames = page["awaiting_text"]?.texts("first") ?? []
    }
}

extension SpoolState.Held {
    fileprivate init?(_ node: DocumentNode) {
        guard let why = node["why"]?.text else { return nil }
        self.init(
            why: why, until: node.time("until"), files: node.number("files"), jobs: node.number("jobs"),
            names: node.texts("first"),
            cost: node["would_cost"].flatMap { $0["submits"]?.integer == nil ? nil : Budget.Spent($0) })
    }
}

extension SpoolState.Pause {
    fileprivate init?(_ node: DocumentNode) {
        guard let why = node["why"]?.text, let message = node["message"]?.text, let since = node.time("since") else {
            return nil
        }
        self.init(why: why, message: message, since: since, nextTry: node.time("next_try"))
    }
}

extension JobLine {
    fileprivate init?(_ node: DocumentNode) {
        guard let name = node["job"]?.text, let stage = node["stage"]?.text.flatMap(JobStage.init(rawValue:)),
            let since = node.time("claimed_at")
        else { return nil }
        let progress = node["progress"].flatMap { progress in
            progress["of"]?.integer.map { Progress(done: progress.number("done"), of: $0) }
        }
        self.init(
            name: name, stage: stage, since: since, expected: node.time("expected_at"), progress: progress,
            awaits: node.texts("awaits"), coming: NameText.path(node["coming"]).flatMap { $0.isRelative ? $0 : nil })
    }
}

extension Ended {
    init?(_ node: DocumentNode) {
        guard let name = node["job"]?.text, let folder = NameText.path(node["folder"]), folder.isRelative,
            let at = node.time("at")
        else { return nil }
        let failure = node["code"]?.text.map { code in
            Failure(code: code, what: node["what"]?.text ?? "", next: node["next"]?.text ?? "")
        }
        self.init(
            name: name, folder: folder, at: at, pictures: node.texts("pictures"),
            pictureCount: node.number("picture_count"), parts: node["parts"]?.integer, failure: failure,
            charged: node["charged"]?.text.flatMap(Explanation.Charge.init(rawValue:)) ?? .maybe)
    }
}

extension SpoolState.Troubles {
    fileprivate init(_ page: DocumentNode) {
        disk = page["disk"]?.text
        room = page["room"]?.text
        refusedJobs = page.items("refused_jobs").compactMap { node in
            node["job"]?.text.map { Of(name: $0, why: node["why"]?.text ?? "?") }
        }
        closedLanes = page.items("closed_lanes").compactMap { node in
            NameText.path(node["folder"]).map { ClosedLane(folder: $0, why: node["why"]?.text ?? "?") }
        }
        sharing = page["sharing"]?.text
        tasks = page.items("tasks").compactMap { Tasks($0) }
        stranded = page.items("stranded").compactMap { node in
            guard let why = node["why"]?.text, let since = node.time("since") else { return nil }
            return NameText.path(node["folder"]).map { Stranded(why: why, since: since, folder: $0) }
        }
        inboxIsGone = page.flag("inbox_is_gone")
        reload = page["reload"].flatMap { Reload($0) }
        idleLimits = page.texts("idle_limits")
    }
}

extension SpoolState.Troubles.Tasks {
    fileprivate init?(_ node: DocumentNode) {
        guard let why = node["why"]?.text, let since = node.time("since") else { return nil }
        let first = node.items("first").compactMap { one -> One? in
            guard let job = one["job"]?.text, let task = one["task"]?.text else { return nil }
            return One(job: job, task: task)
        }
        self.init(why: why, since: since, count: node.number("count"), first: first)
    }
}

extension SpoolState.Troubles.Reload {
    fileprivate init?(_ node: DocumentNode) {
        guard let count = node["count"]?.integer else { return nil }
        self.init(
            count: count, began: node.number("began"), refused: node["refused"]?.text, changed: node.texts("changed"),
            needsRestart: node.texts("needs_restart"), keyNeedsRestart: node.flag("key_needs_restart"))
    }
}

extension LeftAloneSummary where Reason == String {
    fileprivate init(_ page: DocumentNode) {
        let named = page.items("left_alone").compactMap { entry -> Entry? in
            guard let path = NameText.path(entry["file"]), let why = entry["why"]?.text else { return nil }
            return Entry(path: path, reason: why)
        }
        let rest = page.items("left_alone_more").compactMap { entry -> Rest? in
            guard let folder = NameText.path(entry["folder"]), let why = entry["why"]?.text else { return nil }
            return Rest(folder: folder, reason: why, count: entry.number("files"))
        }
        self.init(named: named, rest: rest, count: page.number("left_alone_count"))
    }
}

extension SpoolState.Today {
    fileprivate init(_ node: DocumentNode) {
        day = node["day"]?.text.flatMap { LocalDay($0) }
        spent = Budget.Spent(node)
        lanes = node.items("lanes").compactMap { lane in
            lane["lane"]?.text.map { Lane(name: $0, spent: Budget.Spent(lane)) }
        }
        limits = node.items("limits").compactMap { LimitLeft($0) }
    }
}

extension Budget.Spent {
    fileprivate init(_ node: DocumentNode) {
        self.init(
            submits: node.number("submits"), money: node["money"]?.text.flatMap { Amount($0) } ?? .zero,
            submitsWithoutPrice: node.number("submits_without_price"))
    }
}

extension LimitLeft {
    fileprivate init?(_ node: DocumentNode) {
        guard let name = node["limit"]?.text, let size = node["size"]?.text, let left = node["left"]?.text else {
            return nil
        }
        let isMoney = name.hasSuffix(LimitLeft.money)
        guard let size = Size(size, isMoney: isMoney), let left = Size(left, isMoney: isMoney) else { return nil }
        self.init(name: name, lane: node["lane"]?.text, size: size, left: left)
    }
}
