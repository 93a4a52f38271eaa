// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Jobs
internal import Requests
internal import Sharing

extension Wording {
    static let pauseIsOver = "somebody's PAUSE was taken away, or its time is over"
}

extension NotifySettingsError: CustomStringConvertible {
    /// What is wrong, why, and what to do.
    package var description: String {
        switch self {
        case .notWords(let problem): "notify-command cannot be read: \(Wording.sentence(problem))"
        case .noProgram: "notify-command must begin with the name of a program"
        case .badURL: "notify-url must be an address that begins with https:// or http://, without #"
        case .noEvent(let word):
            "notify-events cannot hold \(Wording.quoted(word)); it is all, none, or some of "
                + Notification.Event.chosen.map(\.rawValue).joined(separator: ", ")
        }
    }
}
