// SPDX-License-Identifier: Apache-2.0

/// A moment of the wall clock, in milliseconds since 1970-01-01 UTC. Written as RFC 3339: `2026-11-24T08:15:30.250Z`.
package struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01 UTC.
    package var milliseconds: Int64

    /// A moment given in milliseconds since 1970-01-01 UTC.
    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// A moment given in nanoseconds since 1970-01-01 UTC, as the kernel tells the times of a file.
    package init(nanoseconds: Int64) {
        milliseconds = nanoseconds / 1_000_000
    }

    /// Earlier comes first.
    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// From `earlier` to this moment; negative when the clock was set back in between.
    package func since(_ earlier: Timestamp) -> Duration {
        .milliseconds(milliseconds - earlier.milliseconds)
    }

    /// Proleptic Gregorian date from days since 1970, by Howard Hinnant's `civil_from_days`.
    private var civil: (year: Int64, month: Int64, day: Int64) {
        let days = (milliseconds - posixRemainder) / 86_400_000 + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private var posixRemainder: Int64 {
        let remainder = milliseconds % 86_400_000
        return remainder < 0 ? remainder + 86_400_000 : remainder
    }

    /// RFC 3339 in UTC with milliseconds.
    package var description: String {
        let (date, time) = (civil, posixRemainder)
        let year = String(date.year)
        let fields: [(mark: UInt8, number: Int64, width: Int)] = [
            (UInt8(ascii: "-"), date.month, 2), (UInt8(ascii: "-"), date.day, 2),
            (UInt8(ascii: "T"), time / 3_600_000, 2), (UInt8(ascii: ":"), time / 60_000 % 60, 2),
            (UInt8(ascii: ":"), time / 1000 % 60, 2), (UInt8(ascii: "."), time % 1000, 3),
        ]
        // In place, since a job's files have some twenty of them.
        let rest = String(unsafeUninitializedCapacity: 20) { text in
            var end = 0
            for (mark, number, width) in fields {
                text[end] = mark
                var left = number
                for place in stride(from: end + width, to: end, by: -1) {
                    text[place] = UInt8(ascii: "0") + UInt8(left % 10)
                    left /= 10
                }
                end += 1 + width
            }
            text[end] = UInt8(ascii: "Z")
            return end + 1
        }
        return String(repeating: "0", count: max(0, 4 - year.utf8.count)) + year + rest
    }

    /// Reads what ``description`` writes; `nil` for anything else.
    package init?(_ text: String) {
        let fields = text.split(omittingEmptySubsequences: false) { "-T:.Z".contains($0) }.map { Int64($0) }
        guard text.utf8.count == 24, fields.count == 8, text.hasSuffix("Z"),
            let year = fields[0], let month = fields[1], let day = fields[2], let hour = fields[3],
            let minute = fields[4], let second = fields[5], let millisecond = fields[6],
            // A year of more digits, from a journal that somebody has written, would be more than fits.
            (0...9999).contains(year), (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60,
            second < 61
        else { return nil }
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        milliseconds = (days * 86_400 + hour * 3600 + minute * 60 + second) * 1000 + millisecond
    }
}
