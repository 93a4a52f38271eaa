// SPDX-License-Identifier: Apache-2.0

/// Faults that a prompt asks for, so that a file dropped by any program can have them:
/// `[fault:submit=http429x2]` is the first two times, without `x2` it is every time. Pure.
struct FaultMarkers: Equatable, Sendable {
    enum Stage: String, Sendable {
        case submit, poll, picture, shape
    }

    struct Marker: Equatable, Sendable {
        var stage: Stage
        var kind: String
        /// How many times; `nil` is every time.
        var times: Int?
    }

    let markers: [Marker]

    init(prompt: String) {
        var markers: [Marker] = []
        var rest = prompt[...]
        while let start = rest.firstRange(of: "[fault:") {
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: "]") else { break }
            let parts = rest[..<end].split(separator: "=", maxSplits: 1)
            rest = rest[end...]
            guard parts.count == 2, let stage = Stage(rawValue: String(parts[0])) else { continue }
            markers.append(Self.marker(stage, parts[1]))
        }
        self.markers = markers
    }

    private static func marker(_ stage: Stage, _ text: Substring) -> Marker {
        if let cross = text.lastIndex(of: "x"), let times = Int(text[text.index(after: cross)...]) {
            return Marker(stage: stage, kind: String(text[..<cross]), times: times)
        }
        return Marker(stage: stage, kind: String(text), times: nil)
    }

    /// How the answers look; `nil` as usual.
    var shape: AnswerShape? { kind(.shape, time: 0).flatMap(AnswerShape.init(rawValue:)) }

    /// The marker for this stage that holds for the n-th time, from 0.
    func kind(_ stage: Stage, time: Int) -> String? {
        markers.first { $0.stage == stage && time < $0.times ?? .max }?.kind
    }
}
