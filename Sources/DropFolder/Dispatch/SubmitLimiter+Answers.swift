// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Jobs

/// What came of submits and polls.
extension SubmitLimiter {
    /// The service took a submit.
    func sawTaken(_ permit: Permit) {
        _ = endsProbe(permit)
        taken += 1
        window.answered(permit.number, at: .now)
        wellAgain(breaker.sawTaken())
    }

    /// The service refused a submit for a fault of the request.
    func sawFault(_ permit: Permit) {
        if endsProbe(permit) { breaker.probeWasAbandoned() }
        window.answered(permit.number, at: .now)
        wellAgain(breaker.sawFault())
    }

    /// The service has answered a poll.
    func sawGoodPoll() {
        lastGoodPoll = .now
        lastGoodAnswer = lastGoodPoll
        if breaker.pause != nil { wellAgain(breaker.sawGoodPoll()) }
    }

    private func wellAgain(_ pauseEnds: Bool) {
        lastGoodAnswer = .now
        if pauseEnds {
            window.beginAnew()
            tell()
        }
        admit()
    }

    /// A submit was surely not taken, by no fault of the request, as far as one can see.
    @discardableResult
    func sawRefusal(_ trouble: ServiceTrouble, _ permit: Permit) -> Standing {
        let wasProbe = endsProbe(permit)
        window.troubled(permit.number)
        let isNews = breaker.sawRefusal(
            trouble, of: permit.requester, wasProbe: wasProbe, at: .now, wall: .now, random: .random(in: 0...1))
        if isNews || wasProbe { tell() }
        if breaker.takeQuestion() { setAlarm.yield(.ask) }
        admit()
        return Standing(isPaused: breaker.pause != nil, taken: taken, cleared: cleared)
    }

    /// Nobody knows what became of a submit.
    ///
    /// - Parameter isUnreadable: whether an answer has come, and it cannot be read.
    func sawUnknownOutcome(_ message: String, isUnreadable: Bool, _ permit: Permit) {
        let wasProbe = endsProbe(permit)
        window.troubled(permit.number)
        let isNews = breaker.sawUnknownOutcome(
            message, isUnreadable: isUnreadable, wasProbe: wasProbe, at: .now, wall: .now,
            random: .random(in: 0...1))
        if isNews || wasProbe { tell() }
        admit()
    }

    /// Whether it was the probe; it is no more.
    func endsProbe(_ permit: Permit) -> Bool {
        guard probing == permit.number else { return false }
        probing = nil
        return true
    }
}
