// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// Whether the clock is right.
enum ClockSymptom: Symptom {
    /// The server's clock shows the same, but for so many seconds.
    case agrees(seconds: Int64)
    /// The kernel says that it is kept; no server was there to compare with.
    case kept
    /// It differs from the server's by so many seconds; more than zero: it is ahead.
    case differs(seconds: Int64)
    /// It shows a time at which this program was not written yet.
    case tooEarly(Timestamp)
    /// Nobody keeps it, or nobody tells.
    case notKept

    static var subject: Diagnosis.Subject { .clock }

    /// A network, and a header of whole seconds, make up for a few of them.
    static let tolerance: Int64 = 30
    /// 2026-01-01.
    static let earliest = Timestamp(milliseconds: 1_767_225_600_000)

    var level: Diagnosis.Level {
        switch self {
        case .agrees, .kept: .ok
        case .differs, .notKept: .warn
        // No certificate is valid then, so the API cannot be reached.
        case .tooEarly: .fail
        }
    }

    /// - Parameters:
    ///   - now: what the clock shows.
    ///   - server: what the API's shows, in seconds since 1970; `nil` where it does not say.
    ///   - isKept: what the kernel says; `nil` where it cannot be asked.
    init(now: Timestamp, server: Int64?, isKept: Bool?) {
        if now < Self.earliest {
            self = .tooEarly(now)
        } else if let server {
            let seconds = now.milliseconds / 1000 - server
            self = abs(seconds) <= Self.tolerance ? .agrees(seconds: seconds) : .differs(seconds: seconds)
        } else {
            self = isKept == true ? .kept : .notKept
        }
    }
}

/// Which days the limits count.
enum TimeZoneSymptom: Symptom {
    /// The zone, as far as it has a name, so many seconds east of UTC now.
    case local(name: String?, offset: Int)
    /// There is no zone of the name in `TZ`, so UTC holds (`tzset(3)`).
    case unknown(String)

    static var subject: Diagnosis.Subject { .timeZone }

    var level: Diagnosis.Level {
        switch self {
        case .local: .ok
        case .unknown: .warn
        }
    }

    /// - Parameters:
    ///   - variable: `TZ`; `nil` where it is not set.
    ///   - link: where `/etc/localtime` leads; `nil` where it is no link.
    ///   - offset: seconds east of UTC, now.
    ///   - isThere: whether there is a zone of that name.
    init(variable: String?, link: String?, offset: Int, isThere: (String) -> Bool) {
        guard let variable else {
            let start = link?.firstRange(of: "zoneinfo/")?.upperBound
            self = .local(name: start.flatMap { link?[$0...] }.map(String.init), offset: offset)
            return
        }
        let name = variable.hasPrefix(":") ? String(variable.dropFirst()) : variable
        // `CET-1CEST` is a rule, not a name: it always has a digit.
        let isRule = name.contains(where: \.isNumber) && !name.contains("/")
        self =
            name.isEmpty || isRule || isThere(name)
            ? .local(name: name.isEmpty ? nil : name, offset: offset)
            : .unknown(name)
    }
}
