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
            let others = pauses.count > 1 ? ", nor from \(pauses.count - 1) other hosts" : ""
            return
                "no picture comes from \(host)\(others): \(sentence(pause.problem)). Nothing more is paid for before "
                + "one does; what is paid for waits, and one picture at a time is tried again, which costs nothing. "
                + remedy(pause.problem, host)
        }
        if ceiling.isReached {
            return "four times as many jobs wait for their pictures as may be under way (max-in-flight); nothing more "
                + "is paid for until some have come"
        }
        return nil
    }

    /// What whoever runs the daemon can do.
    private static func remedy(_ problem: PictureProblem, _ host: String) -> String {
        switch problem {
        case .forbiddenAddress(_, nil), .badLink, .badInline, .answerLost, .takesEncryptionOff, .tooManyRedirects:
            "Ask the provider what is wrong with its pictures"
        case .forbiddenAddress:
            "Have the name service or the proxy of this network let \(host) lead to the Internet"
        case .tooLarge: "Raise picture-limit and reload the settings"
        case .gone(let status) where [401, 403, 407, 451].contains(status):
            "See whether a firewall keeps this machine from \(host), or the host this network; else ask the provider"
        case .gone: "Ask the provider why its links do not work"
        case .notAPicture, .truncated, .other:
            "See whether this machine reaches \(host): its name service, its proxy, a firewall"
        }
    }
}
