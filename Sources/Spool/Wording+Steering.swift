// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import SystemPackage

/// The sentences about words that cannot be put, or taken away.
extension SteeringError: CustomStringConvertible {
    /// What is in the way, and what to do.
    package var description: String {
        switch self {
        case .noLane(let lane): "\(Wording.quoted(lane)) is not a lane: there is no such folder in the inbox"
        case .noJob(let name, let others):
            "there is no job \(Wording.shown(name)), whether waiting or under way" + Self.hint(others)
        case .isPart(let name, let batch):
            "\(Wording.shown(name)) is a part of a batch and goes with it, so nothing was done; name the batch instead: "
                + Wording.shown(batch)
        case .isOver(let name): "\(Wording.shown(name)) has come to its end already, so it is too late for that"
        case .inTheWay(let path):
            "\(Wording.path(path)) is in the way: it is no empty file, so it is left alone; move it away, and try again"
        case .pausesAsLane(let folder):
            "\(Wording.path(folder)) pauses and has something in it; move that away, and remove the folder"
        case .cannotWrite(let path, let error):
            "\(Wording.path(path)) cannot be written: \(error); let this user write there"
        case .cannotTakeAway(let folder, let error):
            "what pauses cannot be taken out of \(Wording.path(folder)): \(error); let this user write there"
        case .cannotLook(let folder, let error): "\(Wording.path(folder)) cannot be read as a spool: \(error)"
        }
    }

    private static func hint(_ others: [String]) -> String {
        others.isEmpty ? "" : "; did you mean \(others.map(Wording.shown).joined(separator: " or "))?"
    }
}
