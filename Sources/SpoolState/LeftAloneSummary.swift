// SPDX-License-Identifier: Apache-2.0

package import struct SystemPackage.FilePath

/// What is left alone, as a page shows it: some of each reason and place by name, and of the rest how many there are, so
/// that fifteen thousand files in one folder hide nothing of what else there is. Pure.
package struct LeftAloneSummary<Reason: Hashable & Sendable>: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        /// Relative to the inbox.
        package var path: FilePath
        package var reason: Reason

        package init(path: FilePath, reason: Reason) {
            self.path = path
            self.reason = reason
        }
    }

    /// Of one reason, and in one folder of the inbox and all below it, what is not named.
    package struct Rest: Equatable, Sendable {
        /// Empty for the inbox itself.
        package var folder: FilePath
        package var reason: Reason
        package var count: Int

        package init(folder: FilePath, reason: Reason, count: Int) {
            (self.folder, self.reason, self.count) = (folder, reason, count)
        }
    }

    private struct Key: Hashable {
        var folder: FilePath
        var reason: Reason
    }

    private struct Group {
        /// The first by name.
        var first: [(text: String, entry: Entry)] = []
        var count = 0

        mutating func add(_ entry: Entry) {
            count += 1
            let text = entry.path.string
            if first.count == namesOfEach, let last = first.last, last.text <= text { return }
            let place = first.firstIndex { $0.text > text } ?? first.endIndex
            first.insert((text, entry), at: place)
            if first.count > namesOfEach { first.removeLast() }
        }
    }

    /// How many of one reason and folder are named.
    static var namesOfEach: Int { 10 }
    /// How many are named in all, and for how many groups the rest is.
    static var names: Int { 100 }
    static var rests: Int { 20 }

    /// By name.
    package private(set) var named: [Entry] = []
    /// The largest first.
    package private(set) var rest: [Rest] = []
    /// All of them.
    package private(set) var count = 0

    package init(_ entries: some Sequence<Entry>) {
        var groups: [Key: Group] = [:]
        for entry in entries {
            count += 1
            groups[Key(folder: Self.folder(of: entry.path), reason: entry.reason), default: Group()].add(entry)
        }
        // The small ones first: what is rare is what is looked for.
        let sorted = groups.sorted { left, right in
            (left.value.count, left.value.first[0].text) < (right.value.count, right.value.first[0].text)
        }
        var left = Self.names
        for (key, group) in sorted {
            let shown = group.first.prefix(left)
            left -= shown.count
            named += shown.map(\.entry)
            if group.count > shown.count {
                rest.append(Rest(folder: key.folder, reason: key.reason, count: group.count - shown.count))
            }
        }
        named.sort { $0.path.string < $1.path.string }
        rest = Array(rest.sorted { $0.count > $1.count }.prefix(Self.rests))
    }

    /// The same for people.
    package func map<Other>(_ transform: (Reason) -> Other) -> LeftAloneSummary<Other> {
        LeftAloneSummary<Other>(
            named: named.map { .init(path: $0.path, reason: transform($0.reason)) },
            rest: rest.map { .init(folder: $0.folder, reason: transform($0.reason), count: $0.count) }, count: count)
    }

    /// One that was made before.
    package init(named: [Entry], rest: [Rest], count: Int) {
        (self.named, self.rest, self.count) = (named, rest, count)
    }

    /// The folder of the inbox below which it is counted; empty for the inbox itself.
    package static func folder(of path: FilePath) -> FilePath {
        path.components.count > 1 ? FilePath(root: nil, path.components.prefix(1)) : FilePath()
    }

    /// None.
    package init() { self.init([]) }

    /// Of one reason, wherever they lie.
    package struct OfReason: Equatable, Sendable {
        package var reason: Reason
        package var count: Int
        /// The first by name.
        package var names: [FilePath]
    }

    /// The most first; what ``others`` counts is in none of them.
    package func byReason(named most: Int) -> [OfReason] {
        var groups: [OfReason] = []
        var places: [Reason: Int] = [:]
        func add(_ count: Int, _ reason: Reason, _ name: FilePath?) {
            let place = places[reason] ?? groups.count
            if place == groups.count {
                places[reason] = place
                groups.append(OfReason(reason: reason, count: 0, names: []))
            }
            groups[place].count += count
            if let name, groups[place].names.count < most { groups[place].names.append(name) }
        }
        for entry in named { add(1, entry.reason, entry.path) }
        for more in rest { add(more.count, more.reason, nil) }
        return groups.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
            .map(\.element)
    }

    /// How many are neither named nor among ``rest``.
    package var others: Int { count - named.count - rest.reduce(0) { $0 + $1.count } }
}
