// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing

@testable import Documents
@testable import TestSupport

/// The calendar in the machine's time zone. The only suite that sets `TZ`; those that depend on it say so.
@Suite(.serialized, .setsZone)
struct MoneyDayTests {
    /// The rules themselves instead of names, so that no time zone database is needed.
    private static let berlin = "CET-1CEST,M3.5.0,M10.5.0/3"
    /// The clocks go forward at midnight: that day begins at 1 o'clock.
    private static let saoPaulo = "<-03>3<-02>,M11.1.0/0,M2.3.0/0"

    private func inZone<Result>(_ zone: String, _ body: () throws -> Result) rethrows -> Result {
        // Never unset afterwards: another thread may be walking through the environment.
        let before = getenv("TZ").map { String(cString: $0) } ?? ":/etc/localtime"
        setenv("TZ", zone, 1)
        tzset()
        defer {
            setenv("TZ", before, 1)
            tzset()
        }
        return try body()
    }

    private func moment(_ text: String) throws -> Timestamp {
        try #require(Timestamp(text))
    }

    @Test(arguments: [
        (berlin, "2026-11-25T07:15:30.250Z", "2026-11-25 08:15:30", "2026-11"),
        (berlin, "2026-12-31T23:00:00.000Z", "2027-01-01 00:00:00", "2027-01"),
        (berlin, "2026-07-31T21:59:59.999Z", "2026-07-31 23:59:59", "2026-07"),
        (berlin, "2026-07-31T22:00:00.000Z", "2026-08-01 00:00:00", "2026-08"),
        (saoPaulo, "2026-11-25T01:00:00.000Z", "2026-11-24 23:00:00", "2026-11"),
        ("UTC0", "1969-12-31T23:59:59.999Z", "1969-12-31 23:59:59", "1969-12"),
        ("UTC0", "1969-12-31T23:59:59.000Z", "1969-12-31 23:59:59", "1969-12"),
        ("UTC0", "1970-01-01T00:00:00.000Z", "1970-01-01 00:00:00", "1970-01"),
    ])
    func `a moment has a day and a time on the wall`(zone: String, utc: String, local: String, month: String) throws {
        try inZone(zone) {
            let moment = try moment(utc)
            #expect(LocalTime(moment).description == local)
            #expect(LocalDay(moment).description == String(local.prefix(10)))
            #expect(LocalDay(moment).month == month)
            #expect(LocalTime(moment).day == LocalDay(moment))
        }
    }

    @Test(arguments: [
        // An ordinary day, then those of 23 and 25 hours.
        (berlin, "2026-11-25T12:00:00.000Z", "2026-11-25T23:00:00.000Z"),
        (berlin, "2026-03-29T00:30:00.000Z", "2026-03-29T22:00:00.000Z"),
        (berlin, "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"),
        (berlin, "2026-10-25T22:59:59.999Z", "2026-10-25T23:00:00.000Z"),
        // The next day begins at 1 o'clock, and this one ends an hour late.
        (saoPaulo, "2026-10-31T12:00:00.000Z", "2026-11-01T03:00:00.000Z"),
        (saoPaulo, "2026-11-01T12:00:00.000Z", "2026-11-02T02:00:00.000Z"),
        (saoPaulo, "2026-02-14T12:00:00.000Z", "2026-02-15T03:00:00.000Z"),
        ("UTC0", "2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00.000Z"),
    ])
    func `a day ends with the first moment of the next`(zone: String, utc: String, end: String) throws {
        try inZone(zone) {
            let day = LocalDay(try moment(utc))
            #expect(day.end.description == end)
            #expect(LocalDay(day.end) == day.next)
            #expect(LocalDay(Timestamp(milliseconds: day.end.milliseconds - 1)) == day)
        }
    }

    @Test(arguments: [berlin, saoPaulo])
    func `day by day through two years nothing is left out`(zone: String) throws {
        try inZone(zone) {
            var day = LocalDay(try moment("2027-01-01T12:00:00.000Z"))
            for _ in 0..<731 {
                #expect(LocalDay(day.end) == day.next)
                #expect(day < day.next)
                #expect(day.next.previous == day)
                day = day.next
            }
            #expect(day.description == "2029-01-01")
        }
    }

    @Test func `a time on the wall is read back to its moment`() throws {
        try inZone(Self.berlin) {
            let utc = try moment("2026-07-01T10:20:30.000Z")
            let time = try #require(LocalTime("2026-07-01 12:20:30"))
            #expect(time == LocalTime(utc))
            #expect(time.moment == utc)
        }
    }

    @Test func `a time of the hour that comes twice is one of its two moments`() throws {
        try inZone(Self.berlin) {
            let both = [try moment("2026-10-25T00:30:00.000Z"), try moment("2026-10-25T01:30:00.000Z")]
            let time = try #require(LocalTime("2026-10-25 02:30:00"))
            #expect(both.map { LocalTime($0) } == [time, time])
            #expect(both.contains(time.moment))
        }
    }

    @Test(arguments: [
        ("2026-11-25", "2026-11-26"), ("2026-11-30", "2026-12-01"), ("2026-12-31", "2027-01-01"),
        ("2026-02-28", "2026-03-01"), ("2028-02-28", "2028-02-29"), ("2000-02-29", "2000-03-01"),
        ("2100-02-28", "2100-03-01"),
    ])
    func `after a day comes the next of the calendar`(day: String, next: String) throws {
        #expect(try #require(LocalDay(day)).next.description == next)
        #expect(try #require(LocalDay(next)).previous.description == day)
    }

    @Test(arguments: [
        "", "2026-11", "2026-11-31", "2026-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-1-1", "+026-01-01",
        "2026-01-01 ", "2026/01/01", "25.11.2026", "-2026-01-01",
    ])
    func `other texts are no day`(text: String) {
        #expect(LocalDay(text) == nil)
    }

    @Test(arguments: [
        "", "2026-11-25", "2026-11-25T08:15:30", "2026-11-25 8:15:30", "2026-11-25 24:00:00", "2026-11-25 08:60:00",
        "2026-11-25 08:15:60", "2026-11-25 08:15", "2026-11-31 08:15:30", "2026-11-25 08:15:30 ", "2026-11-25 08:15:-1",
    ])
    func `other texts are no time`(text: String) {
        #expect(LocalTime(text) == nil)
    }

    @Test func `earlier days and times come first`() throws {
        let texts = ["2026-12-01 00:00:00", "2026-02-10 00:00:01", "2026-02-09 23:59:59", "2025-12-31 10:00:00"]
        let times = texts.compactMap { LocalTime($0) }.sorted()
        #expect(times.map(\.description) == Array(texts.reversed()))
        #expect(times.map(\.day).sorted() == times.map(\.day))
    }
}
