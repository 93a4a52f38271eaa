// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// Moments as links have them (ISO 8601): `20261128T140200Z`, `2026-11-28T14:02:00.000Z`, `2026-11-28T15:02+01:00`,
/// `2026-11-28`. Pure.
enum ISOTime {
    static func moment(_ text: String) -> Timestamp? {
        let halves = text.split(maxSplits: 1, omittingEmptySubsequences: false) { "Tt ".contains($0) }
        guard let first = halves.first, first.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == "-") }),
            halves.count == 2 || first.contains("-")
        else { return nil }
        let day = digits(first)
        guard day.count == 8, let (time, offset) = time(halves.count == 2 ? halves[1] : "00") else { return nil }
        let parts = [day.prefix(4), day.dropFirst(4).prefix(2), day.suffix(2)].joined(separator: "-")
        let hours = [time.prefix(2), time.dropFirst(2).prefix(2), time.suffix(2)].joined(separator: ":")
        guard let local = Timestamp("\(parts)T\(hours).000Z") else { return nil }
        return Timestamp(milliseconds: local.milliseconds - Int64(offset) * 60_000)
    }

    private static func digits(_ text: Substring) -> String { text.filter { $0.isASCII && $0.isNumber } }

    /// Six digits, and how many minutes the clock is ahead.
    private static func time(_ text: Substring) -> (time: String, offset: Int)? {
        let clock = text.prefix { $0.isNumber || $0 == ":" || $0 == "." || $0 == "," }
        let whole = digits(clock.prefix { $0 != "." && $0 != "," })
        guard [2, 4, 6].contains(whole.count) else { return nil }
        let zone = text[clock.endIndex...]
        let time = whole + String(repeating: "0", count: 6 - whole.count)
        switch zone.first {
        case nil, "Z", "z": return zone.count > 1 ? nil : (time, 0)
        case "+", "-", " ":
            // A plus sign in a link is a blank.
            let offset = digits(zone)
            guard [2, 4].contains(offset.count), let hours = Int(offset.prefix(2)) else { return nil }
            let minutes = hours * 60 + (Int(offset.dropFirst(2)) ?? 0)
            return (time, zone.first == "-" ? -minutes : minutes)
        default: return nil
        }
    }
}
