// SPDX-License-Identifier: Apache-2.0

/// Whether a name is that of the second of two files that were changed at once, as sync clients give it. To submit both
/// would be to pay twice for what somebody meant once. Pure.
///
/// The clients agree on the word and on little else, so the rule is about the word and where it stands: in brackets
/// behind the name, or set off by punctuation and with a date, a number or the word for a copy beside it. A name that only
/// has the word in it is anybody's.
package enum ConflictName {
    package static func isOne(_ name: String) -> Bool {
        let name = name.lowercased()
        // Most names have none of the words.
        guard words.contains(where: name.contains) else { return false }
        return groups(of: name).contains { group in words.contains { group.contains($0) } } || isSetOff(name)
    }

    /// `Conflict`, as far as it is the same in its languages: Dropbox alone has it in twenty. The last two say so in other
    /// words: OneDrive's client for Linux, and Nextcloud where names differ in case only.
    private static let words = [
        "conflict", "conflit", "konflik", "конфл", "ristirii", "ütköz", "çakış", "xung đột", "冲突", "衝突", "競合", "충돌",
        "safebackup", "case clash",
    ]

    private static let brackets: [Character: Character] = ["(": ")", "[": "]", "（": "）", "【": "】"]

    /// What stands in brackets: `hero (Anna's conflicted copy 2026-11-24).yaml`, `hero [Conflict].yaml`.
    private static func groups(of name: String) -> [Substring] {
        name.indices.compactMap { index in
            guard let close = brackets[name[index]] else { return nil }
            let rest = name[name.index(after: index)...]
            return rest.firstIndex(of: close).map { rest[..<$0] }
        }
    }

    /// `hero.sync-conflict-20261124-220239-ABCDEFG.yaml`, `hero-nas01-safeBackup-0001.yaml`, `hero.Conflict2.yaml`,
    /// `hero_nas_Nov-24-220239-2026_Conflict.yaml`, `hero conflicted copy.yaml`.
    private static func isSetOff(_ name: String) -> Bool {
        let parts = name.split { "._- ~".contains($0) }
        // The first is the name of what there are two of.
        for (index, part) in parts.enumerated().dropFirst() where words.contains(where: part.hasPrefix) {
            let behind = parts[(index + 1)...]
            if behind.first.map(isCopy) == true { return true }
            if digits(behind.prefix(2)) >= (part == "safebackup" ? 1 : 6) { return true }
            let stem = part.filter { !$0.isNumber }
            let isAlone = behind.count <= 2 && behind.allSatisfy { $0.count <= 6 && !$0.contains(where: \.isNumber) }
            guard words.contains(String(stem)), isAlone else { continue }
            if name[..<part.startIndex].last == "." || digits(parts[1..<index]) >= 8 { return true }
        }
        return false
    }

    private static func isCopy(_ word: Substring) -> Bool { word.hasPrefix("cop") || word.hasPrefix("kop") }

    private static func digits(_ parts: ArraySlice<Substring>) -> Int {
        parts.reduce(0) { $0 + ($1.allSatisfy(\.isNumber) ? $1.count : 0) }
    }
}
