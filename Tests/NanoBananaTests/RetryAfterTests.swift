// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import NanoBanana

struct RetryAfterTests {
    /// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110.
    private let now = 784_111_777.0

    @Test(
        arguments: [
            ("0", .zero), ("7", .seconds(7)), ("86400", .seconds(86_400)), ("86401", .seconds(86_400)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", .zero), ("Sun, 06 Nov 1994 08:51:37 GMT", .seconds(120)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", .zero), ("Fri, 31 Dec 1999 23:59:59 GMT", .seconds(86_400)),
        ] as [(String, Duration)])
    func `seconds and dates are read and kept within a day`(value: String, wait: Duration) {
        #expect(RetryAfter.read(value, now: now) == wait)
    }

    @Test(arguments: [nil, "", "-1", "soon", "1.5", "7 s", "99999999999999999999", "2026-11-24T00:00:00Z"])
    func `anything else says nothing`(value: String?) {
        #expect(RetryAfter.read(value, now: now) == nil)
    }

    @Test func `every day of four centuries is read as Foundation reads it`() {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        for day in stride(from: -25_567, to: 120_000, by: 1) {
            let moment = Int64(day) * 86_400 + Int64(day & 0xFFFF) % 86_400
            let text = formatter.string(from: Date(timeIntervalSince1970: Double(moment)))
            if HTTPDate.seconds(text) != moment { return #expect(Bool(false), "\(text)") }
        }
    }

    @Test func `what a server's clock shows is read in seconds since 1970`() {
        #expect(HTTPDate.seconds("Sun, 06 Nov 1994 08:49:37 GMT") == 784_111_777)
        let none: [String?] = [
            nil, "", "now", "1994-11-06T08:49:37Z", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Non 1994 08:49:37 GMT", "Sun, +6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT ",
        ]
        for value in none { #expect(HTTPDate.seconds(value) == nil, "\(value ?? "")") }
    }
}
