// SPDX-License-Identifier: Apache-2.0

package import NanoBanana

/// How a request's pictures are to be called: `{meta.sku}_{ratio}_{n}`, of which only what differs from picture to picture
/// is still to be filled in. Pure.
package struct SaveAs: Equatable, Sendable {
    /// The place of a picture's number in the result, from 1. No note of one's own fills it.
    static let number = "n"
    /// The place of its ratio, which stays to be filled where a request asks for several.
    static let ratio = "ratio"

    /// As a request file has it.
    package let text: String

    /// Whatever text it is: a journal may come from anywhere, and what a name may be is seen to when it is made.
    package init(_ text: String) { self.text = text }

    /// The picture's name without its ending; `nil` where none comes of it.
    ///
    /// - Parameter ratio: that which was asked for; `nil` where none was.
    package func stem(_ number: Int, in ratio: AspectRatio? = nil) -> String? {
        let filled = try? PromptTemplate(text).filled(limit: RequestRules.filledLimit) { name in
            if Self.isNumber(name) { return String(number) }
            return name.lowercased() == Self.ratio ? Self.inName(ratio ?? .auto) : nil
        }
        return filled.flatMap(PortableName.stem)
    }

    static func isNumber(_ place: String) -> Bool { place.lowercased() == number }

    /// No name has a colon.
    static func inName(_ ratio: AspectRatio) -> String { ratio.rawValue.replacing(":", with: "x") }

    /// Whether it names a place, and not only a file.
    static func leadsElsewhere(_ written: String) -> Bool { written.contains { $0 == "/" || $0 == "\\" } }
}

/// Gives each a name that none before has, in any case of letters: a clash gets `-2`, the next one `-3`. Pure.
package struct DistinctNames {
    private var taken: Set<String> = []
    /// The number at which each name's search goes on: many may ask for the same.
    private var attempts: [String: Int] = [:]

    package init() {}

    /// A name that nothing else may have.
    package mutating func take(_ name: String) { taken.insert(name.lowercased()) }

    package mutating func free(_ name: String) -> String {
        let key = name.lowercased()
        var attempt = attempts[key] ?? 1
        while true {
            let candidate = attempt == 1 ? name : "\(name)-\(attempt)"
            attempt += 1
            guard taken.insert(candidate.lowercased()).inserted else { continue }
            attempts[key] = attempt
            return candidate
        }
    }
}
