// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import DropFolder
@testable import Requests

/// Lanes as labels: bounded, and no two the same.
struct LaneLabelsTests {
    private static func lane(_ bytes: [UInt8]) -> Lane {
        (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
            Lane(path: buffer.baseAddress.map { FilePath(platformString: $0) } ?? FilePath())
        }
    }

    private static func lane(_ text: String) -> Lane { Lane(path: FilePath(text)) }

    private static func counts(_ labels: inout LaneLabels, _ waiting: [Lane: Int]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: labels.counts(waiting).map { ($0.name, Int($0.value)) })
    }

    struct Name: Sendable {
        var bytes: [UInt8]
        var label: String

        init(_ text: String, _ label: String) { self.init(Array(text.utf8), label) }

        init(_ bytes: [UInt8], _ label: String) { (self.bytes, self.label) = (bytes, label) }
    }

    private static let names = [
        Name("", "."), Name("acme", "acme"), Name("acme/spring sale", "acme/spring sale"), Name("größe/日本", "größe/日本"),
        Name("say \"hi\"", "say \"hi\""), Name([0x68, 0xE9], "h\\xE9"), Name("h\\xE9", "h\\x5CxE9"),
        Name("a\nb", "a\\x0Ab"), Name("a\u{202E}b", "a\\xE2\\x80\\xAEb"), Name("others", "others"),
    ]

    @Test(arguments: names)
    func `a lane's name is shown whatever bytes it has`(name: Name) {
        #expect(LaneLabels.text(Self.lane(name.bytes)) == name.label)
    }

    @Test func `names that differ have labels that differ`() {
        let labels = Self.names.map { LaneLabels.text(Self.lane($0.bytes)) }
        #expect(Set(labels + [LaneLabels.others]).count == Self.names.count + 1)
    }

    @Test func `a lane that was seen keeps its series, at 0 when nothing waits`() {
        var labels = LaneLabels()
        #expect(Self.counts(&labels, [:]) == [".": 0, "/others": 0])
        #expect(Self.counts(&labels, [Self.lane("a"): 3, .root: 1]) == [".": 1, "a": 3, "/others": 0])
        #expect(Self.counts(&labels, [Self.lane("b"): 2]) == [".": 0, "a": 0, "b": 2, "/others": 0])
    }

    @Test func `beyond a hundred lanes, and for very long names, all others are counted together`() {
        var labels = LaneLabels()
        var waiting = Dictionary(uniqueKeysWithValues: (1...150).map { (Self.lane("lane-\($0)"), $0) })
        waiting[Self.lane(String(repeating: "x", count: 300))] = 1000
        let counts = Self.counts(&labels, waiting)
        // The inbox itself, 99 lanes, and the others.
        #expect(counts.count == LaneLabels.limit + 1)
        #expect(counts["lane-150"] == 150)
        #expect(counts["lane-52"] == 52)
        #expect(counts["lane-51"] == nil)
        #expect(counts["/others"] == 2326)
        #expect(counts.values.reduce(0, +) == 12_325)
        let later = Self.counts(&labels, [Self.lane("new"): 7, Self.lane("lane-150"): 1])
        #expect(Set(later.keys) == Set(counts.keys))
        #expect(later["/others"] == 7)
    }
}
