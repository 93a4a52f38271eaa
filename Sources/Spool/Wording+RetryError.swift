// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import SystemPackage

/// The sentences about failed jobs that cannot be put back.
extension RetryError: CustomStringConvertible {
    /// What is in the way, and what to do.
    package var description: String {
        switch self {
        case .missing(let name): "\(Wording.shown(name)) is not in failed/; list the names with `ls failed`"
        case .notAJob(let name):
            "\(Wording.shown(name)) has no journal, so it is not a job; drop its request file instead"
        case .damaged(let name):
            "\(Wording.shown(name)) has a damaged journal; look for a task id in it, then drop only the request "
                + "file, which may cost again"
        case .mayBeChargedTwice(let name):
            "\(Wording.shown(name)) may have been charged already; check your account with the provider, and add "
                + "--accept-second-charge to send it again anyway"
        case .isNewSubmit(let name):
            "\(Wording.shown(name)) was changed after it was charged, so sending it is a new charge; add "
                + "--accept-charge to send it, or undo the change to continue with what was paid for"
        case .inTheWay(let name, let place):
            "\(Wording.shown(name)) cannot be put back: \(Wording.shown(String(decoding: place))) is there already; "
                + "move it away"
        case .cannotMove(let name, let error): "\(Wording.shown(name)) cannot be moved: \(error)"
        case .isNoBatch(let name): "\(Wording.shown(name)) is no batch, so it has no parts; leave out --part"
        case .noPart(let name, let number):
            "\(Wording.shown(name)) has no part \(number) in its folder; its batch.csv has the numbers"
        case .hasNotFailed(let name):
            "\(Wording.shown(name)) has not failed; to pay for it once more, say `again` instead of `retry`"
        case .isNotBegun(let name):
            "\(Wording.shown(name)) was not begun before its batch was cancelled; leave out --part: the whole batch goes "
                + "on then, and what is done of it is not paid for again"
        case .noPrompt: "--prompt is empty; leave it out to send the same prompt"
        case .cannotChange(let name):
            "the request file of \(Wording.shown(name)) is no JSON that a prompt can be written into; correct it by "
                + "hand, and leave out --prompt"
        }
    }
}
