// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DropFolder
@testable import NanoBanana

/// How a pause is brought to its end.
@Suite(.timeLimit(.minutes(1)))
struct AdmissionProbeTests {
    private static let empty = ServiceTrouble(.balance, "empty")

    @Test(arguments: [
        (ServiceTrouble.Kind.key, [PingError.noKey, .noKey]), (.service, [.down, .down, .down]),
        (.unreachable, [.notReachable(Unreachable(message: "refused")), .down, .noKey]), (.service, []),
    ])
    func `a free question comes before each probe, and none goes out while it meets trouble`(
        kind: ServiceTrouble.Kind, troubles: [PingError]
    ) async {
        await Door.run(FakeService(troubles)) { door, group in
            await door.admission.sawTrouble(ServiceTrouble(kind, "no"), nil)
            await door.come("a", .claimed, in: &group)
            #expect(await door.entries.next() == [.letIn("a", isProbe: true)])
            #expect(door.service.asked == troubles.count + 1)
            let seen = door.pauses.all.compactMap { $0?.trouble.kind }
            #expect(seen.first == kind)
            #expect(Array(seen.dropFirst().prefix(troubles.count)) == troubles.map { ServiceTrouble($0).kind })
            await door.admission.sawSuccess()
            #expect(door.pauses.all.last == .some(nil))
        }
    }

    @Test(arguments: [ServiceTrouble.Kind.balance, .tooFast])
    func `where no question tells, the submit itself finds out`(kind: ServiceTrouble.Kind) async {
        await Door.run(FakeService([.down])) { door, group in
            await door.admission.sawTrouble(ServiceTrouble(kind, "no"), nil)
            await door.come("a", .fresh, in: &group)
            #expect(await door.entries.next() == [.letIn("a", isProbe: true)])
            #expect(door.service.asked == 0)
        }
    }

    @Test func `a question may find that it is the balance now, and then a submit finds out`() async {
        await Door.run(FakeService([.noMoney])) { door, group in
            await door.admission.sawTrouble(ServiceTrouble(.service, "busy"), nil)
            await door.come("a", .fresh, in: &group)
            #expect(await door.entries.next() == [.letIn("a", isProbe: true)])
            #expect(door.service.asked == 1)
            #expect(door.pauses.all.last??.trouble.kind == .balance)
        }
    }

    @Test func `one probe at a time, the others wait for its outcome`() async {
        await Door.run { door, group in
            await door.admission.sawTrouble(Self.empty, nil)
            for name in ["a", "b", "c"] { await door.come(name, .claimed, in: &group) }
            #expect(await door.letIn() == ["a"])
            await door.settle()
            #expect(door.entries.all.count == 1)
            await door.admission.sawSuccess()
            #expect(await door.entries.next() == [.letIn("b", isProbe: false)])
        }
    }

    @Test func `a probe that is given back unused goes to the next`() async {
        await Door.run { door, group in
            await door.admission.sawTrouble(Self.empty, nil)
            for name in ["a", "b"] { await door.come(name, .fresh, in: &group) }
            #expect(await door.entries.next() == [.letIn("a", isProbe: true)])
            await door.admission.giveBack(Admission.Turn(isProbe: true))
            #expect(await door.entries.next() == [.letIn("b", isProbe: true)])
        }
    }

    /// Plays somebody whose every submit is refused, who comes again each time; returns how often until told to stop.
    private static func refused(_ name: String, _ rank: Admission.Rank, _ door: Door) async -> Int {
        var times = 0
        var rank = rank
        while times < 100, let turn = await door.enter(name, rank) {
            times += 1
            await door.admission.sawTrouble(empty, turn)
            await door.admission.leave()
            // What was submitted is claimed from then on.
            rank = .claimed
        }
        return times
    }

    @Test(arguments: [1, 2])
    func `jobs that are refused for ever do not keep a file in the inbox from being tried`(jobs: Int) async {
        await Door.run(limit: 1) { door, group in
            // All of them are there before the first may go.
            await door.admission.occupy()
            for number in 0..<jobs { group.addTask { _ = await Self.refused("job \(number)", .claimed, door) } }
            await door.come("file", .fresh, in: &group)
            await door.admission.sawTrouble(Self.empty, nil)
            await door.admission.leave()
            var seen: [String] = []
            while seen.last != "file", seen.count < 50 { seen += await door.letIn() }
            #expect(seen.last == "file" && seen.count <= 3, "\(seen)")
            #expect(seen.first?.hasPrefix("job") == true, "\(seen)")
        }
    }

    @Test func `a file that is refused for ever does not keep a claimed job from being tried`() async {
        await Door.run { door, group in
            await door.admission.sawTrouble(Self.empty, nil)
            for number in 0..<5 { group.addTask { _ = await Self.refused("file \(number)", .fresh, door) } }
            await door.settle()
            await door.come("job", .claimed, in: &group)
            var seen: [String] = []
            while seen.last != "job", seen.count < 50 { seen += await door.letIn() }
            #expect(seen.last == "job", "\(seen)")
        }
    }

    @Test func `while the service refuses everything the inbox is not emptied into processing`() async {
        await Door.run { door, group in
            await door.admission.sawTrouble(Self.empty, nil)
            for number in 0..<20 { group.addTask { _ = await Self.refused("file \(number)", .fresh, door) } }
            let seen = await door.letIn(60)
            #expect(Set(seen).count <= 4, "\(Set(seen).sorted())")
            #expect(seen.count == 60)
        }
    }

    @Test func `a service that comes back is met by twice as many with each success`() async {
        await Door.run { door, group in
            await door.admission.sawTrouble(Self.empty, nil)
            for number in 0..<30 { await door.come("\(number)", .fresh, in: &group) }
            #expect(await door.letIn() == ["0"])
            var inside = 1
            for most in [2, 4, 8] {
                await door.admission.sawSuccess()
                #expect(await Set(door.letIn(most - inside)) == Set((inside..<most).map { "\($0)" }))
                inside = most
            }
            await door.admission.close()
            let sent = await door.entries.next(30 - inside)
            #expect(
                sent.allSatisfy { if case .sentAway = $0 { true } else { false } }, "more than \(inside) were let in")
        }
    }

    @Test func `after enough successes only the limit counts`() async {
        await Door.run(limit: 90) { door, group in
            await door.admission.sawTrouble(Self.empty, nil)
            for number in 0..<90 { await door.come("\(number)", .fresh, in: &group) }
            #expect(await door.letIn() == ["0"])
            for _ in 0..<7 { await door.admission.sawSuccess() }
            #expect(await door.letIn(89).count == 89)
        }
    }

    @Test func `nobody asks and no submit goes out while nobody waits`() async {
        await Door.run { door, group in
            await door.admission.sawTrouble(ServiceTrouble(.service, "busy"), nil)
            await door.settle()
            #expect(door.service.asked == 0)
            await door.come("a", .fresh, in: &group)
            #expect(await door.letIn() == ["a"])
            #expect(door.service.asked == 1)
        }
    }
}
