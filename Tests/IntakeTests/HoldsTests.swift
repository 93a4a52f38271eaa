// SPDX-License-Identifier: Apache-2.0

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

/// Which files have to stay in the inbox for now, and for how long that is known of them.
struct HoldsTests {
    private let changes = Recorder<Int>()
    private let refilled = Recorder<[Waiting]>()
    private let holds: Holds

    private static let now = Samples.start
    private static let until = Samples.later
    private static let repeated = Hold(reason: .repeated(.loop(times: 5)))
    private static let limit = Limit(owner: .spool, size: .submits(3))
    private static let defaults = Hold(reason: .defaults(file: "acme/_defaults.yaml", mistake: "x"), until: until)
    private static let acme = Lane(path: "acme")
    private static let deep = Lane(path: "acme/deep")
    private static let other = Lane(path: "acme2")

    init() {
        let (noted, refilled) = (changes, refilled)
        holds = Holds(refill: refilled.note) { noted.note(1) }
        add("a.yaml", .root, Self.repeated)
        add("a.yaml", Self.acme, Self.defaults)
        add("b.yaml", Self.acme, Self.repeated)
        add("c.yaml", Self.deep, Self.defaults)
        add("d.yaml", Self.other, Self.defaults)
    }

    private func add(_ file: FilePath.Component, _ lane: Lane, _ hold: Hold) {
        holds.add(Origin(lane: lane, file: file), hold, nil, Readiness(identity: nil, at: Self.now))
    }

    private static func part(_ name: FilePath.Component, of batch: FilePath) -> WaitingPart {
        WaitingPart(
            folder: JobFolder(path: FilePath("/p").appending(name)), batch: Lane(path: batch), ended: {})
    }

    private func count(_ hold: Hold) -> Int {
        holds.summary(at: Self.now).first { $0.hold == hold }?.files ?? 0
    }

    @Test func `a file that is gone is held no more, and no other`() {
        holds.forget(["a.yaml", "was never held.yaml"], in: .root)
        #expect(count(Self.repeated) == 1 && count(Self.defaults) == 3)
        #expect(changes.all.count == 1)
        #expect(!holds.mayContain(Origin(lane: .root, file: "a.yaml")))
        #expect(holds.mayContain(Origin(lane: Self.acme, file: "a.yaml")))
        #expect(holds.names(in: .root) == [])
        #expect(holds.names(in: Self.acme) == ["a.yaml", "b.yaml"])
    }

    @Test func `with a lane all that was held in it and below it is forgotten, and nothing beside it`() {
        holds.forget(below: Self.acme)
        #expect(count(Self.repeated) == 1 && count(Self.defaults) == 1)
        #expect(holds.mayContain(Origin(lane: Self.other, file: "d.yaml")))
        #expect(changes.all.count == 1)
    }

    @Test func `where nothing of it was held, nothing has changed`() {
        holds.forget(["x.yaml"], in: Self.acme)
        holds.forget([], in: .root)
        holds.forget(below: Lane(path: "nowhere"))
        #expect(changes.all.isEmpty)
        #expect(count(Self.repeated) == 2 && count(Self.defaults) == 3)
    }

    @Test func `new defaults release what those of the lane hold, and only a new rule what is held as repeated`() {
        holds.releaseDefaults(below: Self.acme)
        #expect(count(Self.repeated) == 2 && count(Self.defaults) == 1)
        holds.releaseLimits()
        #expect(count(Self.repeated) == 2 && count(Self.defaults) == 1)
        holds.releaseRepeats()
        #expect(count(Self.repeated) == 0 && count(Self.defaults) == 1)
        #expect(changes.all.count == 2)
    }

