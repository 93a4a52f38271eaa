// SPDX-License-Identifier: Apache-2.0

/// Finds what somebody meant by a misspelt word.
package enum NearestName {
    /// The nearest of `names` by Levenshtein distance, two letters in the wrong order counting as one change, without
    /// regard to case, `-` and `_`; `nil` where none is near: more than a third of the letters would have to change
    /// (but one letter always may).
    package static func of(_ word: String, among names: [String]) -> String? {
        let plain = simplified(word)
        guard plain.count <= 64 else { return nil }
        let ranked = names.map { (name: $0, distance: distance(plain, simplified($0))) }
        guard let best = ranked.min(by: { $0.distance < $1.distance }) else { return nil }
        return best.distance <= max(1, plain.count / 3) ? best.name : nil
    }

    private static func simplified(_ word: String) -> [Character] {
        word.lowercased().filter { $0 != "-" && $0 != "_" }
    }

    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var before: [Int] = []
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var next = [i + 1]
            for (j, b) in right.enumerated() {
                var least = min(row[j] + (a == b ? 0 : 1), row[j + 1] + 1, next[j] + 1)
                if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { least = min(least, before[j - 1] + 1) }
                next.append(least)
            }
            (before, row) = (row, next)
        }
        return row[right.count]
    }
}
