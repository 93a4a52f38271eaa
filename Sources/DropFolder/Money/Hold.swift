// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana
internal import SystemPackage

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
    /// - Parameter now: the moment of the look.
    init(_ trouble: LaneDefaults.Trouble, at now: Timestamp = .now) {
        switch trouble {
        case .unsettled(let file):
            self.init(
                reason: .defaultsUnsettled(file: String(decoding: file)),
                until: Timestamp(milliseconds: now.milliseconds + 500))
        case .mistakes(let file, let findings): self.init(file, findings.all.first.map(Wording.located) ?? "", now)
        case .unreadable(let file, let error):
            self.init(file, Wording.sentence(Finding.Problem.unreadable(error)), now)
        }
    }

    private init(_ file: FilePath, _ mistake: String, _ now: Timestamp) {
        // Shown on pages and in logs, away from the file itself.
        reason = .defaults(file: String(decoding: file), mistake: Redaction.links(mistake))
        until = Timestamp(milliseconds: now.milliseconds + 30_000)
    }

    /// What tells it from others of which the log has heard; `nil` where it is over before anybody reads of it.
    var news: Hold? {
        switch reason {
        case .limit, .repeated: self
        case .defaults: Hold(reason: reason)
        case .defaultsUnsettled: nil
        }
    }
}
