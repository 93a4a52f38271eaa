// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// What one check of `doctor` comes to: a line.
package struct Diagnosis: Equatable, Sendable {
    /// How it is.
    package enum Level: String, Sendable {
        case ok, warn, fail
    }

    /// What was looked at. In the order of the checks.
    package enum Subject: String, CaseIterable, Sendable {
        case configuration, spool, permissions, space
        case fileSystem = "file_system"
        case events, inotify, daemon, key, api, pictures, clock
        case timeZone = "time_zone"
        case publishing, prices, limits, notifications
    }

    /// What was looked at.
    package let subject: Subject
    /// How it is.
    package let level: Level
    /// What was found.
    package let finding: String
    /// What to do; `nil` where there is nothing to do.
    package let advice: String?

    init(_ symptom: some Symptom) {
        subject = type(of: symptom).subject
        level = symptom.level
        finding = symptom.words.finding
        advice = symptom.words.advice
    }

    /// The line: `warn  space          900.0 MiB of …; make room …`.
    ///
    /// - Parameter colour: whether the mark is coloured, as a terminal does it.
    package func line(colour: Bool) -> String {
        let mark = level.rawValue.padded(to: 4)
        let name = subject.rawValue.replacing("_", with: " ").padded(to: Self.nameWidth)
        let words = finding + (advice.map { "; " + $0 } ?? "")
        return (colour ? "\u{1B}[\(level.colour)m\(mark)\u{1B}[0m" : mark) + "  \(name)  \(words)"
    }

    private static let nameWidth = Subject.allCases.map(\.rawValue.count).max() ?? 0

    var json: JSON {
        .object([
            "level": level.rawValue.json, "subject": subject.rawValue.json, "finding": finding.json,
            "advice": advice?.json ?? .null,
        ])
    }

    /// All of them as a page of JSON; `level` is the worst.
    package static func page(_ all: [Diagnosis]) -> [UInt8] {
        let worst: Level =
            all.contains { $0.level == .fail } ? .fail : all.contains { $0.level == .warn } ? .warn : .ok
        return JSON.object([
            "version": .number(1), "level": worst.rawValue.json, "checks": .array(all.map(\.json)),
        ]).page
    }
}

extension Diagnosis.Level {
    /// SGR: green, yellow, red.
    fileprivate var colour: Int {
        switch self {
        case .ok: 32
        case .warn: 33
        case .fail: 31
        }
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