    @Test func `files that are held for one reason are one line, whatever the moment of each`() {
        let holds = Holds {}
        for number in 0..<500 {
            let until = Timestamp(milliseconds: Self.until.milliseconds + Int64(number))
            for reason in [Self.repeated.reason, Self.defaults.reason] {
                let file = FilePath.Component("\(number)-\(reason == Self.repeated.reason).yaml") ?? "x"
                let readiness = Readiness(identity: nil, at: Self.now)
                holds.add(Origin(lane: .root, file: file), Hold(reason: reason, until: until), nil, readiness)
            }
        }
        let summary = holds.summary(at: Self.now)
        #expect(summary.map(\.files) == [500, 500])
        #expect(Set(summary.map(\.hold.reason)) == [Self.repeated.reason, Self.defaults.reason])
        #expect(summary.allSatisfy { $0.hold.until?.milliseconds == Self.until.milliseconds + 499 })
    }

    @Test func `its time over, it is looked at again`() {
        let identity = FileStatus.Identity(device: 1, inode: 2, size: 3, modified: 4)
        for (file, lane) in [("a.yaml", Self.acme), ("c.yaml", Self.deep)] as [(FilePath.Component, Lane)] {
            let origin = Origin(lane: lane, file: file)
            #expect(holds.contains(origin, identity, at: Self.now))
            #expect(!holds.contains(origin, identity, at: Self.until))
            #expect(!holds.mayContain(origin))
        }
        #expect(holds.summary(at: Self.until) == [Hold.Count(hold: Self.repeated, files: 2, names: ["a", "acme/b"])])
    }

    @Test func `what waits for somebody to act never goes on by itself`() {
        let identity = FileStatus.Identity(device: 1, inode: 2, size: 3, modified: 4)
        let later = Timestamp(milliseconds: Self.now.milliseconds + 1_000_000_000_000)
        #expect(holds.contains(Origin(lane: .root, file: "a.yaml"), identity, at: later))
    }

    // MARK: Parts and jobs

    @Test func `what a limit holds is counted and let go all at once, files and parts`() throws {
        let hold = Hold(reason: .limit(Self.limit), until: Self.until)
        add("x.yaml", Self.acme, hold)
        for number in 1...3 {
            let name = try #require(FilePath.Component("00\(number)"))
            holds.add(Self.part(name, of: "acme/catalog"), hold)
        }
        let names = ["acme/x", "acme/catalog/001", "acme/catalog/002"]
        #expect(holds.summary(at: Self.now).first == Hold.Count(hold: hold, files: 1, jobs: 3, names: names))
        holds.releaseLimits()
        #expect(refilled.all.count == 1 && refilled.all.first?.count == 4)
        #expect(!holds.summary(at: Self.now).contains { $0.hold == hold })
    }

    @Test(.idleLimit) func `midnight lets go what limits hold, and nothing else`() async {
        let soon = Hold(
            reason: .limit(Self.limit), until: Timestamp(milliseconds: Timestamp.now.milliseconds + 50))
        let later = Hold(
            reason: .limit(Self.limit), until: Timestamp(milliseconds: Timestamp.now.milliseconds + 3_600_000))
        holds.add(Self.part("001", of: "catalog"), later)
        let run = Task { [holds] in await holds.run() }
        add("x.yaml", Self.acme, soon)
        holds.add(Self.part("002", of: "catalog"), soon)
        // Together, or each for itself where midnight comes between the two.
        var count = 0
        while count < 2, let some = await refilled.next().first { count += some.count }
        run.cancel()
        await run.value
        #expect(refilled.all.reduce(0) { $0 + $1.count } == 2)
        #expect(holds.summary(at: .now).contains(Hold.Count(hold: later, jobs: 1, names: ["catalog/001"])))
    }

    @Test(.idleLimit)
    func `a job that has begun is counted while it waits, and woken by a release`() async throws {
        let hold = Hold(reason: .limit(Self.limit), until: Timestamp(milliseconds: .max / 2))
        let holds = holds
        let waiting = Task { try await holds.wait(hold) { false } }
        while !holds.summary(at: .now).contains(Hold.Count(hold: hold, jobs: 1)) { await Task.yield() }
        holds.releaseLimits()
        try await waiting.value
        #expect(!holds.summary(at: .now).contains { $0.hold == hold })
        await #expect(throws: CancellationError.self) { try await holds.wait(hold) { true } }
    }

