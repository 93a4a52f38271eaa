// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// A moment as HTTP writes it (RFC 9110, 5.6.7): `Tue, 24 Nov 2026 08:15:30 GMT`.
enum HTTPDate {
    /// `nil` where the value is none, or one of the two obsolete forms.
    static func read(_ value: String?) -> Date? {
        guard let value else { return nil }
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return formatter.date(from: value)
    }

    /// The same in seconds since 1970.
    static func seconds(_ value: String?) -> Int64? {
        read(value).flatMap { Int64(exactly: $0.timeIntervalSince1970.rounded()) }
    }
}
