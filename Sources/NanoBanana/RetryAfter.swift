// SPDX-License-Identifier: Apache-2.0

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
