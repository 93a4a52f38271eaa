// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DropFolder
@testable import Spending
@testable import TestSupport

/// The same promises as in ``DaemonLifeTests``, while people put words into the folder, and take them away, at any moment:
/// nothing is submitted after a stop was taken, under a pause, or for more than was approved; and a word is away only where
/// what it has asked for outlives the power.
@Suite(.zoneStays)
struct SteeredLifeTests {
    private static let all: [LifeVisitor.Act] = [.stop, .approve, .takeBack, .pause, .goOn, .dropAgain]

    /// Which lives are lived, by their seeds.
    static func setting(for seed: UInt64) -> DaemonLife.Setting {
        var setting = DaemonLife.Setting(batches: 3, lane: 40, several: 60, killsAtWords: 60, longestDeath: 60)
        setting.powerCuts = seed % 3 == 0 ? 0 : 60
        setting.settings.money.approval = approval(ofMoney: seed.isMultiple(of: 2))
        setting.settings.money.prices = prices
        switch seed {
        case ..<5100:
            setting.settings.money.approval = ApprovalLimit()
            setting.visitor = LifeVisitor.Habits(acts: [.stop, .stop, .takeBack, .dropAgain], most: 10)
        case ..<5200: setting.visitor = LifeVisitor.Habits(acts: [.approve, .takeBack, .dropAgain], most: 10)
        case ..<5300:
            setting.settings.money.approval = ApprovalLimit()
            setting.visitor = LifeVisitor.Habits(acts: [.pause, .goOn], most: 10)
        case ..<5400: setting.visitor = LifeVisitor.Habits(acts: all, most: 16)
        case ..<5500:
            setting.settings.money.approval = approval(ofMoney: false)
            setting.visitor = LifeVisitor.Habits(acts: all + [.reload], most: 16)
        default:
            setting.faults = 20
            setting.visitor = LifeVisitor.Habits(acts: all, most: 12)
        }
        return setting
    }

    private static let prices = (try? PriceTable("nano-banana-pro = 0.12")) ?? PriceTable()

    /// More than two submits wait for a word.
    private static func approval(ofMoney isMoney: Bool) -> ApprovalLimit {
        var limit = ApprovalLimit()
        if isMoney { limit.money = Amount("0.3") } else { limit.submits = 2 }
        return limit
    }

    @Test func `what is stopped is never submitted any more, in this life and in the next`() {
        #expect(DaemonLifeTests.complaints(5000..<5030) == [])
    }

    @Test func `what is dear waits for a word of its own, and goes on when that is there`() {
        #expect(DaemonLifeTests.complaints(5100..<5130) == [])
    }

    @Test func `nothing leaves under a pause, and all goes on after it`() {
        #expect(DaemonLifeTests.complaints(5200..<5225) == [])
    }

    @Test func `people say all of this at once`() {
        #expect(DaemonLifeTests.complaints(5300..<5330) == [])
    }

    @Test func `and change the settings meanwhile`() {
        #expect(DaemonLifeTests.complaints(5400..<5420) == [])
    }

    @Test func `while the disk errs now and then`() {
        #expect(DaemonLifeTests.complaints(5500..<5515) == [])
    }

    /// What a program may do wrong, and what a life says then.
    struct Broken: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var complaint: String
        var acts: [LifeVisitor.Act]
        var kills = 0
        var lies = false
        var omission: SimulatedDaemon.Omission?
        var sabotage: @Sendable (JobContext) -> Void = { _ in }

        /// A life with the fault, or the same without it.
        func life(_ seed: UInt64, isSound: Bool) -> DaemonLife {
            var setting = SteeredLifeTests.setting(for: 5300)
            (setting.requests, setting.kills, setting.powerCuts) = (2...4, kills, 100)
            setting.settings.money.approval = SteeredLifeTests.approval(ofMoney: false)
            setting.visitor = LifeVisitor.Habits(acts: acts, most: 10)
            if !isSound { (setting.omission, setting.sabotage, setting.lies) = (omission, sabotage, lies) }
            var life = DaemonLife(seed: seed, setting)
            life.run()
            return life
        }
    }

    static let broken: [Broken] = [
        Broken(
            testDescription: "hears no word", complaint: "still waits", acts: [.approve],
            omission: .words(.nobody)),
        Broken(
            testDescription: "hears no stop", complaint: "lies there still", acts: [.stop], omission: .words(.noStops)),
        Broken(
            testDescription: "takes words away, and nothing else", complaint: "after its stop was taken", acts: [.stop],
            omission: .words(.onlyTaken)),
        Broken(
            testDescription: "takes words away before it does what they say", complaint: "neither", acts: [.stop],
            kills: 4, omission: .words(.takenFirst)),
        Broken(
            testDescription: "cancels until the next start", complaint: "after its stop was taken", acts: [.stop],
            kills: 4, omission: .words(.inMemory)),
        Broken(
            testDescription: "believes a disk that lies", complaint: "neither", acts: [.stop, .approve], kills: 4,
            lies: true),
        Broken(
            testDescription: "asks nobody", complaint: "without an approval", acts: [.approve],
            sabotage: { context in
                var settings = context.settings
                settings.money.approval = ApprovalLimit()
                context.adopt(settings)
            }),
        Broken(
            testDescription: "takes one word for two requests", complaint: "without an approval",
            acts: [.approve, .dropAgain], omission: .words(.approvalsAgain)),
        Broken(
            testDescription: "does not see the pause of all", complaint: "is known to hold", acts: [.pause, .goOn],
            kills: 3, omission: .rootPause),
        Broken(
            testDescription: "knows of no end of a pause", complaint: "is over, and lies there still", acts: [.pause],
            omission: .endsOfPauses),
    ]

    @Test(arguments: broken)
    func `a life tells of a program that takes words lightly, and not of a sound one`(broken: Broken) {
        func isBlamed(_ seed: UInt64, isSound: Bool) -> Bool {
            broken.life(seed, isSound: isSound).complaints.contains { $0.contains(broken.complaint) }
        }
        let seen = (5000..<UInt64(5200)).contains { isBlamed($0, isSound: false) && !isBlamed($0, isSound: true) }
        #expect(seen, "nobody complains: \(broken.complaint)")
    }
}
