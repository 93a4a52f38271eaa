// SPDX-License-Identifier: Apache-2.0

import Inotify
import NanoBanana
import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import Spending
@testable import SpoolTools

/// What `doctor` makes of the kernel, the settings and the service.
struct DoctorServiceTests {
    typealias Case = DoctorTests.Case

    private static func expect(_ item: Case) {
        #expect(item.diagnosis.level == item.level)
        #expect(item.diagnosis.finding == item.finding)
        #expect(item.diagnosis.advice == item.advice)
    }

    private static func use(
        watches: Int = 10, instances: Int = 1, folders: Int = 5, runs: Bool = true, isWhole: Bool = true
    ) -> InotifySymptom {
        InotifySymptom(
            InotifyUse(
                watchLimit: 100, instanceLimit: 10, watches: watches, instances: instances, isWhole: isWhole,
                folders: folders, daemonRuns: runs))
    }

    private static let raise = "raise fs.inotify.max_user_watches or max_user_instances in time"

    static let inotify: [Case] = [
        Case(use(), .ok, "10 of 100 watches and 1 of 10 instances are in use"),
        Case(use(isWhole: false), .ok, "at least 10 of 100 watches and 1 of 10 instances are in use"),
        Case(use(watches: 80), .ok, "80 of 100 watches and 1 of 10 instances are in use"),
        Case(use(watches: 81), .warn, "81 of 100 watches and 1 of 10 instances are in use", raise),
        Case(use(instances: 9), .warn, "10 of 100 watches and 9 of 10 instances are in use", raise),
        Case(
            use(instances: 8, runs: false), .warn,
            "10 of 100 watches and 8 of 10 instances are in use, the inbox needs 6 and 1", raise),
        Case(
            use(watches: 50, folders: 50, runs: false), .warn,
            "50 of 100 watches and 1 of 10 instances are in use, the inbox needs 51 and 1, too few for 50 folders "
                + "in the inbox",
            "raise fs.inotify.max_user_watches; until then, the other folders are checked only every rescan-interval"),
        Case(
            use(instances: 10, runs: false), .fail,
            "10 of 100 watches and 10 of 10 instances are in use, the inbox needs 6 and 1, none left for the daemon",
            "raise fs.inotify.max_user_instances"),
        Case(InotifySymptom(nil), .warn, "the limits cannot be read", "see /proc/sys/fs/inotify"),
    ]

    @Test(arguments: inotify)
    func `the limits of inotify are near before they are reached`(item: Case) { Self.expect(item) }

    static let events: [Case] = [
        Case(EventsSymptom.arrive(after: .microseconds(1_640)), .ok, "a file made in the inbox was seen after 1.6 ms"),
        Case(
            EventsSymptom.none(within: .seconds(2)), .warn,
            "a file made in the inbox was not seen within 2.0 s, so new files are found later",
            "if that is too slow, keep the spool on a disk of this machine"),
        Case(
            EventsSymptom.cannotWatch(.watchLimitReached("/s/inbox")), .fail,
            "cannot watch /s/inbox: the kernel has no inotify watches left; raise fs.inotify.max_user_watches"),
        Case(
            EventsSymptom.cannotTry("/s/inbox", .readOnlyFileSystem), .warn,
            "not tried, because no file can be made in /s/inbox: Read-only file system",
            "mount its disk writable again; the kernel makes it read-only after an error, see `dmesg`"),
        Case(
            EventsSymptom.cannotTry("/s/inbox", .noSpace), .warn,
            "not tried, because no file can be made in /s/inbox: No space left on device", "free space on its disk"),
        Case(
            EventsSymptom.cannotTry("/s/inbox", .permissionDenied), .warn,
            "not tried, because no file can be made in /s/inbox: Permission denied",
            "run `doctor` as a user who can drop files there"),
    ]

    @Test(arguments: events)
    func `events that do not arrive are no failure, since the inbox is looked at anyway`(item: Case) {
        Self.expect(item)
    }

    static let daemons: [Case] = [
        Case(DaemonSymptom.runs(pid: 7, as: "drop"), .ok, "process 7 works on the spool as drop"),
        Case(
            DaemonSymptom.heldUp(pid: 7, ["paused since x: key: no\nway", "held: 3 files: y"]), .warn,
            "process 7 works on the spool but waits: paused since x: key: noU+000Away; held: 3 files: y",
            "see `bananadrop status`; it continues by itself when that is over"),
        Case(
            DaemonSymptom.none(start: nil), .warn, "no daemon works on the spool",
            "start it with `bananadrop run`, or its service"),
        Case(
            DaemonSymptom.none(start: "systemctl start bananadrop"), .warn, "no daemon works on the spool",
            "start it with `systemctl start bananadrop`"),
    ]

    @Test(arguments: daemons)
    func `a daemon that waits says why`(item: Case) { Self.expect(item) }

