// SPDX-License-Identifier: Apache-2.0

/// Reads and writes the values of settings: pure, and `nil` for whatever is not exactly one.
enum SettingText {
    /// In milliseconds.
    private static let timeUnits: [(String, Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]
    private static let sizeUnits: [(String, Int64)] = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40),
    ]

    /// `30s`, `250ms`, `0.25`, `5m`, `24h`, `30d`; seconds if no unit is given.
    static func time(_ text: String) -> Duration? {
        let unit = timeUnits.first { text.hasSuffix($0.0) }
        guard let number = plainNumber(text.dropLast(unit?.0.count ?? 0)) else { return nil }
        let milliseconds = number * Double(unit?.1 ?? 1000)
        return milliseconds <= 1e12 ? .milliseconds(Int64(milliseconds.rounded())) : nil
    }

    /// `64MiB`, `1GiB`, `4096`; bytes if no unit is given.
    static func size(_ text: String) -> Int64? {
        let unit = sizeUnits.first { text.hasSuffix($0.0) }
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
        // Globs a line each, with no comma between them, would be one that matches nothing.
        return globs.allSatisfy { !$0.isEmpty && !$0.contains("/") && !$0.utf8.contains(0x0A) } ? globs : nil
    }

    /// In the largest unit that leaves a whole number.
    static func words(_ time: Duration) -> String {
        time == .zero ? "0s" : words(Int64(time / Duration.milliseconds(1)), timeUnits)
    }

    static func words(_ size: Int64) -> String { words(size, sizeUnits) }

    private static func words(_ number: Int64, _ units: [(String, Int64)]) -> String {
        guard let unit = units.last(where: { number % $0.1 == 0 }) else { return "\(number)" }
        return "\(number / unit.1)\(unit.0)"
    }

    /// Digits with at most one point: no sign, no exponent, no `inf`.
    private static func plainNumber(_ text: Substring) -> Double? {
        guard text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }) else { return nil }
        return Double(text)
    }
}
