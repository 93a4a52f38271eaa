// SPDX-License-Identifier: Apache-2.0

package import struct SystemPackage.FilePath

/// What putting a failed job back may cost.
package struct RetryCost: OptionSet, Sendable {
    /// One bit for each.
    package let rawValue: Int

    /// What the bits stand for.
    package init(rawValue: Int) {
        self.rawValue = rawValue
    }

    /// A second charge for a submit that may have been charged already.
    package static let secondCharge = RetryCost(rawValue: 1)
    /// A new charge for a request that was changed after it had been charged.
    package static let newSubmit = RetryCost(rawValue: 2)
}

/// What will happen to a failed job that is put back, or to the failed parts of a batch. Pure.
package struct RetryPlan: Equatable, Sendable {
    /// So many submits are sent, of what was not charged before.
    package private(set) var submits = 0
    /// So many are sent though they may have been charged.
    package private(set) var second = 0
    /// So many are sent since their requests were changed, though the requests before them were charged.
    package private(set) var changed = 0
    /// Jobs or parts that go on with what was paid for.
    package private(set) var goingOn = 0
    /// Jobs or parts that begin anew, having cost nothing.
    package private(set) var anew = 0
    /// Parts that stay as they are, by what it would cost to send them.
    package private(set) var staying: [RetryCost] = []
    /// The folders that have to say that they may cost a second time: see ``PayAgain``. Empty for the job's own.
    package private(set) var marked: [FilePath] = []
    /// Whether it is about a job of its own, whose folder asks for all of it as soon as it is put back.
    private var isWhole = false

    package init() {}

    package init(of job: Job, isChanged: Bool, accepting accepted: RetryCost) {
        isWhole = true
        add(nil, job, isChanged: isChanged, accepting: accepted)
    }

    /// - Parameter part: its folder in the batch's; `nil` for a job of its own.
    package mutating func add(_ part: FilePath.Component?, _ job: Job, isChanged: Bool, accepting accepted: RetryCost) {
        guard job.canBeReopened else { return }
        let cost = job.costOfRetry(isChanged: isChanged)
        let isAsked = cost.isSubset(of: accepted)
        guard let reopening = job.reopening(isChanged: isChanged, isAsked: isAsked) else { return staying.append(cost) }
        if isAsked, !cost.isEmpty { marked.append(FilePath(root: nil, part.map { [$0] } ?? [])) }
        add(job, reopening)
        if reopening == .sparing { staying.append(cost) }
    }

    private mutating func add(_ job: Job, _ reopening: Reopening) {
        var next = job
        guard (try? next.apply(.retried(job.origin.lane, reopening), at: job.claimedAt)) != nil else { return }
        if reopening == .anew { return changed += job.variants.count }
        let again = next.unheard - job.unheard
        second += again
        if next.request == nil {
            if again == 0 { anew += 1 } else { submits += job.variants.count - again }
        } else {
            goingOn += 1
            submits += next.variants.count { $0 == .waiting } - again
        }
    }

    /// What it would cost beyond what was accepted to put back anything at all; `nil` where something goes on without.
    package var refusal: RetryCost? {
        guard isWhole || submits + second + changed + goingOn + anew == 0 else { return nil }
        return staying.contains(.secondCharge) ? .secondCharge : staying.first
    }
}

extension Job {
    /// What somebody has to accept before all of the failed job goes on.
    fileprivate func costOfRetry(isChanged: Bool) -> RetryCost {
        if reopening(isChanged: isChanged, isAsked: false) == .whole { return [] }
        return isChanged ? .newSubmit : .secondCharge
    }
}
