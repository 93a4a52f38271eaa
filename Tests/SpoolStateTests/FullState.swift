// SPDX-License-Identifier: Apache-2.0

import SystemPackage

@testable import Documents
@testable import Jobs
@testable import Spending
@testable import SpoolState
@testable import TestSupport

extension SpoolState {
    /// One in which everything that can be shown is, and each text that may be a stranger's is this one.
    static func full(_ text: String = "hero", jobs: Int = 3) -> SpoolState {
        var state = SpoolState(at: Samples.later)
        (state.pid, state.startedAt, state.doneSinceStart, state.failedSinceStart) = (42, Samples.start, 40, 2)
        state.queue.count = 12
        state.queue.lanes = [.init(name: text, files: 11), .init(name: "", files: 1)]
        state.queue.next = [.init(name: text, isHurried: true), .init(name: "\(text)/001", batch: text)]
        state.hurried = [text]
        (state.queue.unsettled, state.queue.unsettledNames, state.filesInInbox) = (2, [text], 16)
        (state.queue.awaitingText, state.queue.awaitingTextNames) = (1, [text])
        state.underWay = UnderWay(count: jobs, jobs: (0..<min(jobs, underWayLimit)).map { line($0, text) })
        state.holds = [
            Held(why: text, until: Samples.later, files: 2, jobs: 1, names: [text]),
            Held(
                why: text, until: nil, files: 1, jobs: 0, names: [text],
                cost: Budget.Spent(submits: 3, money: Amount(millionths: 360_000))),
        ]
        state.heldCount = 5
        state.paused = Pause(why: "key", message: text, since: Samples.start, nextTry: Samples.later)
        state.watching = .polling(text)
        state.leftAlone = LeftAloneSummary(
            named: [.init(path: FilePath(text), reason: text)], rest: [.init(folder: "acme", reason: text, count: 7)],
            count: 9)
        state.recent = [
            Ended(
                name: text, folder: FilePath("done").appending(text), at: Samples.start,
                pictures: [text + ".png", "x.svg"], pictureCount: 2, charged: .yes),
            Ended(
                name: text, folder: FilePath("failed").appending(text), at: Samples.start, pictures: [],
                pictureCount: 0, parts: 3, failure: .init(code: "refused", what: text, next: text), charged: .maybe),
        ]
        state.troubles = troubles(text)
        state.today = today(text)
        return state
    }

    private static func line(_ number: Int, _ text: String) -> JobLine {
        JobLine(
            name: "\(text)-\(number)", stage: JobStage.allCases[number % JobStage.allCases.count], since: Samples.start,
            expected: Samples.later, progress: number.isMultiple(of: 2) ? .init(done: number, of: 12) : nil,
            awaits: [text], coming: number.isMultiple(of: 2) ? FilePath("coming").appending(text) : nil)
    }

    private static func troubles(_ text: String) -> Troubles {
        var troubles = Troubles()
        (troubles.disk, troubles.sharing, troubles.room, troubles.inboxIsGone) = (text, text, text, true)
        troubles.refusedJobs = [.init(name: text, why: text)]
        troubles.closedLanes = [.init(folder: FilePath("/").appending(text), why: text)]
        troubles.tasks = [.init(why: text, since: Samples.start, count: 1, first: [.init(job: text, task: text)])]
        troubles.stranded = [.init(why: text, since: Samples.start, folder: FilePath("/").appending(text))]
        troubles.reload = .init(
            count: 1, began: 2, refused: text, changed: [text], needsRestart: [text], keyNeedsRestart: true)
        troubles.idleLimits = [text]
        return troubles
    }

    private static func today(_ text: String) -> Today {
        var today = Today()
        (today.day, today.spent) = (
            LocalDay(Samples.start), Budget.Spent(submits: 6, money: Amount(millionths: 840_000))
        )
        today.lanes = [.init(name: text, spent: today.spent)]
        today.limits = [
            .init(
                name: "daily-money", lane: nil, size: .money(Amount(millionths: 15_000_000)),
                left: .money(Amount(millionths: 14_160_000))),
            .init(name: "lane-daily-submits", lane: text, size: .submits(6), left: .submits(0)),
        ]
        return today
    }
}
