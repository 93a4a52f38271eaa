// SPDX-License-Identifier: Apache-2.0

package import Documents

/// Why a request has to wait for now, and until when.
package struct Hold: Hashable, Sendable {
    /// So many wait for one reason.
    package struct Count: Equatable, Sendable {
        package var hold: Hold
        /// In the inbox.
        package var files = 0
        /// Parts of batches, and jobs that have begun.
        package var jobs = 0

        package init(hold: Hold, files: Int = 0, jobs: Int = 0) {
            self.hold = hold
            self.files = files
            self.jobs = jobs
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
        case .limit, .repeated: self
        case .defaults: Hold(reason: reason)
        case .defaultsUnsettled: nil
        }
    }

    package func isOver(at now: Timestamp) -> Bool { until.map { $0 <= now } ?? false }
}
