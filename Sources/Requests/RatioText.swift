// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana

/// A ratio as it is written, or as a spreadsheet has left it: that takes 16:9 for a time of the day and shows
/// `16:09:00`, `4:09:00 PM`, or the part of the day that has passed by then, `0.672916666666667`. Pure.
enum RatioText: Equatable, Sendable {
    case ratio(AspectRatio)
    /// A time of the day that no ratio has become.
    case time
    case other

    init(_ text: String) {
        if let ratio = AspectRatio(rawValue: text) {
            self = .ratio(ratio)
        } else if let (hour, minute, isSurelyTime) = Self.clock(text) {
            self = AspectRatio(rawValue: "\(hour):\(minute)").map { .ratio($0) } ?? (isSurelyTime ? .time : .other)
        } else if let ratio = Self.partOfDay(text) {
            self = .ratio(ratio)
        } else {
            self = .other
        }
    }

    /// `16:09`, `4:09:00 PM`, `下午 4:09:00`, `1899-12-30 16:09:00`, `1899-12-30T16:09:00.000Z`: day 0 of spreadsheets.
    private static func clock(_ text: String) -> (hour: Int, minute: Int, isSurelyTime: Bool)? {
        var rest = text.trimmed.lowercased()[...]
        if rest.contains("1899") || rest.contains("1900"), let day = rest.firstIndex(where: { $0 == " " || $0 == "t" })
        {
            rest = rest[day...].dropFirst()
        }
        if rest.hasSuffix("z") { rest = rest.dropLast() }
        // Which half of the day it is stands before or behind it.
        let before = rest.prefix { !$0.isNumber }
        rest = rest[before.endIndex...]
        let digits = rest.prefix { $0.isNumber || ":.".contains($0) }
        let words = (before + " " + rest[digits.endIndex...]).filter { $0 != "." && $0 != "\u{202F}" }.trimmed
        let parts = digits.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3 && parts[2].allSatisfy({ $0 == "0" || $0 == "." }),
            let first = number(parts[0]), let minute = number(parts[1])
        else { return nil }
        if words.isEmpty { return (first, minute, parts.count == 3) }
        if let half = halves[words] { return (first % 12 + half, minute, true) }
        // In other words it is a time of the day, too, and which is not sure.
        return parts.count == 3 ? (0, 0, true) : nil
    }

    /// How many hours they begin at.
    private static let halves = [
        "am": 0, "a m": 0, "vorm": 0, "上午": 0, "午前": 0, "오전": 0, "πμ": 0, "sa": 0, "de": 0, "fm": 0,
        "pm": 12, "p m": 12, "nachm": 12, "下午": 12, "午後": 12, "오후": 12, "μμ": 12, "ch": 12, "du": 12, "em": 12,
    ]

    private static func number(_ text: Substring) -> Int? {
        (1...2).contains(text.count) && text.allSatisfy({ $0.isASCII && $0.isNumber }) ? Int(text) : nil
    }

    /// `0.5625` may be meant as nine to sixteen: only what is some ratio's very minute counts.
    private static func partOfDay(_ text: String) -> AspectRatio? {
        let text = text.trimmed
        guard text.count >= 6, text.hasPrefix("0.") || text.hasPrefix("0,"),
            let part = Double(text.replacing(",", with: "."))
        else { return nil }
        let minutes = (part * 1440).rounded()
        guard abs(part * 1440 - minutes) < 0.01 else { return nil }
        return AspectRatio(rawValue: "\(Int(minutes) / 60):\(Int(minutes) % 60)")
    }
}
