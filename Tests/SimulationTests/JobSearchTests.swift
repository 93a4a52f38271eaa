// SPDX-License-Identifier: Apache-2.0

import Documents
import Simulation
import SystemPackage
import Testing

@testable import Jobs
@testable import Requests
@testable import Spool

/// Jobs that move on while they are looked for: before any call that the search makes of the kernel.
struct JobSearchTests {
    /// What a daemon may do to a job meanwhile, one move after the other.
    enum Way: CaseIterable {
        case comesToItsEnd, isGivenBack

        var moves: [@Sendable (SimulatedDisk) -> Void] {
            let claim: @Sendable (SimulatedDisk) -> Void = { disk in
                disk.makeFolders(job)
                disk.write(journal, to: job + "/journal.jsonl")
                disk.move("/spool/inbox/hero.yaml", to: job + "/hero.yaml")
            }
            return switch self {
            case .comesToItsEnd: [claim, { $0.move(job, to: "/spool/done/hero") }]
            case .isGivenBack:
                [
                    claim,
                    { disk in
                        disk.move(job + "/hero.yaml", to: "/spool/inbox/hero.yaml")
                        disk.remove(job)
                    },
                ]
            }
        }
    }

    private static let text = Array("prompt: x\n".utf8)
    private static let origin = Origin(lane: .root, file: "hero.yaml")
    private static let job = "/spool/processing/" + ResultNames.job("hero", unique: 7).string
    private static let journal = {
        var seal = JournalSeal()
        return seal.seal(JobEvent.claimed(origin).line(at: Timestamp(nanoseconds: 1_795_507_200_000_000_000)))
    }()

    /// What a search may ask for.
    enum Question: CaseIterable {
        case theName, theVerySame

        func isAnswered(by search: JobSearch) throws -> Bool {
            switch self {
            case .theName: try search.job(named: "hero") != nil
            case .theVerySame: try search.same(as: text, origin) != nil
            }
        }
    }

    /// Whether a search finds the job, and how many calls it makes; each move comes before the call of its number.
    private static func search(_ question: Question, _ way: Way, _ when: [Int]) -> (isFound: Bool, calls: Int) {
        let disk = SimulatedDisk(seed: 1)
        for name in ["inbox", "processing", "done", "failed"] { disk.makeFolders("/spool/" + name) }
        disk.write(text, to: "/spool/inbox/hero.yaml")
        let machine = SimulatedMachine(seed: 1, disk: disk)
        let moves = Array(zip(when, way.moves))
        machine.process.judge = { call in
            for (number, move) in moves where number == call.number { move(disk) }
            return .goes
        }
        let end = machine.run { try question.isAnswered(by: JobSearch(Spool(root: "/spool"))) }
        guard case .returned(let isFound) = end else {
            Issue.record("\(end)")
            return (false, 0)
        }
        return (isFound, machine.process.calls)
    }

    @Test(arguments: Question.allCases, Way.allCases)
    func `a job is found, however it moves meanwhile`(question: Question, way: Way) {
        // A search that finds nothing at first makes more calls, which are tried as well.
        var (first, most) = (0, 0)
        while first <= most {
            var second = first
            while second <= max(most, first) {
                let (isFound, calls) = Self.search(question, way, [first, second])
                #expect(isFound, "\(way) before the calls \(first) and \(second) of \(calls)")
                most = max(most, calls)
                second += 1
            }
            first += 1
        }
        #expect(most > 10)
    }
}
