// SPDX-License-Identifier: Apache-2.0

internal import DequeModule

/// Lines on their way to a reader who may be slow, or may have stopped reading: so many bytes at most. What does not
/// fit is left out and counted, and a line says so in its place. Pure.
struct LineBuffer: Sendable {
    private var lines: Deque<String> = []
    private var bytes = 0
    private var lost = 0
    private let limit: Int
    /// The line that stands for so many.
    private let notice: @Sendable (Int) -> String

    init(limit: Int, notice: @escaping @Sendable (Int) -> String) {
        self.limit = limit
        self.notice = notice
    }

    var isEmpty: Bool { lines.isEmpty && lost == 0 }

    mutating func add(_ line: String) {
        let missing = lost > 0 ? notice(lost) : ""
        guard bytes + missing.utf8.count + line.utf8.count <= limit else {
            lost += 1
            return
        }
        if lost > 0 { append(missing) }
        lost = 0
        append(line)
    }

    private mutating func append(_ line: String) {
        lines.append(line)
        bytes += line.utf8.count
    }

    /// The next lines that are to be written in one go; `nil` where there are none.
    mutating func take() -> [UInt8]? {
        if lines.isEmpty, lost > 0 {
            append(notice(lost))
            lost = 0
        }
        var taken: [UInt8] = []
        while let line = lines.first, taken.isEmpty || taken.count + line.utf8.count <= Self.portion {
            taken += line.utf8
            lines.removeFirst()
        }
        bytes -= taken.count
        return taken.isEmpty ? nil : taken
    }

    /// What a pipe takes at once on Linux (pipe(7)).
    private static let portion = 64 << 10
}
