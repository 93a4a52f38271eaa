// SPDX-License-Identifier: Apache-2.0

internal import Jobs

/// Whether the API can be reached and takes the key.
enum APISymptom: Symptom {
    /// It answers, and does not refuse the key.
    case answers(url: String, Duration)
    /// It answers. There is no key that it might refuse.
    case answersWithoutKey(url: String, Duration)
    /// It answers, and the key goes there unencrypted.
    case inTheClear(url: String)
    /// What stands in the way.
    case trouble(url: String, ServiceTrouble)
    /// The address is none.
    case badAddress(String)

    static var subject: Diagnosis.Subject { .api }

    var level: Diagnosis.Level {
        switch self {
        case .answers, .answersWithoutKey: return .ok
        case .inTheClear: return .warn
        case .trouble(_, let trouble):
            switch trouble.kind {
            case .tooFast: return .warn
            case .key, .blocked, .balance, .service, .unreachable, .unreadable, .pictures: return .fail
            }
        case .badAddress: return .fail
        }
    }

    /// - Parameters:
    ///   - url: where the API stands.
    ///   - time: how long its answer took.
    ///   - trouble: what the answer speaks of; `nil` where all is well.
    ///   - hasKey: whether a key was sent.
    init(url: String, time: Duration, trouble: ServiceTrouble?, hasKey: Bool) {
        if let trouble {
            // Without a key, a refusal of it is the best answer that there can be.
            let isGood = trouble.kind == .key && !hasKey
            self = isGood ? .answersWithoutKey(url: url, time) : .trouble(url: url, trouble)
        } else if Self.isInTheClear(url) {
            self = .inTheClear(url: url)
        } else {
            self = hasKey ? .answers(url: url, time) : .answersWithoutKey(url: url, time)
        }
    }

    /// `http` to another machine.
    private static func isInTheClear(_ url: String) -> Bool {
        let lower = url.lowercased()
        guard lower.hasPrefix("http://") else { return false }
        let host = lower.dropFirst("http://".count)
        return !["localhost", "127.", "[::1]"].contains { host.hasPrefix($0) }
    }
}
