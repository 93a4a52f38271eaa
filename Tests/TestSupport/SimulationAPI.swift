// SPDX-License-Identifier: Apache-2.0

import NanoBanana

@testable import Jobs

/// The paid API of a ``JobSimulation``: gives answers of every kind, and knows the truth about the money.
struct SimulationAPI {
    struct Submit {
        var variant: Int
        /// The truth, which the daemon need not have learned.
        var isPaid: Bool
        /// Whether the API has said that it made no task. Where it has not, it may be paid.
        var wasDenied: Bool
    }

    private(set) var submits: [Submit] = []
    private var variants: [TaskID: Int] = [:]
    private var names = 0

    var paid: Int { submits.count(where: \.isPaid) }

    /// How many submits of a variant may have been paid, as far as anybody could know.
    func perhapsPaid(_ variant: Int) -> Int {
        submits.count { $0.variant == variant && !$0.wasDenied }
    }

    /// What a submit comes to. The money is gone now, whether the answer is ever noted or not.
    mutating func submit(_ variant: Int, _ random: inout SeededRandom) throws -> JobEvent {
        let roll = random.index(100)
        let isPaid = roll < 50 || (75..<85).contains(roll)
        submits.append(Submit(variant: variant, isPaid: isPaid, wasDenied: (50..<75).contains(roll)))
        switch roll {
        case ..<42:
            let task = try newTask(for: variant)
            return .submitted(variant: variant, task)
        case ..<50: return .answered(variant: variant, answer(&random))
        case ..<66: return .notAccepted(variant: variant, why: "429")
        case ..<75:
            return .variantFailed(variant: variant, Samples.refused, response: .bytes(Array(#"{"code":400}"#.utf8)))
        // Half of these were paid.
        default: return .outcomeUnknown(variant: variant, why: "no answer in time")
        }
    }

    /// What a poll comes to; `nil` while it is under way.
    func poll(_ task: TaskID, for variant: Int, _ random: inout SeededRandom) -> JobEvent? {
        guard variants[task] == variant else { return .variantFailed(variant: variant, Self.stranger, response: nil) }
        switch random.index(100) {
        case ..<35: return nil
        case ..<80: return .answered(variant: variant, answer(&random))
        case ..<90: return .variantFailed(variant: variant, Samples.taskFailed, response: [0xFF, 0x0A, 0x22])
        default: return .variantFailed(variant: variant, Samples.timedOut, response: nil)
        }
    }

    func made(_ task: TaskID, for variant: Int) -> Bool {
        variants[task] == variant
    }

    /// What becomes of a task that the API never named for this variant.
    private static let stranger = Explanation(
        written: "stranger", charge: .maybe, what: "the daemon asks for another's task", details: [], next: "")

    private func answer(_ random: inout SeededRandom) -> Answer {
        let links = (0...random.index(3)).map { PictureLink(url: "https://p/\($0)", fileName: "output.png") }
        return Answer(pictures: links, response: random.chance(20) ? [0xFE, 0x0A] : Array(#"{"code":200}"#.utf8))
    }

    private mutating func newTask(for variant: Int) throws -> TaskID {
        names += 1
        guard let task = TaskID("t-\(names)\"ä") else { throw NoName() }
        variants[task] = variant
        return task
    }

    private struct NoName: Error {}
}
