// SPDX-License-Identifier: Apache-2.0

import Foundation
import SystemPackage
import Testing

@testable import DropFolder
@testable import FileIO
@testable import Intake
@testable import Jobs
@testable import Requests
@testable import Spending
@testable import Spool
@testable import TestSupport

/// The promises, held by the daemon's own code in thousands of lives on a simulated machine.
///
/// A life that breaks one is found again by its seed: `LIFE_SEED=17 swift test --filter DaemonLifeTests` writes its story.
struct DaemonLifeTests {
    /// Lives a life from each seed. Returns what broke the promises, each kind once with the first seed that shows it,
    /// and prints that life: the same seed may live another, where something asks a set for its order.
    static func complaints(_ seeds: Range<UInt64>) -> [String] {
        var found: [String: String] = [:]
        // Others than those of every day: LIFE_OFFSET=7 swift test --filter DaemonLifeTests
        let offset = ProcessInfo.processInfo.environment["LIFE_OFFSET"].flatMap(UInt64.init) ?? 0
        for kind in seeds {
            let seed = kind + offset * 10_000
            var life = DaemonLife(seed: seed, setting(for: kind))
            // Of a hundred jobs the story is too long.
            life.run(tells: life.setting.requests.upperBound < 100)
            for complaint in life.complaints {
                let kind = complaint.filter { !$0.isNumber }
                if found[kind] != nil { continue }
                found[kind] = "seed \(seed): \(complaint)"
                print(life.story.joined(separator: "\n"))
            }
        }
        return found.values.sorted()
    }

    private static let story = FileManager.default.temporaryDirectory.path + "/life-story"

    @Test func `a life can be told, call by call`() throws {
        let told = ProcessInfo.processInfo.environment["LIFE_SEED"].flatMap(UInt64.init)
        var life = DaemonLife(seed: told ?? 0, Self.setting(for: (told ?? 0) % 10_000))
        life.run(tells: true)
        // A pipe may not take all of it.
        if told != nil {
            try life.story.joined(separator: "\n").write(toFile: Self.story, atomically: true, encoding: .utf8)
            print("its story is in \(Self.story)")
        }
        #expect(life.story.contains { $0.contains("rename") && $0.contains("/spool/processing") })
        #expect(life.complaints == [])
    }

    /// Which lives are lived, by their seeds.
    private static func setting(for seed: UInt64) -> DaemonLife.Setting {
        switch seed {
        case ..<1000: return DaemonLife.Setting(powerCuts: 0)
        case ..<2000: return DaemonLife.Setting(powerCuts: 100)
        case ..<3000: return DaemonLife.Setting(faults: 20)
        case 4000..<5000: return VisitedLifeTests.setting(for: seed)
        case 5000...: return SteeredLifeTests.setting(for: seed)
        default:
            var setting = DaemonLife.Setting(requests: 1...3)
            setting.temper.unheard = 40
            setting.settings.unknownOutcome = .resubmit
            return setting
        }
    }

    @Test func `whenever it is killed, nothing is lost, paid twice or left in memory`() {
        #expect(Self.complaints(0..<120) == [])
    }

    @Test func `nor when its power is cut`() {
        #expect(Self.complaints(1000..<1120) == [])
    }

    @Test func `nor when the disk errs now and then`() {
        #expect(Self.complaints(2000..<2060) == [])
    }

    @Test func `sent again by rule, the bill is kept and has an end`() {
        #expect(Self.complaints(3000..<3040) == [])
    }

    @Test func `the lives are of every kind`() {
        var (kills, done) = (0, 0)
        var codes: Set<String> = []
        for seed in 0..<UInt64(60) {
            var life = DaemonLife(seed: seed, Self.setting(for: 900 + 4 * seed))
            life.run()
            kills += life.kills
            done += life.done
            codes.formUnion(life.reasons)
        }
        #expect(kills > 20, "\(kills) kills")
        #expect(done > 60, "\(done) done")
        #expect(codes.isSuperset(of: ["unknown-outcome", "refused", "task-failed", "invalid-request"]), "\(codes)")
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var setting: DaemonLife.Setting
        /// What the life is to say of it.
        var complaint: String

        init(
            _ testDescription: String, lies: Bool = false, complaint: String,
            _ sabotage: @escaping @Sendable (JobContext) -> Void = { _ in }
        ) {
            (self.testDescription, self.complaint) = (testDescription, complaint)
            setting = DaemonLife.Setting(requests: 4...6, kills: lies ? 3 : 0, powerCuts: 100)
            (setting.lies, setting.sabotage) = (lies, sabotage)
        }
    }

    private static let kept = Recorder<SubmitLimiter.Permit>()
    private static let booked = Recorder<SpendingGate.SetAside>()

    static let broken: [Broken] = [
        Broken("keeps a permit", complaint: "left in memory") { kept.note($0.limiter.occupy()) },
        Broken("books a reservation twice", complaint: "the day's budget says") { context in
            guard let request = try? Samples.request(),
                case .go(let all) = context.spending.goOn(request, in: .root, at: .now)
            else { return }
            all.forEach(booked.note)
        },
        Broken("begins with a wide window", complaint: "before one was answered") { context in
            context.limiter.change { state in
                for number in 0..<4 { state.window.answered(UInt64(1000 + number), at: Machine.now) }
            }
        },
        Broken("holds a file for ever", complaint: "still waits for") { context in
            let limit = Limit(owner: .spool, size: .submits(1))
            for number in 0..<6 {
                for ending in ["json", "csv"] {
                    guard let name = FilePath.Component("r\(number).\(ending)") else { continue }
                    let origin = Origin(lane: .root, file: name)
                    context.holds.add(origin, Hold(reason: .limit(limit)), nil, Readiness(identity: nil, at: .now))
                }
            }
        },
        Broken("believes a disk that lies", lies: true, complaint: "nothing on the disk said so"),
        Broken("believes a disk that lies, and pays twice", lies: true, complaint: "may be paid"),
    ]

    @Test(arguments: broken)
    func `a life tells of a program that breaks a promise`(broken: Broken) {
        let seen = (0..<UInt64(60)).contains { seed in
            var life = DaemonLife(seed: seed, broken.setting)
            life.run()
            return life.complaints.contains { $0.contains(broken.complaint) }
        }
        #expect(seen, "nobody complains: \(broken.complaint)")
    }
}
