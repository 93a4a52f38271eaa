// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana
internal import Requests
internal import Spending
internal import Spool
package import SystemPackage

/// The configuration.
package enum ConfigurationSymptom: Symptom {
    /// It reads; its file, or `nil` where there is none.
    case reads(file: String?)
    /// Why it does not, in the words of the loader.
    case mistake(String)
    /// This user may not read it, in the words of the loader: others may.
    case hidden(String)
    /// This user may not read it, as whom the daemon runs.
    case closed(file: String, to: String)

    static var subject: Diagnosis.Subject { .configuration }

    var level: Diagnosis.Level {
        switch self {
        case .reads: .ok
        case .hidden: .warn
        case .mistake, .closed: .fail
        }
    }
}

/// Where the key comes from. The key itself is never shown.
package enum KeySymptom: Symptom {
    /// From the environment.
    case environment
    /// From a file that its owner, or its group, reads: another is refused.
    case file(FilePath)
    /// The daemon works with that of its start, and this file has another by now, which this command takes up.
    case newer(FilePath, restart: String)
    /// The service will get it from this file, which this user may not read.
    case unreadable(FilePath)
    /// The service will get it from this file, which everybody may read.
    case open(FilePath)
    /// The service would get it from this file, which is not there; the command that starts it.
    case waitsFor(FilePath, start: String)
    /// There is none here, and what the daemon's service manager may have passed on to that process is not for this user
    /// to see.
    case hidden(pid: Int)
    /// Root was asked, and would have to read it with its own rights for somebody else.
    case notTried
    /// Why there is none, in the words of the loader.
    case missing(String)

    static var subject: Diagnosis.Subject { .key }

    var level: Diagnosis.Level {
        switch self {
        case .environment, .file: .ok
        case .newer, .unreadable, .open, .hidden, .notTried: .warn
        case .waitsFor, .missing: .fail
        }
    }
}

/// Whether notifications are taken.
package enum NotificationsSymptom: Equatable, Sendable {
    case taken
    /// Why.
    case notTaken(String)
    /// Root asks, and does nothing for others.
    case notTried
    /// Lanes may choose what is told, and nobody is.
    case toNobody

    /// Of the way that a setting names.
    func of(_ setting: String) -> Way { Way(setting: setting, found: self) }

    struct Way: Symptom {
        static var subject: Diagnosis.Subject { .notifications }
        var setting: String
        var found: NotificationsSymptom

        var level: Diagnosis.Level {
            switch found {
            case .taken: .ok
            case .notTaken, .notTried, .toNobody: .warn
            }
        }
    }
}

/// What one submit costs.
enum PricesSymptom: Symptom {
    /// Known for every model and size that a request may name.
    case known(models: Int)
    /// Not known for these.
    case missing([String], limitsMoney: Bool)
    /// None is known.
    case none

    static var subject: Diagnosis.Subject { .prices }

    var level: Diagnosis.Level {
        switch self {
        case .known: .ok
        case .missing, .none: .warn
        }
    }

    init(_ money: MoneySettings, _ rules: RequestRules) {
        let missing = money.prices.missing(among: rules.models)
        if money.prices.isEmpty {
            self = .none
        } else if missing.isEmpty {
            self = .known(models: rules.models.count)
        } else {
            self = .missing(missing, limitsMoney: money.limits.limitsMoney)
        }
    }
}

/// Whether the limits for lanes hold anybody.
struct LimitsSymptom: Symptom {
    let lanes: Int
    /// Those whose lane is not there.
    let idle: [IdleLimit]

    static var subject: Diagnosis.Subject { .limits }

    var level: Diagnosis.Level { idle.isEmpty ? .ok : .warn }
}
