// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What a clock on the wall shows: day and time in the machine's time zone. Written as `2026-11-25 08:15:30`.
///
/// Times of the hour that comes twice when daylight saving time ends cannot be told apart.
package struct LocalTime: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let day: LocalDay
    /// 0 to 86,399.
    private let secondOfDay: Int

    /// What the clock shows at that moment: `localtime_r(3)`. Parts of a second are dropped.
    package init(_ moment: Timestamp) {
        let part = moment.milliseconds % 1000
        var seconds = time_t(moment.milliseconds / 1000 - (part < 0 ? 1 : 0))
        var fields = tm()
        localtime_r(&seconds, &fields)
        day = LocalDay(fields)
        // Some time zones count leap seconds: the clock then shows :59 twice.
        secondOfDay = Int(fields.tm_hour) * 3600 + Int(fields.tm_min) * 60 + Int(min(fields.tm_sec, 59))
    }

    /// Reads what ``description`` writes; `nil` for anything else.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 19, bytes[10] == UInt8(ascii: " "), let day = LocalDay(text.prefix(10)),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"), let hour = Self.number(bytes[11..<13]),
            let minute = Self.number(bytes[14..<16]), let second = Self.number(bytes[17...]),
            hour < 24, minute < 60, second < 60
        else { return nil }
        self.day = day
        secondOfDay = hour * 3600 + minute * 60 + second
    }

    /// The moment at which the clock shows this: `mktime(3)`. One of the two for a time of the hour that comes twice.
    package var moment: Timestamp {
        var fields = day.fields
        fields.tm_sec = Int32(clamping: secondOfDay)
        return Timestamp(milliseconds: Int64(mktime(&fields)) * 1000)
    }

    package var description: String {
        "\(day) " + Self.padded(secondOfDay / 3600, 2) + ":" + Self.padded(secondOfDay / 60 % 60, 2) + ":"
            + Self.padded(secondOfDay % 60, 2)
    }

    package static func < (left: LocalTime, right: LocalTime) -> Bool {
        (left.day, left.secondOfDay) < (right.day, right.secondOfDay)
    }

    /// `nil` where it is anything but digits.
    static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        let zero = UInt8(ascii: "0")
        guard digits.allSatisfy((zero...UInt8(ascii: "9")).contains) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - zero) }
    }

    static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
