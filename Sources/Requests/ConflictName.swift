// SPDX-License-Identifier: Apache-2.0

package import struct SystemPackage.FilePath

/// Whether a name is that of the second of two files that were changed at once, as sync clients give it. To submit both
/// would be to pay twice for what somebody meant once. Pure.
///
/// The clients agree on the word and on little else, so the rule is about the word and where it stands: in brackets
/// behind the name, or set off by punctuation and with a date, a number or the word for a copy beside it. A name that only
/// has the word in it is anybody's.
package enum ConflictName {
    package static func isOne(_ name: NameBytes) -> Bool {
        // Most names have none of the words, and each look at the inbox asks for all of them.
        if name.isPlain, !plainWords.contains(where: name.contains) { return false }
        return isOne(name.withPlatformString { String(cString: $0) } ?? "")
    }

    static func isOne(_ name: String) -> Bool {
        let name = name.lowercased()
        // Letters that can be put together in two ways are compared as text.
        guard words.contains(where: name.contains) else { return false }
        return groups(of: name).contains { group in words.contains { group.contains($0) } } || isSetOff(name)
            || copies.contains(where: name.contains)
    }

    /// `Conflict`, as far as it is the same in its languages: Dropbox alone has it in twenty. The last two say so in other
    /// words: OneDrive's client for Linux, and Nextcloud where names differ in case only.
    private static let words = [
        "conflict", "conflit", "konflik", "конфл", "ristirii", "ütköz", "çakış", "xung đột", "冲突", "衝突", "競合", "충돌",
        "διένεξη", "αντικρου", "متعارض", "تعارض", "מתנגש", "bertentangan", "ขัดแย้ง", "safebackup", "case clash",
    ]

    /// Those of them that a name may have which is all ASCII.
    private static let plainWords: [StaticString] = [
        "conflict", "conflit", "konflik", "ristirii", "bertentangan", "safebackup", "case clash",
    ]

    /// How a copy is called where words do not stand apart.
    private static let copies = ["副本", "コピー", "사본", "複本"]
    /// What makes the opposite of the word: `conflict-free`.
    private static let without = ["free", "frei", "fri", "libre", "lös", "los"]

    private static let brackets: [Character: Character] = [
        "(": ")", "[": "]", "{": "}", "<": ">", "（": "）", "【": "】",
    ]

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
        for (index, part) in parts.enumerated() {
            guard let word = words.first(where: part.contains) else { continue }
            let behind = parts[(index + 1)...]
            let rest = part.hasPrefix(word) ? part.dropFirst(word.count) : ""
            if without.contains(where: { rest.contains($0) || behind.first?.hasPrefix($0) == true }) { continue }
            let isCopied = behind.first.map(isCopy) == true
            // The first is the name of what there are two of, unless more comes behind the word for a copy.
            if index == 0, !isCopied || behind.count < 3 { continue }
            if isCopied, part.hasPrefix(word) { return true }
            if part.hasPrefix(word), digits(behind.prefix(2)) >= (part == "safebackup" ? 1 : 6) { return true }
            let stem = part.filter { !$0.isNumber }
            let isAlone = behind.count <= 2 && behind.allSatisfy { $0.count <= 6 && !$0.contains(where: \.isNumber) }
            guard alone.contains(stem) || words.contains(stem), isAlone else { continue }
            if name[..<part.startIndex].last == "." || digits(parts[..<index].dropFirst()) >= 8 { return true }
        }
        return false
    }

    /// Further forms of the word that stand by themselves; the last is Synology's.
    private static let alone = ["conflicted", "conflicting", "caseconflict"]

    private static func isCopy(_ word: Substring) -> Bool { word.hasPrefix("cop") || word.hasPrefix("kop") }

    private static func digits(_ parts: ArraySlice<Substring>) -> Int {
        parts.reduce(0) { $0 + ($1.allSatisfy(\.isNumber) ? $1.count : 0) }
    }
}

/// Names of what a sync client puts in the place of a file that it has not downloaded: `hero.yaml.nextcloud`,
/// `.hero.yaml.icloud`. Pure.
package enum PlaceholderName {
    /// Of Nextcloud, ownCloud, macOS before 14, and odrive.
    private static let endings = ["nextcloud", "owncloud", "icloud", "cloud"]

    package static func isOne(_ name: FilePath.Component) -> Bool {
        name.extension.map { endings.contains($0.lowercased()) } ?? false
    }

    /// What may stand in the place of a file.
    package static func all(for name: FilePath.Component) -> [FilePath.Component] {
        let text = String(decoding: name)
        return endings.compactMap { FilePath.Component(($0 == "icloud" ? "." : "") + text + "." + $0) }
    }
}
