// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Intake
@testable import Jobs
@testable import Requests
@testable import Spool
@testable import TestSupport

/// Young files, and what makes a file look other than before; the quiet time itself is in ``ScheduleTests``.
struct SettlingTests {
    private static let now = ContinuousClock.now
    private static let origin = Origin(lane: .root, file: "a.yaml")
    private static let quiet = Duration.milliseconds(250)
    private static let settled = now + quiet
    private static let grown = now + YoungText.youth

    private static func sight(size: Int64 = 5, changed: Int64 = 1) -> Settling.Sight {
        .init(identity: .init(device: 1, inode: 1, size: size, modified: 1), changed: changed)
    }

    /// A young file that was seen at ``now`` for the first time.
    private static func young() -> Settling {
        var settling = Settling(quiet: quiet)
        _ = settling.saw(origin, sight(), .young, at: now)
        return settling
    }

    @Test func `a young file is read before it is taken, and taken where it is text`() {
        var settling = Self.young()
        equal(settling.saw(Self.origin, Self.sight(), .young, at: Self.settled), .read)
        equal(settling.read(Self.origin, isWhole: true, at: Self.settled), .take)
    }

    @Test func `a young file that is no text is waited for until it is grown, and not read again`() {
        var settling = Self.young()
        equal(settling.saw(Self.origin, Self.sight(), .young, at: Self.settled), .read)
        equal(settling.read(Self.origin, isWhole: false, at: Self.settled), .lookAgain(at: Self.grown))
        let early = Self.grown - .milliseconds(1)
        equal(settling.saw(Self.origin, Self.sight(), .young, at: early), .lookAgain(at: Self.grown))
        equal(settling.saw(Self.origin, Self.sight(), .young, at: Self.grown), .take)
    }

    @Test func `a folder of pictures that shows its end to come is waited for a minute`() {
        var settling = Settling(quiet: Self.quiet)
        func saw(at now: ContinuousClock.Instant) -> Settling.Verdict {
            settling.saw(Self.origin, Self.sight(), .young, youth: Settling.folderYouth, at: now)
        }
        let grown = Self.now + Settling.folderYouth
        equal(saw(at: Self.now), .lookAgain(at: Self.settled))
        equal(saw(at: Self.settled), .read)
        equal(settling.read(Self.origin, isWhole: false, at: Self.settled), .lookAgain(at: grown))
        equal(saw(at: Self.grown), .lookAgain(at: grown))
        equal(saw(at: grown), .take)
    }

    @Test func `when the second half comes, the file is read anew`() {
        var settling = Self.young()
        equal(settling.saw(Self.origin, Self.sight(), .young, at: Self.settled), .read)
        _ = settling.read(Self.origin, isWhole: false, at: Self.settled)
        let (whole, later) = (Self.sight(size: 9), Self.now + .seconds(3))
        equal(settling.saw(Self.origin, whole, .young, at: later), .lookAgain(at: later + Self.quiet))
        equal(settling.saw(Self.origin, whole, .young, at: later + Self.quiet), .read)
        equal(settling.read(Self.origin, isWhole: true, at: later + Self.quiet), .take)
    }

    @Test func `a file that was last changed long ago needs one look, unless it has to stay the same for longer`() {
        var settling = Settling(quiet: Self.quiet)
        equal(settling.saw(Self.origin, Self.sight(), .old, at: Self.now), .take)
        let restored = settling.saw(
            Self.origin, Self.sight(), atLeast: Settling.copiedFolder, .old, at: Self.now)
        equal(restored, .lookAgain(at: Self.now + Settling.copiedFolder))
        let empty = settling.saw(Self.origin, Self.sight(size: 0), .old, at: Self.now)
        equal(empty, .lookAgain(at: Self.now + Settling.emptiness))
        var patient = Settling(quiet: Settling.oldAge)
        equal(
            patient.saw(Self.origin, Self.sight(), .old, at: Self.now), .lookAgain(at: Self.now + Settling.oldAge))
    }

    @Test(arguments: [
        (ago: 0, isSound: true, age: Settling.Age.young), (ago: 9, isSound: false, age: .young),
        (ago: 11, isSound: true, age: .unknown), (ago: 21, isSound: true, age: .old),
        (ago: 21, isSound: false, age: .unknown), (ago: -3_600, isSound: true, age: .young),
    ])
    func `how old a file is counts only where times are sound`(ago: Int, isSound: Bool, age: Settling.Age) {
        let now = Samples.start
        let changed = (now.milliseconds - Int64(ago) * 1_000) * 1_000_000
        #expect(Settling.Age(changed: changed, at: now, isSound: isSound) == age)
    }

    @Test func `a file that is not young is taken without a read`() {
        var settling = Settling(quiet: Self.quiet)
        _ = settling.saw(Self.origin, Self.sight(), at: Self.now)
        equal(settling.saw(Self.origin, Self.sight(), at: Self.settled), .take)
    }

    @Test func `what was written anew with size and date of the old one begins anew`() {
        var settling = Settling(quiet: Self.quiet)
        _ = settling.saw(Self.origin, Self.sight(changed: 1), at: Self.now)
        let anew = Self.sight(changed: 2)
        equal(settling.saw(Self.origin, anew, at: Self.settled), .lookAgain(at: Self.settled + Self.quiet))
        equal(settling.saw(Self.origin, anew, at: Self.settled + Self.quiet), .take)
    }

    @Test func `on a share a file must stay the same for longer`() {
        var settling = Settling(quiet: Self.quiet)
        let whole = Self.now + .seconds(2)
        equal(settling.saw(Self.origin, Self.sight(), atLeast: Settling.share, at: Self.now), .lookAgain(at: whole))
        equal(settling.saw(Self.origin, Self.sight(), atLeast: Settling.share, at: Self.settled), .lookAgain(at: whole))
        equal(settling.saw(Self.origin, Self.sight(), atLeast: Settling.share, at: whole), .take)
    }

    @Test func `an empty file is said to be empty after a second, on a share too, and never read`() {
        var settling = Settling(quiet: Self.quiet)
        let (empty, said) = (Self.sight(size: 0), Self.now + .seconds(1))
        equal(
            settling.saw(Self.origin, empty, atLeast: Settling.share, .young, at: Self.now),
            .lookAgain(at: said))
        equal(settling.saw(Self.origin, empty, atLeast: Settling.share, .young, at: said), .empty)
    }

    @Test func `what fills an empty file settles from then on`() {
        var settling = Settling(quiet: Self.quiet)
        _ = settling.saw(Self.origin, Self.sight(size: 0), at: Self.now)
        let filled = Self.now + .seconds(30)
        equal(settling.saw(Self.origin, Self.sight(), at: filled), .lookAgain(at: filled + Self.quiet))
        equal(settling.saw(Self.origin, Self.sight(), at: filled + Self.quiet), .take)
    }

    @Test func `two files settle each for itself`() {
        var settling = Self.young()
        let other = Origin(lane: Lane(path: "acme"), file: "a.yaml")
        equal(settling.saw(other, Self.sight(), at: Self.settled), .lookAgain(at: Self.settled + Self.quiet))
        equal(settling.saw(Self.origin, Self.sight(), at: Self.settled), .take)
    }
}
