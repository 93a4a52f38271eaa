// SPDX-License-Identifier: Apache-2.0

import Logging
import Testing

@testable import Documents
@testable import DropFolder
@testable import SpoolState
@testable import TestSupport

/// What is said of tasks that get no good answer.
struct TroubledTasksTests {
    private static func key(_ number: Int) -> TroubledTasks.Key {
        TroubledTasks.Key(job: "job \(number)", task: "t-\(number)")
    }

    private static func tasks() -> (TroubledTasks, RecordingLogHandler) {
        let heard = RecordingLogHandler()
        return (TroubledTasks(log: Logger(label: "test") { _ in heard }) {}, heard)
    }

    @Test func `a network that fails is one line for ten thousand tasks, and one when it is over`() {
        let (tasks, heard) = Self.tasks()
        for round in 0..<3 {
            for number in 0..<10_000 {
                tasks.isTroubled(Self.key(number), words: "connection refused", at: Samples.start)
            }
            #expect(heard.lines.all.count == 1, "round \(round)")
        }
        #expect(tasks.groups.map(\.count) == [10_000])
        #expect(tasks.groups.first?.tasks.count == TroubledTasks.named)
        for number in 0..<10_000 { tasks.isWell(Self.key(number)) }
        #expect(heard.lines.all.count == 2)
        #expect(tasks.groups.isEmpty)
        tasks.isTroubled(Self.key(1), words: "connection refused", at: Samples.start)
        #expect(heard.lines.all.count == 3, "a new bout")
    }

    @Test func `answers that differ in a number are not a line each`() {
        let (tasks, heard) = Self.tasks()
        for number in 0..<1000 {
            tasks.isTroubled(Self.key(number), words: "no task t-\(number)", at: Samples.start)
        }
        #expect(heard.lines.all.count <= 5)
        #expect(tasks.groups.count <= 20)
    }

    @Test func `since when and with what is known of each, the most first`() {
        let (tasks, _) = Self.tasks()
        tasks.isTroubled(Self.key(1), words: "HTTP 500", at: Samples.start)
        tasks.isTroubled(Self.key(2), words: "HTTP 502", at: Samples.start)
        tasks.isTroubled(Self.key(3), words: "HTTP 502", at: Samples.later)
        tasks.isTroubled(Self.key(1), words: "HTTP 500", at: Samples.later)
        #expect(
            tasks.groups == [
                .init(
                    kind: .troubled, words: "HTTP 502", since: Samples.start, count: 2,
                    tasks: [Self.key(2), Self.key(3)]),
                .init(kind: .troubled, words: "HTTP 500", since: Samples.start, count: 1, tasks: [Self.key(1)]),
            ])
    }

    @Test func `a task that takes long is shown, and is no line of the log`() {
        let (tasks, heard) = Self.tasks()
        tasks.isLate(Self.key(1), words: "running", since: Samples.start)
        #expect(tasks.groups.map(\.kind) == [.late])
        #expect(heard.lines.all.isEmpty)
        tasks.isWell(Self.key(1))
        #expect(heard.lines.all.isEmpty)
    }

    @Test func `one task, several, and more than have names`() {
        var group = TroubledTasks.Group(
            kind: .troubled, words: "HTTP 500", since: Samples.start, count: 1, tasks: [Self.key(1)])
        let since = "no usable answer since \(Wording.clock(Samples.start)) for"
        #expect(Wording.sentence(group) == "\(since) task t-1 of job 1: HTTP 500")
        group.count = 9
        group.tasks.append(Self.key(2))
        #expect(Wording.sentence(group) == "\(since) 9 tasks, t-1 of job 1, t-2 of job 2 and 7 more: HTTP 500")
        group.kind = .late
        group.words = ""
        #expect(
            Wording.sentence(group)
                == "slow since \(Wording.clock(Samples.start)): 9 tasks, t-1 of job 1, t-2 of job 2 and 7 more")
    }
}
