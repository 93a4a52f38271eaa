// SPDX-License-Identifier: Apache-2.0

package import Documents
package import Requests

/// Why a request has to wait for now, and until when.
package struct Hold: Hashable, Sendable {
    /// So many wait for one reason.
    package struct Count: Equatable, Sendable {
        package var hold: Hold
        /// In the inbox.
        package var files = 0
        /// Parts of batches, and jobs that have begun.
        package var jobs = 0
        /// The first of them by name.
        package var names: [String] = []

        package init(hold: Hold, files: Int = 0, jobs: Int = 0, names: [String] = []) {
            self.hold = hold
            self.files = files
            self.jobs = jobs
            self.names = names
        }
    }

    package enum Reason: Hashable, Sendable {
        /// A limit of the day is reached.
        case limit(Limit)
        /// The same was asked for before.
        case repeated(Repetition)
        /// The `_defaults.yaml` of its lane, or of one above, cannot be used: the file, relative to the inbox, and what
        /// is wrong with it.
        case defaults(file: String, mistake: String)
        /// The same file was changed a moment ago.
        case defaultsUnsettled(file: String)
        /// It would cost more than may be spent without somebody's word.
        case approval(name: String, cost: Budget.Spent, ApprovalLimit)
        /// Somebody has put a `PAUSE` into that lane, or to the spool's root (`nil`).
        case paused(at: Lane?)
    }

    package var reason: Reason
    /// When it is looked at again at the latest; `nil` where somebody has to act.
    package var until: Timestamp?

    package init(reason: Reason, until: Timestamp? = nil) {
        self.reason = reason
        self.until = until
    }
}

extension Hold {
    /// What tells it from others of which the log has heard; `nil` where it is over before anybody reads of it.
    package var news: Hold? {
        switch reason {
        case .limit, .repeated, .approval: self
        case .defaults: Hold(reason: reason)
        // Said when it begins, whether anything waits for it or not.
        case .defaultsUnsettled, .paused: nil
        }
    }

    /// Whether all that it holds is let go in one moment, so that lanes and batches take turns from then on.
    package var isLetGoAtOnce: Bool {
        switch reason {
        case .limit, .paused: true
        case .repeated, .defaults, .defaultsUnsettled, .approval: false
        }
    }

    /// What it would cost, where somebody is asked for that.
    package var costToApprove: Budget.Spent? { if case .approval(_, let cost, _) = reason { cost } else { nil } }

    /// The lane in which a `PAUSE` lies; `nil` for that of all, and where it is none.
    package var pausedLane: Lane? { if case .paused(let lane) = reason { lane } else { nil } }

    package func isOver(at now: Timestamp) -> Bool { until.map { $0 <= now } ?? false }
}