    static let settings: [Case] = [
        Case(ConfigurationSymptom.reads(file: "/s/bananadrop.yaml"), .ok, "/s/bananadrop.yaml can be read"),
        Case(
            ConfigurationSymptom.reads(file: nil), .ok, "there is no file; options, environment and defaults apply"),
        Case(
            ConfigurationSymptom.mistake("no\tway"), .fail, "noU+0009way",
            "correct it; what depends on it was not checked"),
        Case(
            ConfigurationSymptom.hidden("not for you"), .warn, "not for you",
            "run `doctor` as root; what depends on it was not checked"),
        Case(
            ConfigurationSymptom.closed(file: "/etc/c.yaml", to: "drop"), .fail,
            "drop, the daemon's user, may not read /etc/c.yaml",
            "let that user's group read it: chgrp and chmod 640; it may hold a password"),
        Case(
            KeySymptom.notTried, .warn,
            "not tried: the daemon's user is not known, or the configuration is somebody else's, and root reads no key "
                + "for others", "run `doctor` as the daemon's user"),
        Case(
            KeySymptom.newer("/etc/key", restart: "systemctl restart x"), .warn,
            "the daemon still uses the key of its start, but /etc/key has another by now",
            "`systemctl restart x` takes it up, and loses nothing"),
        Case(
            KeySymptom.unreadable("/etc/key"), .warn, "the service gets it from /etc/key, which this user may not read",
            "run `doctor` as root to try the key at the API"),
        Case(
            KeySymptom.open("/etc/key"), .warn,
            "the service gets it from /etc/key, which everybody on this machine may read", "chmod 600 it"),
        Case(
            KeySymptom.waitsFor("/etc/key", start: "systemctl start x"), .fail,
            "the service waits for its key: /etc/key is not there",
            "put it there with `sudo install -m 600 /dev/stdin /etc/key`, then `systemctl start x`"),
        Case(KeySymptom.environment, .ok, "it comes from BANANADROP_API_KEY"),
        Case(KeySymptom.file("/etc/key"), .ok, "it comes from /etc/key"),
        Case(
            KeySymptom.hidden(pid: 7), .warn,
            "there is none here; this user cannot see whether the service manager gave one to process 7",
            "run `doctor` as root or as the daemon's user"),
        Case(
            KeySymptom.missing("there is none"), .fail, "there is none",
            "without a key the daemon does not start, unless its service gives it one (LoadCredential=)"),
    ]

    @Test(arguments: settings)
    func `mistakes in the settings are told in the loader's words`(item: Case) { Self.expect(item) }

    private static func prices(_ text: String, limit: String = "") throws -> PricesSymptom {
        var money = MoneySettings()
        money.prices = try PriceTable(text)
        money.limits = try DailyLimits(submits: "", money: limit, laneSubmits: "", laneMoney: "")
        return PricesSymptom(money, RequestRules())
    }

    @Test func `prices are missing for each model and size that a request may name`() throws {
        #expect(try Self.prices("") == .none)
        let all = "nano-banana-pro = 0.1, nano-banana-2 = 0.1, nano-banana = 0.1"
        #expect(try Self.prices(all) == .known(models: 3))
        let without = ["nano-banana-pro", "nano-banana-2"]
        #expect(try Self.prices("nano-banana = 0.1") == .missing(without, limitsMoney: false))
        let some = try Self.prices("nano-banana-pro 4K = 0.2", limit: "5")
        Self.expect(
            Case(
                some, .warn,
                "not known for nano-banana-pro without a size, nano-banana-pro 1K, nano-banana-pro 2K, "
                    + "nano-banana-2, nano-banana, so spending limits do not count them",
                "add them to the setting prices"))
        Self.expect(
            Case(
                PricesSymptom.none, .warn, "no prices are set, so the ledger has no amounts",
                "set prices to see costs"))
        Self.expect(Case(PricesSymptom.known(models: 2), .ok, "known for all 2 models that requests can name"))
    }

    private static func api(
        _ kind: ServiceTrouble.Kind?, key: Bool = true, url: String = "https://a.b"
    ) -> APISymptom {
        APISymptom(
            url: url, time: .milliseconds(120), trouble: kind.map { ServiceTrouble($0, "no\u{202E}") }, hasKey: key)
    }

    static let apis: [Case] = [
        Case(api(nil), .ok, "https://a.b answers within 120 ms and does not refuse the key"),
        Case(
            api(nil, key: false), .ok,
            "https://a.b answers within 120 ms; whether it accepts a key was not checked"),
        Case(
            api(.key, key: false), .ok,
            "https://a.b answers within 120 ms; whether it accepts a key was not checked"),
        Case(
            api(.key), .fail, "https://a.b refuses the key: noU+202E", "replace the key with the right one"),
        Case(
            api(.balance), .fail, "https://a.b says that there is no money left: noU+202E", "top up the account"),
        Case(api(.tooFast), .warn, "https://a.b is asked too often: noU+202E", "try again in a minute"),
        Case(api(.service), .fail, "https://a.b is in trouble: noU+202E", "the daemon waits until it is over"),
        Case(
            api(.unreachable), .fail, "https://a.b cannot be reached: noU+202E",
            "check api-url, the network and the firewall"),
        Case(
            api(nil, url: "http://a.b"), .warn, "http://a.b answers, but the key goes there unencrypted", "use https://"
        ),
        Case(
            api(nil, url: "http://127.0.0.1:80"), .ok,
            "http://127.0.0.1:80 answers within 120 ms and does not refuse the key"),
        Case(
            APISymptom.badAddress("ftp:"), .fail, "api-url cannot be \"ftp:\"",
            "it is an address that begins with https://"),
    ]

