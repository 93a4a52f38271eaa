// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Jobs
internal import NanoBanana

/// The sentences about fetching that stands still.
extension Wording {
    /// Why no more is paid for; `nil` where pictures come.
    static func trouble(_ pauses: [FetchBreaker.Pause], _ ceiling: FetchCeiling) -> String? {
        if let pause = pauses.first {
            let host = pause.host ?? "the API itself"
            let others = pauses.count > 1 ? ", nor from \(count(pauses.count - 1, "other host"))" : ""
            return
                "no pictures arrive from \(host)\(others): \(sentence(pause.problem)). Nothing more is sent until one "
                + "does. Jobs that are paid for wait; one picture at a time is tried again, which costs nothing. "
                + remedy(pause.problem, host)
        }
        if ceiling.isReached {
            return "too many jobs wait for their pictures (four times max-in-flight); nothing more is sent until "
                + "some pictures arrive"
        }
        return nil
    }

    /// What whoever runs the daemon can do.
    private static func remedy(_ problem: PictureProblem, _ host: String) -> String {
        switch problem {
        case .forbiddenAddress(_, nil), .badLink, .badInline, .answerLost, .takesEncryptionOff, .tooManyRedirects:
            "Ask the provider what is wrong with its pictures"
        case .forbiddenAddress:
            "Change this network's name service or proxy so that \(host) leads to the Internet"
        case .tooLarge: "Raise picture-limit and reload the settings"
        case .gone(let status) where [401, 403, 407, 451].contains(status):
            "Check whether a firewall blocks \(host), or whether that host blocks this network; otherwise ask the "
                + "provider"
        case .gone: "Ask the provider why its links do not work"
        case .notAPicture, .truncated, .other:
            "Check whether this machine can reach \(host): name service, proxy, firewall"
        }
    }
}
