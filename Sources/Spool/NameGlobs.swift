// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc
internal import Requests

/// Globs against which many names are held, as `fnmatch(3)` reads them, in any case of ASCII letters: those with one star
/// at most, which is nearly all that anybody writes, are a beginning and an end, and are found by their last byte or
/// their first. Pure.
struct NameGlobs: Equatable, Sendable {
    private struct Ends: Equatable, Sendable {
        var beginning: [UInt8]
        var end: [UInt8]
        var hasStar: Bool

        /// `nil` where it takes more to match it.
        init?(_ glob: String) {
            let bytes = glob.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            let isPlain = bytes.allSatisfy { $0 < 0x80 && !NameGlobs.special.contains($0) }
            let stars = bytes.indices.filter { bytes[$0] == NameGlobs.star }
            guard isPlain, stars.count <= 1, bytes.count > stars.count else { return nil }
            let place = stars.first ?? bytes.endIndex
            beginning = Array(bytes[..<place])
            end = Array(bytes[place...].dropFirst())
            hasStar = !stars.isEmpty
        }

        func matches(_ name: NameBytes) -> Bool {
            let least = beginning.count + end.count
            guard hasStar ? name.count >= least : name.count == least else { return false }
            return name.has(beginning, at: 0) && name.has(end, at: name.count - end.count)
        }
    }

    private static let star = UInt8(ascii: "*")
    private static let special = Array("?[\\".utf8)

    /// By the byte that they end with; else by the one that they begin with.
    private var byEnd: [[Ends]]
    private var byBeginning: [[Ends]]
    private var others: [[CChar]] = []

    init(_ globs: [String]) {
        byEnd = Array(repeating: [], count: 256)
        byBeginning = byEnd
        for glob in globs {
            guard let ends = Ends(glob) else {
                others.append(Array(glob.utf8CString))
                continue
            }
            if let last = ends.end.last {
                byEnd[Int(last)].append(ends)
            } else if let first = ends.beginning.first {
                byBeginning[Int(first)].append(ends)
            }
        }
    }

    func match(_ name: NameBytes) -> Bool {
        guard name.count > 0 else { return false }
        if byEnd[Int(name[name.count - 1])].contains(where: { $0.matches(name) }) { return true }
        if byBeginning[Int(name[0])].contains(where: { $0.matches(name) }) { return true }
        if others.isEmpty { return false }
        return name.withPlatformString { text in others.contains { fnmatch($0, text, BD_FNM_CASEFOLD) == 0 } } ?? false
    }
}
