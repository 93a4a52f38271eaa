// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import DropFolder
@testable import Spending
@testable import TestSupport

/// The same promises as in ``DaemonLifeTests``, while people put jobs back, change the settings and set the clock.
@Suite(.zoneStays)
struct VisitedLifeTests {
    /// Which lives are lived, by their seeds.
    static func setting(for seed: UInt64) -> DaemonLife.Setting {
        var setting = DaemonLife.Setting(lane: 40)
        setting.powerCuts = seed % 3 == 0 ? 0 : 60
        switch seed {
        case ..<4100:
            setting.temper = ScriptedService.Temper(refusals: 20, unheard: 15, badPolls: 10, badPictures: 10)
            setting.visitor = LifeVisitor.Habits(acts: [.putBack], most: 8)
        case ..<4200: setting.visitor = LifeVisitor.Habits(acts: [.reload], most: 6)
        case ..<4300:
            setting.visitor = LifeVisitor.Habits(
                acts: [.reload], most: seed.isMultiple(of: 2) ? 1 : 4, lastLimits: LimitBook.Limits(spool: 4, lane: 3))
            (setting.beginsLate, setting.patience) = (true, .seconds(20 * 86_400))
        case ..<4400:
            let isForward = seed.isMultiple(of: 4) || seed % 4 == 3
            setting.visitor = LifeVisitor.Habits(acts: [isForward ? .setClockForward : .setClock, .reload], most: 8)
            setting.beginsLate = seed.isMultiple(of: 2)
        case ..<4500:
            setting.visitor = LifeVisitor.Habits(acts: [.putBack, .reload, .setClock], most: 12)
            setting.beginsLate = seed.isMultiple(of: 2)
        default:
            setting.requests = 100...120
            setting.kills = 2
            setting.visitor = LifeVisitor.Habits(acts: [.putBack, .reload], most: 30)
        }
        return setting
    }

    @Test func `jobs that are put back go on where they stopped, and cost again only what somebody agreed to`() {
        #expect(DaemonLifeTests.complaints(4000..<4030) == [])
    }

    @Test func `settings may change at any moment: limits are kept, and what was held goes on when they are gone`() {
        #expect(DaemonLifeTests.complaints(4100..<4120) == [])
    }

    @Test func `what a limit of the day holds begins on one of the next days`() {
        #expect(DaemonLifeTests.complaints(4200..<4212) == [])
    }

    @Test func `the clock may be set at any moment, over midnight too`() {
        #expect(DaemonLifeTests.complaints(4300..<4320) == [])
    }

    @Test func `people do all of this at once`() {
        #expect(DaemonLifeTests.complaints(4400..<4420) == [])
    }

    @Test func `nor do a hundred jobs at once change anything`() {
        #expect(DaemonLifeTests.complaints(4500..<4501) == [])
    }

    /// What a program may do wrong, and what a life says then.
    struct Broken: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var complaint: String
        var visitor: LifeVisitor.Habits
        var omission: SimulatedDaemon.Omission?
        var beginsLate = false
        var batches = 1
        var patience = Duration.seconds(20_000)
        var sabotage: @Sendable (JobContext) -> Void = { _ in }

        /// A life with the fault, or the same without it.
        func life(_ seed: UInt64, isSound: Bool) -> DaemonLife {
            var setting = DaemonLife.Setting(
                requests: 5...8, batches: batches, kills: 0, lane: 40, beginsLate: beginsLate)
            (setting.visitor, setting.patience) = (visitor, patience)
            if isSound {
                setting.visitor.forgetsJournals = false
            } else {
                (setting.omission, setting.sabotage) = (omission, sabotage)
            }
            var life = DaemonLife(seed: seed, setting)
            life.run()
            return life
        }
    }

    static let broken: [Broken] = [
        Broken(
            testDescription: "begins anew what is put back", complaint: "may be paid",
            visitor: LifeVisitor.Habits(acts: [.putBack], most: 8, forgetsJournals: true),
            sabotage: { context in
                var settings = context.settings
                settings.money.repeats = .pay
                context.adopt(settings)
            }),
        Broken(
            testDescription: "lets nothing go when limits are raised", complaint: "still waits",
            visitor: LifeVisitor.Habits(acts: [.reload], most: 3), omission: .releaseByReload),
        Broken(
            testDescription: "keeps its old limits", complaint: "were allowed",
            visitor: LifeVisitor.Habits(acts: [.reload], most: 4, lastLimits: LimitBook.Limits(spool: 1)),
            omission: .limitsOfReload),
        Broken(
            testDescription: "polls as before", complaint: "polls left in a second",
            visitor: LifeVisitor.Habits(acts: [.reload], most: 6), omission: .pollsOfReload),
        Broken(
            testDescription: "forgets midnight", complaint: "still waits",
            visitor: LifeVisitor.Habits(acts: [.reload], most: 1, lastLimits: LimitBook.Limits(spool: 4)),
            omission: .midnight, beginsLate: true, patience: .seconds(10 * 86_400)),
        Broken(
            testDescription: "does not see that the clock is set", complaint: "still waits",
            visitor: LifeVisitor.Habits(
                acts: [.setClockForward], most: 1, lastLimits: LimitBook.Limits(spool: 12)),
            omission: .clock, batches: 9),
        Broken(
            testDescription: "counts nothing", complaint: "were allowed",
            visitor: LifeVisitor.Habits(
                acts: [.setClockForward], most: 1, lastLimits: LimitBook.Limits(spool: 3)),
            sabotage: { $0.spending.adopt(MoneySettings()) }),
    ]

    @Test(arguments: broken)
    func `a life tells of a program that takes no notice of people, and not of a sound one`(broken: Broken) {
        func isBlamed(_ seed: UInt64, isSound: Bool) -> Bool {
            broken.life(seed, isSound: isSound).complaints.contains { $0.contains(broken.complaint) }
        }
        // The rarest is met in one life of some seventy.
        let seen = (4000..<UInt64(4200)).contains { isBlamed($0, isSound: false) && !isBlamed($0, isSound: true) }
        #expect(seen, "nobody complains: \(broken.complaint)")
    }
}
