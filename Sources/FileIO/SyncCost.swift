// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Which way of making a round durable is cheaper: place by place, or the file system as a whole, with all that its
/// other users have written. Learned from how long the rounds took, and what a place costs the processor. Pure.
struct SyncCost: Sendable {
    enum Way: Equatable, Sendable {
        case each, whole
    }

    private struct Known {
        /// In seconds.
        var cost: Double
        var at: ContinuousClock.Instant
    }

    /// By the number of places, in powers of two.
    private var each: [Int: Known] = [:]
    private var whole: Known?

    /// What is taken for the cost before there was any, in seconds: with few waiting, each for itself.
    private static let firstEach = 0.0005
    private static let firstWhole = 0.005
    /// What each place takes of the processor, in seconds: an opening, a flush, a thread that wakes up. In a burst that is
    /// what others wait for, however soon the disk answers.
    private static let work = 0.00005
    /// How much a new round counts.
    private static let weight = 0.3
    /// After so long without a trial a way is believed to cost half as much, so that it is tried again in the end: what
    /// made it dear, such as somebody's large copy, may be over.
    private static let halfLife = 30.0

    func way(for places: Int, at now: ContinuousClock.Instant) -> Way {
        let wholeCost = whole.map { Self.faded($0, at: now) } ?? Self.firstWhole
        return eachCost(places, at: now) + Double(places) * Self.work <= wholeCost ? .each : .whole
    }

    mutating func saw(_ way: Way, _ places: Int, took time: Duration, at now: ContinuousClock.Instant) {
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        switch way {
        case .each: each[Self.size(places)] = Self.mixed(each[Self.size(places)], seconds, now)
        case .whole: whole = Self.mixed(whole, seconds, now)
        }
    }

    /// What is not known is at most what more places have cost, and at most in proportion to what fewer have cost.
    private func eachCost(_ places: Int, at now: ContinuousClock.Instant) -> Double {
        let size = Self.size(places)
        let bounds = each.map { known in
            Self.faded(known.value, at: now) * (known.key < size ? pow(2, Double(size - known.key)) : 1)
        }
        if let known = each[size] { return Self.faded(known, at: now) }
        return bounds.min() ?? Double(places) * Self.firstEach
    }

    private static func size(_ places: Int) -> Int { Int.bitWidth - max(places - 1, 0).leadingZeroBitCount }

    private static func mixed(_ known: Known?, _ seconds: Double, _ now: ContinuousClock.Instant) -> Known {
        guard let known else { return Known(cost: seconds, at: now) }
        return Known(cost: known.cost + weight * (seconds - known.cost), at: now)
    }

    private static func faded(_ known: Known, at now: ContinuousClock.Instant) -> Double {
        known.cost * pow(0.5, Double(known.at.duration(to: now).components.seconds) / halfLife)
    }
}
