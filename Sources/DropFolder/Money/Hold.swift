// SPDX-License-Identifier: Apache-2.0

/// Why a request has to wait for now, and until when.
struct Hold: Hashable, Sendable {
    /// So many wait for one reason.
    struct Count: Equatable, Sendable {
        var hold: Hold
        /// In the inbox.
        var files = 0
        /// Parts of batches, and jobs that have begun.
        var jobs = 0
    }

    enum Reason: Hashable, Sendable {
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

    var reason: Reason
    /// When it is looked at again at the latest; `nil` where somebody has to act.
    var until: Timestamp?
}

extension Hold {
    /// What tells it from others of which the log has heard; `nil` where it is over before anybody reads of it.
    var news: Hold? {
        switch reason {
        case .limit, .repeated: self
        case .defaults: Hold(reason: reason)
        case .defaultsUnsettled: nil
        }
    }

    func isOver(at now: Timestamp) -> Bool { until.map { $0 <= now } ?? false }
}
