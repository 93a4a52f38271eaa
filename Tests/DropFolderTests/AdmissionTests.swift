// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DropFolder

/// Who may submit, and when.
@Suite(.timeLimit(.minutes(1)))
struct AdmissionTests {
    private static let long = Duration.seconds(3600)

    @Test(arguments: [1, 3, 16])
    func `no more than the limit are ever under way, and everybody gets in`(limit: Int) async {
        await Door.run(limit: limit) { door, _ in
            let underWay = Happenings<Int>()
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<300 {
                    group.addTask {
                        let turn = await door.enter("\(number)", number.isMultiple(of: 3) ? .claimed : .fresh)
                        underWay.note(1)
                        await Task.yield()
                        underWay.note(-1)
                        if number.isMultiple(of: 2), let turn {
                            await door.admission.giveBack(turn)
                        } else {
                            await door.admission.leave()
                        }
                    }
                }
            }
            var now = 0
            let most = underWay.all.reduce(into: 0) { most, change in
                now += change
                most = max(most, now)
            }
            #expect(most <= limit && most > 0)
            #expect(door.entries.all.count == 300)
            #expect(door.entries.all.allSatisfy { if case .letIn(_, isProbe: false) = $0 { true } else { false } })
        }
    }

    @Test func `tasks of an earlier run take their places, whatever the limit`() async {
        await Door.run(limit: 2) { door, group in
            for _ in 0..<5 { await door.admission.occupy() }
            await door.come("a", .claimed, in: &group)
            for _ in 0..<3 { await door.admission.leave() }
            await door.come("b", .claimed, in: &group)
            #expect(door.entries.all == [])
            await door.admission.leave()
            #expect(await door.letIn() == ["a"])
            await door.admission.leave()
            #expect(await door.letIn() == ["b"])
        }
    }

    @Test func `claimed jobs go before files that still lie in the inbox`() async {
        await Door.run(limit: 1) { door, group in
            await door.admission.occupy()
            for name in ["file 1", "file 2"] { await door.come(name, .fresh, in: &group) }
            for name in ["job 1", "job 2"] { await door.come(name, .claimed, in: &group) }
            for name in ["job 1", "job 2", "file 1", "file 2"] {
                await door.admission.leave()
                #expect(await door.letIn() == [name])
            }
        }
    }

    @Test func `closing sends everybody away who waits, and whoever comes later`() async {
        await Door.run(first: Self.long) { door, group in
            await door.admission.sawTrouble(ServiceTrouble(.balance, "empty"), nil)
            for number in 0..<10 {
                await door.come("\(number)", number.isMultiple(of: 2) ? .claimed : .fresh, in: &group)
            }
            #expect(door.entries.all == [])
            await door.admission.close()
            let sent = await door.entries.next(10)
            #expect(sent.allSatisfy { if case .sentAway = $0 { true } else { false } })
            #expect(await door.enter("late", .claimed) == nil)
            await door.admission.close()
        }
    }

    @Test func `submits that are under way when it closes may still be told of`() async {
        await Door.run(limit: 1) { door, group in
            await door.come("a", .claimed, in: &group)
            #expect(await door.letIn() == ["a"])
            await door.come("b", .claimed, in: &group)
            await door.admission.close()
            #expect(await door.entries.next() == [.sentAway("b")])
            await door.admission.sawSuccess()
            await door.admission.sawTrouble(ServiceTrouble(.tooFast, "429"), nil)
            await door.admission.leave()
            #expect(await door.enter("c", .fresh) == nil)
        }
    }

    @Test func `who is cancelled is let in no more, and holds up nobody`() async {
        await Door.run(limit: 1) { door, group in
            await door.admission.occupy()
            // Unstructured, as it is cancelled on its own; awaited below.
            let first = Task { await door.enter("a", .claimed) }
            await door.settle()
            await door.come("b", .claimed, in: &group)
            first.cancel()
            #expect(await first.value == nil)
            #expect(await door.entries.next() == [.sentAway("a")])
            await door.admission.leave()
            #expect(await door.letIn() == ["b"])
        }
    }

    @Test func `no place is lost, whenever those who wait are cancelled`() async {
        await Door.run(limit: 3) { door, _ in
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let waiter = Task {
                            guard await door.enter("\(number)", .claimed) != nil else { return }
                            await Task.yield()
                            await door.admission.leave()
                        }
                        for _ in 0..<number % 7 { await Task.yield() }
                        if number.isMultiple(of: 2) { waiter.cancel() }
                        await waiter.value
                    }
                }
            }
            #expect(door.entries.all.count == 200)
            for name in ["x", "y", "z"] { #expect(await door.enter(name, .fresh) != nil) }
        }
    }

    // MARK: what pauses

    @Test func `unknown outcomes in a row pause, one that is taken in between does not let them add up`() async {
        await Door.run(first: Self.long) { door, _ in
            for _ in 0..<5 {
                for _ in 0..<2 { await door.admission.sawUnknownOutcome("no answer", nil) }
                await door.admission.sawSuccess()
            }
            #expect(door.pauses.all.isEmpty)
            for _ in 0..<3 { await door.admission.sawUnknownOutcome("no answer", nil) }
            #expect(door.pauses.all.count == 1)
            #expect(door.pauses.all.last??.trouble == ServiceTrouble(.service, "no answer"))
        }
    }

    @Test func `a probe of unknown outcome pauses on, and counts as met`() async {
        await Door.run(first: .milliseconds(1)) { door, group in
            await door.admission.sawTrouble(ServiceTrouble(.tooFast, "429"), nil)
            await door.come("a", .claimed, in: &group)
            #expect(await door.entries.next() == [.letIn("a", isProbe: true)])
            await door.admission.sawUnknownOutcome("no answer", Admission.Turn(isProbe: true))
            #expect(door.pauses.all.last??.trouble.kind == .service)
            #expect(door.pauses.all.last??.attempt == 2)
        }
    }

    @Test(arguments: ServiceTrouble.Kind.allCases)
    func `an answer about a task ends a pause only where it shows that the trouble is over`(
        kind: ServiceTrouble.Kind
    ) async {
        let ends = kind == .unreachable || kind == .key
        await Door.run(first: Self.long) { door, group in
            await door.admission.sawTrouble(ServiceTrouble(kind, "no"), nil)
            await door.come("a", .claimed, in: &group)
            #expect(door.pauses.all.count == 1)
            await door.admission.sawGoodPoll()
            #expect(door.pauses.all.count == (ends ? 2 : 1))
            if ends {
                #expect(door.pauses.all.last == .some(nil))
                #expect(await door.entries.next() == [.letIn("a", isProbe: false)])
            }
        }
        #expect(ServiceTrouble.Kind.allCases.count == 5, "say of the new kind whether a good poll ends it")
    }

    @Test func `trouble is told of once, and again when a probe meets it or it ends`() async {
        await Door.run(first: .milliseconds(1)) { door, group in
            for _ in 0..<20 { await door.admission.sawTrouble(ServiceTrouble(.balance, "empty"), nil) }
            await door.come("a", .claimed, in: &group)
            _ = await door.letIn()
            await door.admission.sawTrouble(ServiceTrouble(.balance, "empty"), Admission.Turn(isProbe: true))
            await door.admission.sawSuccess()
            #expect(door.pauses.all.map { $0?.attempt } == [1, 2, nil])
        }
    }

    @Test func `it counts what the service took, so that a job can tell that it alone is refused`() async {
        await Door.run { door, _ in
            for _ in 0..<3 { await door.admission.sawSuccess() }
            let taken = await door.admission.sawTrouble(ServiceTrouble(.key, "no"), nil)
            #expect(taken == 3)
            #expect(await door.admission.sawTrouble(ServiceTrouble(.key, "no"), nil) == 3)
        }
    }
}
