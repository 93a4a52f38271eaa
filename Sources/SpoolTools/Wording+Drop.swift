// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Requests
internal import Spool
internal import SystemPackage

/// The sentences about files that cannot be dropped.
extension DropError: CustomStringConvertible {
    /// What is in the way, and what to do.
    package var description: String {
        switch self {
        case .noLane(let text):
            "\(Wording.quoted(text)) is not a lane: a lane is a folder below the inbox, such as acme or acme/spring"
        case .ignored(let name):
            "\(Wording.quoted(name.string)) is a name that the daemon ignores; choose another one"
        case .notARequestName(let file):
            "\(Wording.path(file)): " + Wording.sentence(.notARequestName)
        case .nearlyDefaults(let file):
            "\(Wording.path(file)): " + Wording.nearlyDefaults
        case .noInbox(let inbox):
            "\(Wording.path(inbox)) is not there; make the spool with `bananadrop init`, or mount its disk"
        case .notAFolder(let folder): "\(Wording.path(folder)) is not a folder; choose another lane"
        case .taken(let target):
            "\(Wording.path(target)) is already there and has not been taken yet; wait until it is taken, or rename "
                + "the file"
        case .wrongText(let file, let findings):
            "\(Wording.path(file)): " + findings.all.map(Wording.located).joined(separator: "; ")
        case .cannotRead(let file, .invalidArgument): "\(Wording.path(file)) is not a regular file"
        case .cannotRead(let file, let error): "\(Wording.path(file)) cannot be read: \(error)"
        case .cannotDrop(let target, .notSupported):
            "\(Wording.path(target)) cannot be marked to be paid for once more, because its file system keeps no "
                + "marks; write `again: true` into the request"
        case .cannotDrop(let target, let error):
            "\(Wording.path(target)) cannot be written: \(error); let this user write there"
        }
    }
}

/// The sentences about results of which there is no other round.
extension AnotherRoundError: CustomStringConvertible {
    /// What is in the way, and what to do.
    package var description: String {
        switch self {
        case .missing(let name):
            "\(Wording.shown(name)) is neither in done/ nor in failed/; list the names with `ls done failed`"
        case .neverRead(let name):
            "\(Wording.shown(name)) was never read as a request, so there is nothing to do again; correct its request "
                + "file and drop it"
        case .defaultsDiffer(let name):
            "\(Wording.shown(name)) would be another request by now, because the `_defaults.yaml` of its folder supplies what "
                + "it had left out; write a request file that says all that you want"
        case .isNoBatch(let name): "\(Wording.shown(name)) is no batch, so it has no parts; leave --part out"
        case .whichParts(let name):
            "\(Wording.shown(name)) is a batch, whose parts have prompts of their own; say with --part which of them "
                + "gets the new one"
        case .noPart(let name, let number, let count):
            "\(Wording.shown(name)) has no part \(number): its \(Wording.count(count, "part")) are numbered from 1"
        case .isPicture(let name):
            "\(Wording.shown(name)) was a picture alone; drop the picture into a folder `again` in its lane"
        case .isFolder(let name):
            "\(Wording.shown(name)) was a folder of pictures; drop the folder into a folder `again` in its lane"
        case .pictureName(let name):
            "\(Wording.shown(name)) has a picture whose name is no text in UTF-8; rename the picture and write a new "
                + "request"
        case .unreadable(let name, let error): "\(Wording.shown(name)) cannot be read: \(error)"
        }
    }
}
