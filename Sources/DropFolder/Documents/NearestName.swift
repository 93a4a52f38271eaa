// SPDX-License-Identifier: Apache-2.0

/// Finds what somebody meant by a misspelt word.
public enum NearestName {
    /// The nearest of `names` by Levenshtein distance without regard to case, `-` and `_`; `nil` where none is near: more
    /// than a third of the letters would have to change (but one letter always may).
    public static func of(_ word: String, among names: [String]) -> String? {
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
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let substitution = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substitution, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
