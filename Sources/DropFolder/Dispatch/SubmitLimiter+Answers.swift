// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Jobs

/// What came of submits and polls.
extension SubmitLimiter {
    /// The service took a submit.
    func sawTaken(_ permit: Permit) {
        change { state in
            _ = state.endsProbe(permit.number)
            state.taken += 1
            state.window.answered(permit.number, at: Machine.now)
            wellAgain(&state, state.breaker.sawTaken())
        }
    }

    /// The service refused a submit for a fault of the request.
    func sawFault(_ permit: Permit) {
        change { state in
            if state.endsProbe(permit.number) { state.breaker.probeWasAbandoned() }
            state.window.answered(permit.number, at: Machine.now)
            wellAgain(&state, state.breaker.sawFault())
        }
    }

    /// The service has answered a poll.
    func sawGoodPoll() {
        change { state in
            state.lastGoodPoll = Machine.now
            state.lastGoodAnswer = state.lastGoodPoll
            if state.breaker.pause != nil { wellAgain(&state, state.breaker.sawGoodPoll()) }
        }
    }

    private func wellAgain(_ state: inout State, _ pauseEnds: Bool) {
        state.lastGoodAnswer = Machine.now
        if !state.isProved {
            state.isProved = true
            if state.pictures == nil, state.breaker.pause == nil { works() }
        }
        if pauseEnds {
            state.window.beginAnew()
            tell(state)
        }
    }

    /// A submit was surely not taken, by no fault of the request, as far as one can see.
    @discardableResult
    func sawRefusal(_ trouble: ServiceTrouble, _ permit: Permit) -> Standing {
        change { state in
            let wasProbe = state.endsProbe(permit.number)
            state.window.troubled(permit.number)
            let isNews = state.breaker.sawRefusal(
                trouble, of: permit.requester, wasProbe: wasProbe, at: Machine.now, wall: .now,
                random: Machine.jitter)
            if isNews || wasProbe { tell(state) }
            if state.breaker.takeQuestion() { setAlarm.yield(.ask) }
            return state.standing
        }
    }

    /// Nobody knows what became of a submit.
    ///
    /// - Parameter isUnreadable: whether an answer has come, and it cannot be read.
    func sawUnknownOutcome(_ message: String, isUnreadable: Bool, _ permit: Permit) {
        change { state in
            let wasProbe = state.endsProbe(permit.number)
            state.window.troubled(permit.number)
            let isNews = state.breaker.sawUnknownOutcome(
                message, isUnreadable: isUnreadable, wasProbe: wasProbe, at: Machine.now, wall: .now,
                random: Machine.jitter)
            if isNews || wasProbe { tell(state) }
        }
    }
}

extension SubmitLimiter.State {
    /// Whether it was the probe; it is no more.
    mutating func endsProbe(_ number: UInt64) -> Bool {
        guard probing == number else { return false }
        probing = nil
        return true
    }
}
