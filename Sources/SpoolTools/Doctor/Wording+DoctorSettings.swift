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
        case .reads(let file?): .init("\(Wording.line(file)) can be read")
        case .reads(nil): .init("there is no file; options, environment and defaults apply")
        case .mistake(let message):
            .init(Wording.line(message), advice: "correct it; what depends on it was not checked")
        case .hidden(let message):
            .init(Wording.line(message), advice: "run `doctor` as root; what depends on it was not checked")
        case .closed(let file, let user):
            .init(
                "\(user), the daemon's user, may not read \(Wording.line(file))",
                advice: "let that user's group read it: chgrp and chmod 640; it may hold a password")
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
                "the daemon still uses the key of its start, but \(Wording.path(file)) has another by now",
                advice: "`\(restart)` takes it up, and loses nothing")
        case .unreadable(let file):
            .init(
                "the service gets it from \(Wording.path(file)), which this user may not read",
                advice: "run `doctor` as root to try the key at the API")
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
                "there is none here; this user cannot see whether the service manager gave one to process \(pid)",
                advice: "run `doctor` as root or as the daemon's user")
        case .notTried:
            .init(
                "not tried: the daemon's user is not known, or the configuration is somebody else's, and root reads no "
                    + "key for others",
                advice: "run `doctor` as the daemon's user")
        case .missing(let message):
            .init(
                Wording.line(message),
                advice: "without a key the daemon does not start, unless its service gives it one (LoadCredential=)")
        }
    }
}

extension APISymptom {
    var words: Wording.Words {
        switch self {
        case .answers(let url, let time):
            .init("\(Wording.line(url)) answers within \(Wording.time(time)) and does not refuse the key")
        case .answersWithoutKey(let url, let time):
            .init(
                "\(Wording.line(url)) answers within \(Wording.time(time)); whether it accepts a key was not checked")
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
        case .key: return .init("\(url) refuses the key: \(message)", advice: "replace the key with the right one")
        case .blocked:
            return .init(
                "something in front of \(url), such as a firewall, refuses: \(message)",
                advice: "ask the network's administrator or the provider to let this machine through")
        case .balance: return .init("\(url) says that there is no money left: \(message)", advice: "top up the account")
        case .tooFast: return .init("\(url) is asked too often: \(message)", advice: "try again in a minute")
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
        case .agrees(0): .init("it agrees with the API's clock")
        case .agrees(let seconds):
            .init("it differs from the API's clock by \(abs(seconds)) s, which may be network delay")
        case .kept: .init("the kernel says that NTP keeps it right")
        case .differs(let seconds):
            .init(
                "it is \(abs(seconds)) s \(seconds > 0 ? "ahead of" : "behind") the API's clock",
                advice: "set it right: `timedatectl set-ntp true`")
        case .tooEarly(let time):
            .init("it shows \(time), which is too early", advice: "set it right: `timedatectl set-ntp true`")
        case .notKept:
            .init(
                "the kernel does not say that NTP keeps it right, and the API's clock is not known",
                advice: "see `timedatectl`")
        }
    }
}

extension TimeZoneSymptom {
    var words: Wording.Words {
        switch self {
        case .local(let name, let offset):
            .init("daily limits follow \(name.map { Wording.line($0) + ", " } ?? "")\(Self.text(offset))")
        case .unknown(let name):
            .init(
                "there is no time zone \(Wording.quoted(name)), so daily limits follow UTC",
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

extension NotificationsSymptom.Way {
    var words: Wording.Words {
        switch found {
        case .taken: .init("\(setting) took a test")
        case .notTaken(let why):
            .init(
                "a test was not taken: \(Wording.line(why))",
                advice: "until that is mended, notifications are kept and tried again")
        case .notTried:
            .init(
                "\(setting) was not tried: root does nothing that somebody else's settings say",
                advice: "run `doctor` as the daemon's user")
        case .toNobody:
            .init(
                "\(setting) lets lanes choose what is told, but nobody is told",
                advice: "set notify-command or notify-url")
        }
    }
}

extension PublishingSymptom {
    /// More follows it.
    private func withoutStop(_ sentence: String) -> String {
        Wording.line(sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence)
    }

    var words: Wording.Words {
        switch self {
        case .published(let setting): .init("\(setting) published a trial picture")
        case .notPublished(let why):
            .init(
                "a trial picture could not be published: \(withoutStop(why))",
                advice: "until that is mended, requests with pictures of their own wait")
        case .fetched(let host): .init("it was fetched from \(Wording.line(host)), byte for byte")
        case .another(let host):
            .init(
                "\(Wording.line(host)) gives something else than the trial picture",
                advice: "correct publish-base-url, or the link that publish-command prints, to lead to the picture")
        case .refused(let host, let why):
            .init(
                "it cannot be fetched from \(Wording.line(host)): \(withoutStop(why))",
                advice: "correct publish-base-url, or the link that publish-command prints: the API fares no better")
        case .notFetched(let host, let why):
            .init(
                "it was not fetched from \(Wording.line(host)): \(withoutStop(why))",
                advice: "nothing is wrong if only this machine cannot reach it: look from outside, since the API must")
        case .removed: .init("it was taken away again")
        case .stillThere(let host):
            .init(
                "it was taken away, but \(Wording.line(host)) still gives it",
                advice: "if a cache keeps it, let the cache keep it for less long")
        case .notRemoved(let name, let why):
            .init(
                "it could not be taken away again: \(withoutStop(why))",
                advice: "pictures of requests would stay as well; remove \(name) by hand")
        case .kept(let name):
            .init("it stays published, since publish-keep is true", advice: "remove \(name) by hand")
        case .notTried:
            .init(
                "publishing was not tried: root does nothing that somebody else's settings say",
                advice: "run `doctor` as the daemon's user")
        }
    }
}

extension PricesSymptom {
    var words: Wording.Words {
        switch self {
        case .known(let models): .init("known for all \(models) models that requests can name")
        case .missing(let names, let limitsMoney):
            .init(
                "not known for \(names.map(Wording.line).joined(separator: ", "))"
                    + (limitsMoney
                        ? ", so spending limits do not count them" : ", so the ledger has no amounts for them"),
                advice: "add them to the setting prices")
        case .none: .init("no prices are set, so the ledger has no amounts", advice: "set prices to see costs")
        }
    }
}

extension LimitsSymptom {
    var words: Wording.Words {
        if idle.isEmpty { return .init("each lane with a limit has a folder: \(lanes)") }
        return .init(
            idle.map(Wording.sentence).joined(separator: "; "),
            advice: "correct lane-daily-submits and lane-daily-money, or make the folder; capitals matter")
    }
}
