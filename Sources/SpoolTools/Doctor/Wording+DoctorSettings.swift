// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Jobs
internal import NanoBanana
internal import Spool
internal import SystemPackage

/// The sentences of `doctor` about the settings and the service: what was found, and what to do.
extension ConfigurationSymptom {
    var words: Wording.Words {
        switch self {
        case .reads(let file?): .init("\(Wording.line(file)) reads")
        case .reads(nil): .init("there is no file; options, environment and defaults hold")
        case .mistake(let message):
            .init(Wording.line(message), advice: "put it right; what depends on it was not looked at")
        case .hidden(let message):
            .init(Wording.line(message), advice: "run `doctor` as root; what depends on it was not looked at")
        case .closed(let file, let user):
            .init("\(user), as whom the daemon runs, may not read \(Wording.line(file))", advice: "chmod a+r it")
        }
    }
}

extension KeySymptom {
    var words: Wording.Words {
        switch self {
        case .environment: .init("it comes from BANANADROP_API_KEY")
        case .file(let file): .init("it comes from \(Wording.path(file))")
        case .newer(let file, let restart):
            .init(
                "the daemon works with the key of its start, and \(Wording.path(file)) has another by now",
                advice: "`\(restart)` takes it up, and loses nothing")
        case .unreadable(let file):
            .init(
                "the service gets it from \(Wording.path(file)), which this user may not read",
                advice: "run `doctor` as root to have the API asked with it")
        case .open(let file):
            .init(
                "the service gets it from \(Wording.path(file)), which everybody on this machine may read",
                advice: "chmod 600 it")
        case .waitsFor(let file, let start):
            .init(
                "the service waits for its key: \(Wording.path(file)) is not there",
                advice: "put it there with `sudo install -m 600 /dev/stdin \(Wording.path(file))`, then `\(start)`")
        case .hidden(let pid):
            .init(
                "there is none here; whether the service manager has passed one on to process \(pid) cannot be seen",
                advice: "run `doctor` as root or as the daemon's user")
        case .missing(let message):
            .init(
                Wording.line(message),
                advice: "without it the daemon does not start, unless its service passes one on (LoadCredential=)")
        }
    }
}

extension APISymptom {
    var words: Wording.Words {
        switch self {
        case .answers(let url, let time):
            .init("\(Wording.line(url)) answers within \(Wording.time(time)) and does not refuse the key")
        case .answersWithoutKey(let url, let time):
            .init("\(Wording.line(url)) answers within \(Wording.time(time)); whether it takes a key was not asked")
        case .inTheClear(let url):
            .init("\(Wording.line(url)) answers, but the key goes there unencrypted", advice: "use https://")
        case .trouble(let url, let trouble): Self.words(Wording.line(url), trouble)
        case .badAddress(let url):
            .init(
                "api-url cannot be \(Wording.quoted(Redaction.links(url)))",
                advice: "it is an address that begins with https://")
        }
    }

    private static func words(_ url: String, _ trouble: ServiceTrouble) -> Wording.Words {
        let message = Wording.line(trouble.message)
        switch trouble.kind {
        case .key: return .init("\(url) refuses the key: \(message)", advice: "put the right key where it comes from")
        case .blocked:
            return .init(
                "something before \(url) refuses, such as a firewall: \(message)",
                advice: "ask whoever keeps the network, or the provider, to let this machine through")
        case .balance: return .init("\(url) says that there is no money left: \(message)", advice: "top up the account")
        case .tooFast: return .init("\(url) is asked too often: \(message)", advice: "ask again in a minute")
        case .service, .unreadable, .pictures:
            return .init("\(url) is in trouble: \(message)", advice: "the daemon waits until it is over")
        case .unreachable:
            return .init("\(url) cannot be reached: \(message)", advice: "check api-url, the network and the firewall")
        }
    }
}

extension ClockSymptom {
    var words: Wording.Words {
        switch self {
        case .agrees(0): .init("it shows what the API's clock shows")
        case .agrees(let seconds):
            .init("it differs from the API's clock by \(abs(seconds)) s, which may be the network")
        case .kept: .init("the kernel says that it is kept by NTP")
        case .differs(let seconds):
            .init(
                "it is \(abs(seconds)) s \(seconds > 0 ? "ahead of" : "behind") the API's clock",
                advice: "set it right: `timedatectl set-ntp true`")
        case .tooEarly(let time):
            .init("it shows \(time), which is past", advice: "set it right: `timedatectl set-ntp true`")
        case .notKept:
            .init(
                "the kernel does not say that it is kept by NTP, and the API's clock is not known",
                advice: "see `timedatectl`")
        }
    }
}

extension TimeZoneSymptom {
    var words: Wording.Words {
        switch self {
        case .local(let name, let offset):
            .init("the limits count days of \(name.map { Wording.line($0) + ", " } ?? "")\(Self.text(offset))")
        case .unknown(let name):
            .init(
                "there is no time zone \(Wording.quoted(name)), so the limits count days of UTC",
                advice: "correct TZ, as in TZ=Europe/Berlin")
        }
    }

    /// `UTC+5:30`.
    private static func text(_ offset: Int) -> String {
        let minutes = abs(offset) / 60
        let rest = minutes % 60
        let part = rest == 0 ? "" : (rest < 10 ? ":0" : ":") + "\(rest)"
        return offset == 0 ? "UTC" : "UTC\(offset < 0 ? "-" : "+")\(minutes / 60)\(part)"
    }
}

extension PricesSymptom {
    var words: Wording.Words {
        switch self {
        case .known(let models): .init("known for all \(models) models that requests may name")
        case .missing(let names, let limitsMoney):
            .init(
                "not known for \(names.map(Wording.line).joined(separator: ", "))"
                    + (limitsMoney ? ", which no limit of money counts" : ", which the ledger leaves blank"),
                advice: "add them to the setting prices")
        case .none: .init("none is known, so the ledger has no amounts", advice: "set prices, if you want to see costs")
        }
    }
}

extension LimitsSymptom {
    var words: Wording.Words {
        if idle.isEmpty { return .init("there is a folder for each of the lanes that have limits: \(lanes)") }
        return .init(
            idle.map(Wording.sentence).joined(separator: "; "),
            advice: "correct lane-daily-submits and lane-daily-money, or make the folder; names go by case")
    }
}
