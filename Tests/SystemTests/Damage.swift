// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What somebody does to a journal while no daemon runs.
enum Damage: String, CaseIterable, Sendable {
    case none, garbageBehind, garbageLineBehind, garbageInTheMiddle, lastLineCut

    func done(to journal: Data) -> Data {
        let newline = UInt8(ascii: "\n")
        var lines = journal.split(separator: newline).map { Data($0) }
        switch self {
        case .none: return journal
        case .garbageBehind: return journal + Data("garbage".utf8)
        case .garbageLineBehind: return journal + Data("garbage\n".utf8)
        case .garbageInTheMiddle:
            lines[1] = Data("garbage".utf8)
            return Data(lines.joined(separator: [newline])) + [newline]
        case .lastLineCut: return journal.dropLast(10)
        }
    }
}
