// SPDX-License-Identifier: Apache-2.0

/// Whom the disk refuses at the moment, and what each was told. Pure.
///
/// Trouble is the state of those who have it: it ends when they are served, or wait no longer, and nobody has to
/// remember to say so.
struct DiskRefusals: Sendable {
    enum Waiter: Hashable, Sendable {
        /// What makes everything durable.
        case committer
        /// Somebody who tries again; and for which job, where it is for one.
        case caller(UInt64, job: String?)

        fileprivate var isCaller: Bool { if case .caller = self { true } else { false } }
        fileprivate var job: String? { if case .caller(_, let job) = self { job } else { nil } }
    }

    private struct Refusal {
        var error: String
        var isEverybodys: Bool
        /// In the order in which they came.
        var number: Int
    }

    private var refusals: [Waiter: Refusal] = [:]
    private var count = 0

    /// - Parameter isEverybodys: whether it is the whole disk's, or that of the waiter's own files.
    mutating func refused(_ waiter: Waiter, _ error: String, isEverybodys: Bool) {
        count += 1
        refusals[waiter] = Refusal(
            error: error, isEverybodys: isEverybodys, number: refusals[waiter]?.number ?? count)
    }

    /// The disk has taken what it refused: then it takes that of the others, too, or refuses them once more. What
    /// becomes durable is known by the committer alone.
    mutating func served(_ waiter: Waiter) {
        let wasEverybodys = refusals[waiter]?.isEverybodys ?? false
        refusals[waiter] = nil
        if wasEverybodys, waiter.isCaller {
            refusals = refusals.filter { !$0.key.isCaller || !$0.value.isEverybodys }
        }
    }

    /// It waits no longer.
    mutating func ended(_ waiter: Waiter) {
        refusals[waiter] = nil
    }

    /// Why the disk as a whole refuses; `nil` where it does not.
    var error: String? {
        refusals.values.filter(\.isEverybodys).min { $0.number < $1.number }?.error
    }

    /// The jobs whose own files are refused, and why.
    var jobs: [String: String] {
        refusals.reduce(into: [:]) { jobs, entry in
            guard !entry.value.isEverybodys, let job = entry.key.job else { return }
            jobs[job] = entry.value.error
        }
    }
}
