// SPDX-License-Identifier: Apache-2.0

package import Documents
package import Requests

/// What a request, or a batch, asks for, under which name: to find it again. Pure.
package struct Asked: Equatable, Sendable {
    package var content: Fingerprint
    /// The job's name for people: `acme/hero`.
    package var name: String
    /// Meant once more, though the same was asked for before.
    var isAgain = false
    /// Whether the content is all that it asks for: pictures of one's own may be others under the same names.
    var isAllTold = true

    package init(content: Fingerprint, name: String, isAgain: Bool = false, isAllTold: Bool = true) {
        self.content = content
        self.name = name
        self.isAgain = isAgain
        self.isAllTold = isAllTold
    }

    /// The same, meant once more.
    package var again: Asked {
        var asked = self
        asked.isAgain = true
        return asked
    }
}

/// Why something is held that was asked for before. It stays held until somebody acts.
package enum Repetition: Hashable, Sendable {
    /// The same began under the same name.
    case sameName(String, since: Timestamp)
    /// The same began minutes ago, under a name of which this one looks like a copy's.
    case copy(String, of: String, since: Timestamp)
    /// The same began so many times within an hour, under whatever names.
    case loop(times: Int)
    /// So many rows of one table ask for the same.
    case rows(String, count: Int)
}

/// Whether one name was made from another, as programs do that copy a file: they put words, a number or the name of a
/// machine before it or behind it. Pure.
enum CopiedName {
    /// - Parameters: names of jobs, with their lanes: each part of the one is that of the other, or is made from it.
    static func areKin(_ one: String, _ other: String) -> Bool {
        let parts = (one.split(separator: "/"), other.split(separator: "/"))
        guard parts.0.count == parts.1.count else { return false }
        return zip(parts.0, parts.1).allSatisfy { one, other in
            let (one, other) = (Array(one.lowercased()), Array(other.lowercased()))
            return one.count < other.count ? holds(other, one) : holds(one, other)
        }
    }

    /// Whether `name` stands somewhere in `longer`, and neither a word nor a number goes on beyond it: `hero 2` and
    /// `hero2` hold `hero`, `heroes` does not, nor `10` a `1`.
    private static func holds(_ longer: [Character], _ name: [Character]) -> Bool {
        (0...longer.count - name.count).contains { start in
            let end = start + name.count
            return Array(longer[start..<end]) == name && isBoundary(longer, start) && isBoundary(longer, end)
        }
    }

    private static func isBoundary(_ name: [Character], _ index: Int) -> Bool {
        guard index > 0, index < name.count else { return true }
        let (before, after) = (name[index - 1], name[index])
        return !(before.isLetter && after.isLetter) && !(before.isNumber && after.isNumber)
    }
}
