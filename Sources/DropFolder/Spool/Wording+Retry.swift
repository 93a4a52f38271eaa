// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

/// The sentences about failed jobs that are put back.
extension Wording {
    static func sentence(_ way: WayToGoOn) -> String {
        switch way {
        case .goOn: "put back; goes on with what was paid for, nothing is paid again for it"
        case .goOnAndSubmit(let more):
            "put back; goes on with what was paid for, and sends \(more) submit\(more == 1 ? "" : "s") more, "
                + "which will be paid"
        case .beginAnew: "put back; begins anew, nothing of it was charged"
        case .submitAgain: "put back; is sent again, which may be a second charge"
        }
    }

    /// What the log says of a job that was put back, and is taken up again.
    static func putBack(_ job: Job) -> String {
        if !job.isUnread { return "Put back by somebody: goes on where it stopped" }
        return job.charge == .no
            ? "Put back by somebody: begins anew, nothing was paid"
            : "Put back by somebody: is sent again, though an earlier submit may have been charged"
    }
}

extension RetryError: CustomStringConvertible {
    /// What is in the way, and what to do.
    public var description: String {
        switch self {
        case .missing(let name): "\(Wording.shown(name)) is not in failed/; see the names with `ls failed`"
        case .notAJob(let name): "\(Wording.shown(name)) has no journal, so it is no job; drop its request file instead"
        case .damaged(let name):
            "\(Wording.shown(name)) has a damaged journal; look for a task id in it, then drop the request file alone, "
                + "which may cost again"
        case .mayBeChargedTwice(let name):
            "\(Wording.shown(name)) may have been charged already; see your account with the provider, and give "
                + "--accept-second-charge to send it again all the same"
        case .inTheWay(let name, let place):
            "\(Wording.shown(name)) cannot be put back: \(Wording.shown(String(decoding: place))) is there already; "
                + "move it away"
        case .cannotMove(let name, let error): "\(Wording.shown(name)) cannot be moved: \(error)"
        }
    }
}
