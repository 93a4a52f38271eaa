// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import DropFolder

/// Which files have to stay in the inbox for now, and for how long that is known of them.
struct HoldsTests {
    private let changes = Happenings<Int>()
    private let holds: Holds

    private static let now = Samples.start
    private static let until = Samples.later
    private static let repeated = Hold(reason: .repeated(5), until: until)
    private static let defaults = Hold(reason: .defaults(file: "acme/_defaults.yaml", mistake: "x"), until: until)
    private static let acme = Lane(path: "acme")
    private static let deep = Lane(path: "acme/deep")
    private static let other = Lane(path: "acme2")

    init() {
        let noted = changes
        holds = Holds { noted.note(1) }
        holds.add(Origin(lane: .root, file: "a.yaml"), Self.repeated, nil)
        holds.add(Origin(lane: Self.acme, file: "a.yaml"), Self.defaults, nil)
        holds.add(Origin(lane: Self.acme, file: "b.yaml"), Self.repeated, nil)
        holds.add(Origin(lane: Self.deep, file: "c.yaml"), Self.defaults, nil)
        holds.add(Origin(lane: Self.other, file: "d.yaml"), Self.defaults, nil)
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

    @Test func `new limits release what limits hold, new defaults what those of the lane hold`() {
        holds.releaseDefaults(below: Self.acme)
        #expect(count(Self.repeated) == 2 && count(Self.defaults) == 1)
        holds.releaseLimits()
        #expect(count(Self.repeated) == 0 && count(Self.defaults) == 1)
        #expect(changes.all.count == 2)
    }

    @Test func `files that are held for one reason are one line, whatever the moment of each`() {
        let holds = Holds {}
        for number in 0..<500 {
            let until = Timestamp(milliseconds: Self.until.milliseconds + Int64(number))
            for reason in [Self.repeated.reason, Self.defaults.reason] {
                let file = FilePath.Component("\(number)-\(reason == Self.repeated.reason).yaml") ?? "x"
                holds.add(Origin(lane: .root, file: file), Hold(reason: reason, until: until), nil)
            }
        }
        let summary = holds.summary(at: Self.now)
        #expect(summary.map(\.files) == [500, 500])
        #expect(Set(summary.map(\.hold.reason)) == [Self.repeated.reason, Self.defaults.reason])
        #expect(summary.allSatisfy { $0.hold.until.milliseconds == Self.until.milliseconds + 499 })
    }

    @Test func `its time over, it is looked at again`() {
        let origin = Origin(lane: .root, file: "a.yaml")
        let identity = FileStatus.Identity(device: 1, inode: 2, size: 3, modified: 4)
        #expect(holds.contains(origin, identity, at: Self.now))
        #expect(!holds.contains(origin, identity, at: Self.until))
        #expect(!holds.mayContain(origin))
        #expect(holds.summary(at: Self.until).isEmpty)
    }
}
