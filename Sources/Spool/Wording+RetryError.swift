// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import SystemPackage

/// The sentences about failed jobs that cannot be put back.
extension RetryError: CustomStringConvertible {
    /// What is in the way, and what to do.
    package var description: String {
        switch self {
        case .missing(let name): "\(Wording.shown(name)) is not in failed/; see the names with `ls failed`"
        case .notAJob(let name): "\(Wording.shown(name)) has no journal, so it is no job; drop its request file instead"
        case .damaged(let name):
            "\(Wording.shown(name)) has a damaged journal; look for a task id in it, then drop the request file alone, "
                + "which may cost again"
        case .mayBeChargedTwice(let name):
            "\(Wording.shown(name)) may have been charged already; see your account with the provider, and give "
                + "--accept-second-charge to send it again all the same"
        case .isNewSubmit(let name):
            "\(Wording.shown(name)) was changed after it had been charged, so to send it is a new charge; give "
                + "--accept-charge, or put the request back as it was to ask for nothing but what was paid for"
        case .inTheWay(let name, let place):
            "\(Wording.shown(name)) cannot be put back: \(Wording.shown(String(decoding: place))) is there already; "
                + "move it away"
        case .cannotMove(let name, let error): "\(Wording.shown(name)) cannot be moved: \(error)"
        }
    }
}
