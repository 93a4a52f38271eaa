// SPDX-License-Identifier: Apache-2.0

internal import FileIO
package import Requests
internal import SystemPackage

/// Keeps the files small together that are read and parsed at one time: each takes some ten times its size in memory until
/// that is done, and whoever drops several of the largest must not end the daemon. Blocking.
final class ParsingRoom: Sendable {
    /// For all of the process.
    static let shared = ParsingRoom(limit: 2 * RequestRules.batchSizeLimit)

    private let limit: Int
    private let taken = ConditionLock(0)

    /// - Parameter limit: in bytes. A file that is larger by itself goes alone.
    init(limit: Int) {
        self.limit = limit
    }

    /// Waits until the file finds room, reads it, and calls `parse` with the bytes, which have the room for that long.
    /// Of a file that is larger than its kind may be, one byte more than that is read.
    func reading<Value>(
        _ file: borrowing OpenFile, of size: Int64, as syntax: RequestFileName.Syntax, _ parse: ([UInt8]) -> Value
    ) throws(Errno) -> Value {
        let size = Int(clamping: size)
        let room = min(size, syntax.sizeLimit)
        enter(room)
        defer { leave(room) }
        return parse(try file.readAll(limit: syntax.sizeLimit + 1, expecting: size))
    }

    /// ``leave(_:)`` takes the same number.
    func enter(_ bytes: Int) {
        taken.wait { taken -> ConditionLock<Int>.Look<Void> in
            guard taken == 0 || taken + bytes <= limit else { return .sleep }
            taken += bytes
            return .found(())
        }
    }

    func leave(_ bytes: Int) {
        taken.change { taken in
            taken -= bytes
            return .all
        }
    }
}

extension RequestReader {
    /// One that goes by the machine's clock.
    package init(rules: RequestRules) {
        self.init(rules: rules, now: { .now })
    }
}
