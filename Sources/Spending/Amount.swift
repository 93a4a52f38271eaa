// SPDX-License-Identifier: Apache-2.0

/// Money, in the currency that the administrator thinks in: never negative. Written as a plain decimal: `0.12`, `3`.
///
/// Sums that would not fit stay at the largest amount instead of trapping.
package struct Amount: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Millionths of the currency's unit, from 0.
    package let millionths: Int64

    /// Nothing.
    package static let zero = Amount(millionths: 0)

    private static let unit: Int64 = 1_000_000
    /// What a text may say at most: a thousand million units.
    private static let limit = 1_000_000_000 * unit

    /// An amount in millionths of the unit; what is below 0 is taken as 0.
    package init(millionths: Int64) {
        self.millionths = max(millionths, 0)
    }

    /// Reads a plain decimal of 0 to 1,000,000,000 with at most 6 digits after the point; `nil` for anything else: a
    /// sign, an exponent, a comma, no digit before or after the point.
    package init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap(Self.number), whole <= Self.limit / Self.unit else { return nil }
        var millionths = whole * Self.unit
        if parts.count == 2 {
            let digits = Array(parts[1])
            guard digits.count <= 6, !digits.isEmpty,
                let fraction = Self.number(digits + Array(repeating: UInt8(ascii: "0"), count: 6 - digits.count))
            else { return nil }
            millionths += fraction
        }
        guard millionths <= Self.limit else { return nil }
        self.init(millionths: millionths)
    }

    /// `nil` where it is no number, or one that does not fit.
    private static func number(_ digits: some Collection<UInt8>) -> Int64? {
        guard !digits.isEmpty else { return nil }
        var number: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            let (shifted, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (next, isStillTooLarge) = shifted.addingReportingOverflow(Int64(digit - UInt8(ascii: "0")))
            guard !isTooLarge, !isStillTooLarge else { return nil }
            number = next
        }
        return number
    }

    /// The shortest decimal: `0.12`, `3`.
    package var description: String {
        let whole = String(millionths / Self.unit)
        var fraction = String(String(Self.unit + millionths % Self.unit).dropFirst())
        while fraction.last == "0" { fraction.removeLast() }
        return fraction.isEmpty ? whole : whole + "." + fraction
    }

    /// As people write it: with two digits behind the point at least.
    package var inFull: String {
        let digits = description.split(separator: ".").dropFirst().first?.count ?? 0
        return description + (digits == 0 ? "." : "") + String(repeating: "0", count: max(0, 2 - digits))
    }

    /// The smaller comes first.
    package static func < (left: Amount, right: Amount) -> Bool {
        left.millionths < right.millionths
    }

    /// The sum.
    package static func + (left: Amount, right: Amount) -> Amount {
        let (sum, isTooLarge) = left.millionths.addingReportingOverflow(right.millionths)
        return Amount(millionths: isTooLarge ? .max : sum)
    }

    /// The difference; nothing where `right` is the larger.
    package static func - (left: Amount, right: Amount) -> Amount {
        // Both are from 0 on, so that the difference always fits.
        Amount(millionths: left.millionths - right.millionths)
    }

    /// So many times the amount; nothing for a count below 1.
    package static func * (amount: Amount, count: Int) -> Amount {
        let (product, isTooLarge) = amount.millionths.multipliedReportingOverflow(by: Int64(max(count, 0)))
        return Amount(millionths: isTooLarge ? .max : product)
    }
}
