// SPDX-License-Identifier: Apache-2.0

import Logging
import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Intake
@testable import Jobs
@testable import Requests
@testable import Spending
@testable import Spool
@testable import TestSupport

/// How many request files lie in the inbox, as far as they were found.
struct FilesInInboxTests {
    private let news = Recorder<Int>()
    private let files = FilePool(threads: 1)
    private let backlog: Backlog
    private let holds = Holds {}
    private let leftAlone = LeftAloneFiles(log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }) {}
    private let settleQueue: SettleQueue

    init() {
        backlog = Backlog(limit: 10) { _ in
            5
        } changed: { [news] in
            news.note(1)
        }
        settleQueue = SettleQueue(
            spool: Spool(root: "/nowhere"), files: files, backlog: backlog, leftAlone: leftAlone, holds: holds,
            quiet: .seconds(1), rules: { RequestRules() })
    }

    private static func origin(_ name: FilePath.Component) -> Origin { Origin(lane: .root, file: name) }

    /// Ways to be found, each by one file more.
    private var ways: [(FilePath.Component) -> Void] {
        [
            { backlog.push(Self.origin($0)) }, { backlog.feed.add(Self.origin($0)) },
            { settleQueue.look(at: Self.origin($0)) },
            {
                let ready = Readiness(identity: nil, at: .now, changed: nil)
                let limit = Limit(owner: .spool, size: .submits(1))
                holds.add(Self.origin($0), Hold(reason: .limit(limit), until: nil), nil, ready)
            },
        ]
    }

    @Test func `each counts once, whatever it waits for, and what is left alone does not`() {
        defer { files.shutDown() }
        for (number, way) in ways.enumerated() {
            for name in ["a", "b"] { way(FilePath.Component("\(number)\(name).yaml") ?? "x") }
            #expect(settleQueue.filesInInbox == (number + 1) * 2)
        }
        // Known already, and looked at all the same.
        for number in [0, 3] { settleQueue.look(at: Self.origin(FilePath.Component("\(number)a.yaml") ?? "x")) }
        #expect(settleQueue.filesInInbox == 8)
        leftAlone.say("2a.yaml", .empty)
        #expect(settleQueue.filesInInbox == 7)
    }

    @Test func `whoever shows it hears of each change`() {
        defer { files.shutDown() }
        for way in ways.prefix(3) {
            let before = news.all.count
            way("a.yaml")
            #expect(news.all.count > before)
        }
        let before = news.all.count
        #expect(backlog.feed.take(1, at: .now) { _ in 1 }?.names == ["a.yaml"])
        #expect(news.all.count > before)
    }
}
