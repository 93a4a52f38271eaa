// SPDX-License-Identifier: Apache-2.0

/// Reads the values of settings: pure, and `nil` for whatever is not exactly one.
enum SettingValue {
    /// `30s`, `250ms`, `0.25`, `5m`, `24h`, `30d`; seconds where no unit is given.
    static func time(_ text: String) -> Duration? {
        let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)]
        let unit = units.first { text.hasSuffix($0.0) }
        guard let number = plainNumber(text.dropLast(unit?.0.count ?? 0)) else { return nil }
        let seconds = number * (unit?.1 ?? 1)
        return seconds <= 1e9 ? .milliseconds(Int64((seconds * 1000).rounded())) : nil
    }

    /// `64MiB`, `1GiB`, `4096`; bytes where no unit is given.
    static func size(_ text: String) -> Int64? {
        let units: [(String, Int64)] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40)]
        let unit = units.first { text.hasSuffix($0.0) }
        guard let number = Int64(text.dropLast(unit?.0.count ?? 0)), number >= 0 else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit?.1 ?? 1)
        return overflow ? nil : bytes
    }

    /// `*.tmp, ~$*`; none where nothing is given. A name has no slash, so a glob with one would never match.
    static func globs(_ text: String) -> [String]? {
        if text.allSatisfy({ $0 == " " }) { return [] }
        let globs = text.split(separator: ",", omittingEmptySubsequences: false).map { glob in
            // Spaces around a glob are not of it; those within are.
            String(glob.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        return globs.allSatisfy { !$0.isEmpty && !$0.contains("/") } ? globs : nil
    }

    /// Digits with at most one point: no sign, no exponent, no `inf`.
    private static func plainNumber(_ text: Substring) -> Double? {
        guard text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }) else { return nil }
        return Double(text)
    }
}
