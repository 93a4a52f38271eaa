// SPDX-License-Identifier: Apache-2.0

/// A moment as HTTP writes it: the IMF-fixdate of RFC 9110, 5.6.7, `Tue, 24 Nov 2026 08:15:30 GMT`. Every answer has
/// one, and a formatter of Foundation's for each took a fifth of the daemon's processor time.
enum HTTPDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// In seconds since 1970; `nil` where the value is none, or one of the two obsolete forms. The name of the weekday
    /// is not compared with the date.
    static func seconds(_ value: String?) -> Int64? {
        guard let value else { return nil }
        let words = value.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 6, words[0].utf8.count == 4, words[0].last == ",", words[5] == "GMT",
            let day = number(words[1], digits: 2, in: 1...31), let month = months.firstIndex(of: String(words[2])),
            let year = number(words[3], digits: 4, in: 1...9999), let time = timeOfDay(words[4])
        else { return nil }
        return days(year, Int64(month + 1), day) * 86_400 + time
    }

    private static func timeOfDay(_ text: Substring) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        // 60 is a leap second.
        guard parts.count == 3, let hour = number(parts[0], digits: 2, in: 0...23),
            let minute = number(parts[1], digits: 2, in: 0...59), let second = number(parts[2], digits: 2, in: 0...60)
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    private static func number(_ text: Substring, digits: Int, in range: ClosedRange<Int64>) -> Int64? {
        guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text).flatMap { range.contains($0) ? $0 : nil }
    }

    /// Days since 1970 of a Gregorian date, by Howard Hinnant's `days_from_civil` for years from 1 on.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let (era, yearOfEra) = shifted.quotientAndRemainder(dividingBy: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}

/// `Retry-After` (RFC 9110, 10.2.3): seconds, or a date.
enum RetryAfter {
    /// At most a day; `nil` where the value is neither.
    ///
    /// - Parameter now: seconds since 1970.
    static func read(_ value: String?, now: Double) -> Duration? {
        guard let value else { return nil }
        if let seconds = Int(value) { return seconds < 0 ? nil : .seconds(min(seconds, 86_400)) }
        guard let moment = HTTPDate.seconds(value) else { return nil }
        return .seconds(min(max(Double(moment) - now, 0), 86_400))
    }
}
