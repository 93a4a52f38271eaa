// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Requests
internal import SystemPackage

/// Which lanes have a series of their own: the first so many that had something waiting, for as long as the daemon
/// runs, so that series neither come and go nor become too many. All others are counted together. Pure.
struct LaneLabels: Sendable {
    /// How many lanes have a series of their own.
    static let limit = 100
    /// In bytes: a longer path is counted with the others.
    static let longest = 256
    /// No lane: a lane's path never begins with a slash.
    static let others = "/others"

    private var named: Set<String> = [Self.text(.root)]

    /// How many wait in each lane that has, or had, a series of its own; by name. Lanes that are new get theirs, those
    /// in which most wait first.
    mutating func counts(_ waiting: [Lane: Int]) -> [(name: String, value: Double)] {
        var counts: [String: Int] = [:]
        for (lane, count) in waiting where lane.path.length <= Self.longest {
            counts[Self.text(lane), default: 0] += count
        }
        let new = counts.filter { !named.contains($0.key) }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        named.formUnion(new.prefix(Self.limit - named.count).map(\.key))
        let own = named.sorted().map { (name: $0, value: Double(counts[$0, default: 0])) }
        let rest = waiting.values.reduce(0, +) - named.reduce(0) { $0 + counts[$1, default: 0] }
        return own + [(name: Self.others, value: Double(rest))]
    }

    /// A lane's path as text: `acme/spring`, and `.` for the inbox itself, which no lane can be called. Bytes that are
    /// not UTF-8, what controls a terminal, and the backslash itself are written as `\xE9`, so that no two lanes are
    /// the same.
    static func text(_ lane: Lane) -> String {
        if lane.isRoot { return "." }
        if let text = String(validating: lane.path), !text.contains("\\"), Wording.line(text) == text { return text }
        let bytes = lane.path.withPlatformString { pointer in
            UnsafeBufferPointer(start: pointer, count: lane.path.length).map { UInt8(bitPattern: $0) }
        }
        return bytes.map { byte in
            let isPlain = (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\\")
            return isPlain ? String(Unicode.Scalar(byte)) : "\\x" + hexadecimal(byte)
        }.joined()
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
}
