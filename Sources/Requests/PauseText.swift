// SPDX-License-Identifier: Apache-2.0

package import Documents

/// What a file `PAUSE` may say: `until: 2026-11-30T14:00:00Z`. Pure.
package enum PauseText {
    package static func text(until: Timestamp?) -> [UInt8] {
        until.map { Array("until: \($0)\n".utf8) } ?? []
    }

    /// The first line that says so; `nil` where none does.
    ///
    /// - Parameter bytes: the beginning of the file, whatever it is.
    package static func until(in bytes: [UInt8]) -> Timestamp? {
        guard let text = try? DocumentText(bytes).text else { return nil }
        for line in text.split(whereSeparator: \.isNewline) {
            let halves = line.split(separator: ":", maxSplits: 1).map { String($0).trimmed }
            guard halves.count == 2, halves[0].lowercased() == "until" else { continue }
            return ISOTime.moment(halves[1])
        }
        return nil
    }
}
