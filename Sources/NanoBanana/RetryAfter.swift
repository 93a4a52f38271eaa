// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// `Retry-After` (RFC 9110, 10.2.3): seconds, or a date.
enum RetryAfter {
    /// At most a day; `nil` where the value is neither.
    static func read(_ value: String?, now: Date) -> Duration? {
        guard let value else { return nil }
        if let seconds = Int(value) { return seconds < 0 ? nil : .seconds(min(seconds, 86_400)) }
        guard let date = HTTPDate.read(value) else { return nil }
        return .seconds(min(max(date.timeIntervalSince(now), 0), 86_400))
    }
}