    @Test(arguments: apis)
    func `the API's trouble is told with what to do`(item: Case) { Self.expect(item) }

    private static let now = ClockSymptom.earliest
    private static let second = now.milliseconds / 1000
    private static let setIt = "set it right: `timedatectl set-ntp true`"

    static let clocks: [Case] = [
        Case(ClockSymptom(now: now, server: second, isKept: false), .ok, "it agrees with the API's clock"),
        Case(
            ClockSymptom(now: now, server: second + 30, isKept: nil), .ok,
            "it differs from the API's clock by 30 s, which may be network delay"),
        Case(
            ClockSymptom(now: now, server: second + 31, isKept: true), .warn, "it is 31 s behind the API's clock", setIt
        ),
        Case(
            ClockSymptom(now: now, server: second - 31, isKept: true), .warn, "it is 31 s ahead of the API's clock",
            setIt),
        Case(ClockSymptom(now: now, server: nil, isKept: true), .ok, "the kernel says that NTP keeps it right"),
        Case(
            ClockSymptom(now: now, server: nil, isKept: nil), .warn,
            "the kernel does not say that NTP keeps it right, and the API's clock is not known", "see `timedatectl`"),
        Case(
            ClockSymptom(now: Timestamp(milliseconds: 0), server: 0, isKept: true), .fail,
            "it shows 1970-01-01T00:00:00.000Z, which is too early", setIt),
    ]

    @Test(arguments: clocks)
    func `the clock is compared with the API's, or else with what the kernel says`(item: Case) { Self.expect(item) }

    private static func zone(_ variable: String?, link: String? = nil, offset: Int = 0) -> TimeZoneSymptom {
        TimeZoneSymptom(variable: variable, link: link, offset: offset) { $0 == "Europe/Berlin" }
    }

    static let zones: [Case] = [
        Case(
            zone(nil, link: "/usr/share/zoneinfo/Asia/Kolkata", offset: 19_800), .ok,
            "daily limits follow Asia/Kolkata, UTC+5:30"),
        Case(zone(nil), .ok, "daily limits follow UTC"),
        Case(zone(nil, link: "/elsewhere", offset: -3600), .ok, "daily limits follow UTC-1"),
        Case(zone(":Europe/Berlin", offset: 3600), .ok, "daily limits follow Europe/Berlin, UTC+1"),
        Case(zone("CET-1CEST", offset: 3600), .ok, "daily limits follow CET-1CEST, UTC+1"),
        Case(zone("", link: "/usr/share/zoneinfo/Asia/Kolkata"), .ok, "daily limits follow UTC"),
        Case(
            zone("Europe/Berlni"), .warn,
            "there is no time zone \"Europe/Berlni\", so daily limits follow UTC",
            "correct TZ, as in TZ=Europe/Berlin"),
    ]

    @Test(arguments: zones)
    func `a time zone that is none is UTC in silence, so it is said`(item: Case) { Self.expect(item) }

    @Test func `what proc says of an inotify descriptor is counted`() {
        let info = "pos:\t0\nflags:\t02004000\ninotify wd:2 ino:1f sdev:fd00000 mask:3c8\ninotify wd:1 ino:2 sdev:a\n"
        #expect(InotifyUse.watches(fdinfo: Array(info.utf8)) == 2)
        #expect(InotifyUse.watches(fdinfo: []) == 0)
        #expect(InotifyUse.limit(Array("192536\n".utf8)) == 192_536)
        #expect(InotifyUse.limit(Array("many\n".utf8)) == nil)
    }

    @Test func `a line has a mark, what was looked at, what was found, and what to do`() {
        let warn = Diagnosis(DaemonSymptom.none(start: nil))
        #expect(
            warn.line(colour: false)
                == "warn  daemon         no daemon works on the spool; start it with `bananadrop run`, or its service")
        let good = Diagnosis(FileSystemSymptom.local(.init(point: "/", type: "ext4")))
        #expect(good.line(colour: true) == "\u{1B}[32mok  \u{1B}[0m  file system    ext4, mounted at /")
    }

    @Test func `programs read the same`() throws {
        let page = Diagnosis.page([Diagnosis(KeySymptom.environment), Diagnosis(DaemonSymptom.none(start: nil))])
        let root = try JSONDocumentParser.parse(page)
        #expect(root["version"]?.integer == 1)
        #expect(root["level"]?.text == "warn")
        let checks = try #require(root["checks"]?.list)
        #expect(checks.map { $0["subject"]?.text } == ["key", "daemon"])
        #expect(checks.map { $0["advice"]?.text } == [nil, "start it with `bananadrop run`, or its service"])
        #expect(Diagnosis.page([Diagnosis(SpoolSymptom.notNamed)]).count > 0)
    }
}
