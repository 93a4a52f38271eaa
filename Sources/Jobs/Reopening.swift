// SPDX-License-Identifier: Apache-2.0

/// How a failed job that was put back goes on: what whoever put it back has asked for. A word in the journal.
package enum Reopening: String, CaseIterable, Sendable {
    /// What the API knows is asked for, what was not charged is sent, and what may have been charged is sent again.
    case whole
    /// The same, but what may have been charged stays as it is: nobody has asked for it to be paid twice.
    case sparing
    /// The request is another one by now: all of it is sent, whatever was paid for the one before.
    case anew
}

extension Job {
    /// How the failed job goes on when it is put back; `nil` where it stays as it is. A submit that may be paid a second
    /// time is sent only where somebody has asked for this very job.
    ///
    /// - Parameters:
    ///   - isChanged: whether its request file asks for something else by now.
    ///   - isAsked: whether its own folder was put back, or is marked by ``PayAgain``, rather than that of its batch.
    package func reopening(isChanged: Bool, isAsked: Bool) -> Reopening? {
        guard canBeReopened else { return nil }
        // Nothing of it costs a second time. What is not charged by now may have been, before it was sent again.
        if variants.allSatisfy({ $0.charge == .no }) { return .whole }
        if isChanged { return isAsked ? .anew : nil }
        if isAsked || !variants.contains(where: \.isUnknown) { return .whole }
        let goesOn = variants.contains { !$0.isUnknown && $0.reason != nil }
        return goesOn ? .sparing : nil
    }

    /// Whether submits of it came to nothing known so often that a folder put back is no longer consent enough: a
    /// program that puts back whatever fails must not pay without end.
    package var isUnheardTooOften: Bool {
        unheard >= UnknownOutcomeRule.limit && variants.contains(where: \.isUnknown)
    }
}

extension Variant {
    /// Whether it failed and nobody knows whether it was charged, nor of what to ask the API.
    var isUnknown: Bool {
        guard case .failed(let stopped) = self else { return false }
        return stopped.why.charge == .maybe && stopped.task == nil && stopped.answer == nil
    }
}
