// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Intake
internal import Requests
internal import Spending
internal import Spool

/// What changes while jobs are under way.
extension JobContext {
    /// From now on these settings hold; what the old ones have held up is asked anew.
    func adopt(_ new: DropFolderSettings) {
        let old = settings.money
        liveSettings.adopt(new)
        spending.adopt(new.money)
        store.defaults.forget()
        // What was a mistake may be none by now.
        holds.releaseDefaults(below: .root)
        holds.releaseLimits()
        if (old.repeats, old.repeatLimit) != (new.money.repeats, new.money.repeatLimit) { holds.releaseRepeats() }
        holds.releaseApprovals()
        let backoff = Backoff(first: new.retryInterval, limit: new.retryLimit)
        limiter.adopt(limit: new.maxInFlight, backoff: backoff)
        poller.adopt()
        pictures.adopt(backoff: backoff, maxInFlight: new.maxInFlight)
    }

    /// The wall clock was set: what waits for a moment by it is asked anew.
    func clockWasSet(_ settleQueue: SettleQueue) {
        settleQueue.clockWasSet()
        steering.clockWasSet()
        holds.releaseLimits()
    }
}