    @Test func `lanes and batches take turns for what was let go`() async throws {
        let backlog = Backlog(limit: 100)
        let batch = try (1...5).map {
            Waiting.part(Self.part(try #require(FilePath.Component("00\($0)")), of: "acme/catalog"))
        }
        let files = try (1...5).map {
            let file = try #require(FilePath.Component("\($0).yaml"))
            return Waiting.file(Origin(lane: Self.other, file: file), Readiness(identity: nil, at: Self.now))
        }
        backlog.refill(batch + files)
        var turns: [Lane] = []
        for _ in 0..<6 {
            turns.append(try #require(await backlog.next()).lane)
            backlog.begun()
        }
        #expect(Set(turns[..<2]).count == 2 && Set(turns[2..<4]).count == 2 && Set(turns[4...]).count == 2)
    }

    // MARK: Lanes, and what comes back

    @Test func `of a held lane the files count that were found, until the limit lets go`() {
        let hold = Hold(reason: .limit(Self.limit), until: Self.until)
        #expect(holds.hold(Self.other, hold, since: holds.era))
        #expect(holds.isHeld(Self.other) && !holds.isHeld(Self.acme))
        let counts = holds.summary(at: Self.now) { $0 == Self.other ? 70_000 : 0 }
        #expect(counts.first == Hold.Count(hold: hold, files: 70_000))
        let era = holds.era
        holds.releaseLimits()
        #expect(!holds.isHeld(Self.other))
        // Decided before that: it may not be true any more.
        #expect(!holds.hold(Self.other, hold, since: era))
        #expect(!holds.isHeld(Self.other))
    }

    @Test func `what comes back lets those try that were held first, files and parts alike, and each in its turn`() {
        let hold = Hold(reason: .limit(Self.limit), until: Timestamp(milliseconds: Timestamp.now.milliseconds + 60_000))
        func keep(_ number: Int) { add(FilePath.Component("l\(number).yaml") ?? "x", Self.acme, hold) }
        for number in 0..<3 { keep(number) }
        holds.add(Self.part("001", of: "acme/catalog"), hold)
        for number in 3..<6 { keep(number) }
        #expect(holds.hold(Self.other, hold, since: holds.era))
        holds.gaveBack()
        #expect(refilled.all.last.map(Self.names) == ["l0.yaml", "l1.yaml", "l2.yaml", "part"])
        #expect(!holds.isHeld(Self.other), "its files are looked at, and held again where it was not enough")
        // It was not enough: they go behind the others.
        for number in 0..<3 { keep(number) }
        holds.gaveBack()
        #expect(refilled.all.last.map(Self.names) == ["l3.yaml", "l4.yaml", "l5.yaml", "l0.yaml"])
        #expect(count(Self.repeated) == 2, "no other kind")
    }

    private static func names(_ items: [Waiting]) -> [String] {
        items.map { item in
            switch item {
            case .file(let origin, _): origin.file.string
            case .part: "part"
            }
        }
    }

    @Test func `what was decided before something came back is held for a moment only`() {
        let until = Timestamp(milliseconds: Timestamp.now.milliseconds + 3_600_000)
        let (hold, era) = (Hold(reason: .limit(Self.limit), until: until), holds.era)
        holds.releaseLimits()
        let origin = Origin(lane: Self.acme, file: "late.yaml")
        holds.add(origin, hold, nil, Readiness(identity: nil, at: Self.now), since: era)
        let identity = FileStatus.Identity(device: 1, inode: 1, size: 1, modified: 1)
        #expect(holds.contains(origin, identity, at: .now))
        #expect(!holds.contains(origin, identity, at: Timestamp(milliseconds: Timestamp.now.milliseconds + 1_500)))
    }

    @Test func `nothing happens where no limit holds anything`() {
        holds.gaveBack()
        #expect(refilled.all.isEmpty)
    }
}
