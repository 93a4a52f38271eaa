// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A day of the calendar in the machine's time zone. Written as `2026-11-25`.
package struct LocalDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    private let year: Int
    /// 1 to 12.
    private let monthOfYear: Int
    /// 1 to 31.
    private let dayOfMonth: Int

    /// The day on which the moment falls: `localtime_r(3)`.
    package init(_ moment: Timestamp) {
        self = LocalTime(moment).day
    }

    /// Reads what ``description`` writes; `nil` for anything else, such as a day that the calendar does not have.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = LocalTime.number(bytes[..<4]), let month = LocalTime.number(bytes[5..<7]),
            let day = LocalTime.number(bytes[8...]), (1...12).contains(month),
            (1...Self.days(in: month, of: year)).contains(day)
        else { return nil }
        self.init(year: year, monthOfYear: month, dayOfMonth: day)
    }

    /// From the fields of `tm(3type)`.
    init(_ fields: tm) {
        (year, monthOfYear, dayOfMonth) = (Int(fields.tm_year) + 1900, Int(fields.tm_mon) + 1, Int(fields.tm_mday))
    }

    private init(year: Int, monthOfYear: Int, dayOfMonth: Int) {
        (self.year, self.monthOfYear, self.dayOfMonth) = (year, monthOfYear, dayOfMonth)
    }

    /// The fields of `tm(3type)` at midnight, daylight saving time left open.
    var fields: tm {
        var fields = tm()
        fields.tm_year = Int32(clamping: year - 1900)
        fields.tm_mon = Int32(clamping: monthOfYear - 1)
        fields.tm_mday = Int32(clamping: dayOfMonth)
        fields.tm_isdst = -1
        return fields
    }

    /// The first moment of the next local day.
    ///
    /// Where the clocks change at midnight there may be none, or two; so the moment is looked for, and not asked of
    /// `mktime(3)`.
    package var end: Timestamp {
        var noon = fields
        noon.tm_hour = 12
        var before = Int64(mktime(&noon))
        var after = before + 36 * 3600
        while after - before > 1 {
            let middle = before + (after - before) / 2
            if LocalDay(Timestamp(milliseconds: middle * 1000)) > self { after = middle } else { before = middle }
        }
        return Timestamp(milliseconds: after * 1000)
    }

    /// The day after it in the calendar.
    package var next: LocalDay {
        if dayOfMonth < Self.days(in: monthOfYear, of: year) {
            return LocalDay(year: year, monthOfYear: monthOfYear, dayOfMonth: dayOfMonth + 1)
        }
        let isLastMonth = monthOfYear == 12
        return LocalDay(
            year: isLastMonth ? year + 1 : year, monthOfYear: isLastMonth ? 1 : monthOfYear + 1, dayOfMonth: 1)
    }

    /// The day before it in the calendar.
    package var previous: LocalDay {
        if dayOfMonth > 1 { return LocalDay(year: year, monthOfYear: monthOfYear, dayOfMonth: dayOfMonth - 1) }
        let (year, month) = monthOfYear == 1 ? (year - 1, 12) : (year, monthOfYear - 1)
        return LocalDay(year: year, monthOfYear: month, dayOfMonth: Self.days(in: month, of: year))
    }

    /// `2026-11`.
    package var month: String { String(description.dropLast(3)) }

    package var description: String {
        LocalTime.padded(year, 4) + "-" + LocalTime.padded(monthOfYear, 2) + "-" + LocalTime.padded(dayOfMonth, 2)
    }

    package static func < (left: LocalDay, right: LocalDay) -> Bool {
        (left.year, left.monthOfYear, left.dayOfMonth) < (right.year, right.monthOfYear, right.dayOfMonth)
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
