// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// One setting: a row of ``SettingsTable``. All that is said of it, and all ways to give it, come from here.
struct Setting<Value: Sendable>: AnySetting {
    let name: String
    let kind: SettingKind<Value>
    let standard: String
    let change: SettingChange
    let meaning: String
    let example: [String]

    var values: SettingValues { kind.values }

    init(
        _ name: String, _ kind: SettingKind<Value>, _ standard: String, _ change: SettingChange, _ meaning: String,
        example: [String] = []
    ) {
        self.name = name
        self.kind = kind
        self.standard = standard
        self.change = change
        self.meaning = meaning
        self.example = example
    }
}

/// What all settings have, whatever their values are.
protocol AnySetting: Sendable {
    /// That of the option and of the key in the file.
    var name: String { get }
    var values: SettingValues { get }
    /// The default, as it is written; empty where there is none.
    var standard: String { get }
    var change: SettingChange { get }
    /// What it does, in a line that begins small and has no full stop.
    var meaning: String { get }
    /// What `init` shows where there is no default: a value, or the lines of a list.
    var example: [String] { get }
}

extension AnySetting {
    /// `BANANADROP_MAX_IN_FLIGHT`.
    var environmentName: String { "BANANADROP_" + name.uppercased().replacing("-", with: "_") }

    /// The default as a list of lines, where it is one.
    var standardList: [String] {
        values.shape == .value || standard.isEmpty ? [] : standard.split(separator: ",").map(\.trimmed)
    }
}

/// When a change of a setting holds.
enum SettingChange: String, Sendable {
    case reload, restart
}

/// What values a setting takes, for people.
struct SettingValues: Sendable {
    /// What it is, with its range.
    var rule: String
    /// What a number without a unit means; empty where there are no units.
    var unit = ""
    /// How it may stand in the configuration file; everywhere else it is one line.
    var shape = SettingsFile.Shape.value
    /// What a part of a table looks like in one line.
    var form = ""
    /// All of them, where they are words, or those that come to mind.
    var offers: [String] = []
    /// What it names, where it is a path.
    var place: Place?

    enum Place: Sendable {
        case file, folder
    }

    /// A line of it in the configuration file, where it has several there.
    var lines: String {
        switch shape {
        case .value: ""
        case .list: "`- ITEM`"
        case .table:
            form.split(separator: " or ").map { "`\($0.replacing(" = ", with: ": "))`" }.joined(separator: " or ")
        }
    }

    var words: String { unit.isEmpty ? rule : "\(rule); \(unit)" }
}

/// What values a setting takes, and how they are read.
struct SettingKind<Value: Sendable>: Sendable {
    let values: SettingValues
    /// `nil` for whatever is not exactly one.
    let read: @Sendable (String) -> Value?
}

extension SettingKind where Value == String {
    /// What is read where it is used, with sentences of its own.
    static func text(_ rule: String, _ shape: SettingsFile.Shape = .value, offers: [String] = []) -> Self {
        let separated = shape == .value ? "" : ", with commas between them"
        return Self(values: SettingValues(rule: rule + separated, shape: shape, form: rule, offers: offers)) { $0 }
    }

    static func path(_ rule: String, to place: SettingValues.Place) -> Self {
        Self(values: SettingValues(rule: rule, form: rule, place: place)) { $0 }
    }
}

extension SettingKind where Value == [String] {
    static var globs: Self {
        let rule = "names, also with wildcards (* ? [a-z]), in upper or lower case, with commas between them"
        return Self(values: SettingValues(rule: rule, shape: .list), read: SettingText.globs)
    }
}

extension SettingKind where Value == Duration {
    static func time(_ range: ClosedRange<Duration>) -> Self {
        let words = "\(SettingText.words(range.lowerBound)) to \(SettingText.words(range.upperBound))"
        let values = SettingValues(rule: "a time from \(words)", unit: "seconds if no unit is given")
        return Self(values: values) { text in SettingText.time(text).flatMap { range.contains($0) ? $0 : nil } }
    }
}

extension SettingKind where Value == Int64 {
    static func size(_ range: ClosedRange<Int64>) -> Self {
        let words = "\(SettingText.words(range.lowerBound)) to \(SettingText.words(range.upperBound))"
        let values = SettingValues(rule: "a size from \(words)", unit: "bytes if no unit is given")
        return Self(values: values) { text in SettingText.size(text).flatMap { range.contains($0) ? $0 : nil } }
    }
}

extension SettingKind where Value == Int {
    static func number(_ range: ClosedRange<Int>) -> Self {
        let rule = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Self(values: SettingValues(rule: rule)) { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension SettingKind where Value: RawRepresentable<String> {
    static func oneOf(_ values: [Value]) -> Self { .words(values.map { ($0.rawValue, $0) }) }
}

extension SettingKind {
    /// One of some words, each of which stands for a value.
    static func words(_ pairs: [(word: String, value: Value)]) -> Self {
        let words = pairs.map(\.word)
        let rule = words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
        return Self(values: SettingValues(rule: rule, offers: words)) { text in
            pairs.first { $0.word == text }?.value
        }
    }
}

extension String {
    /// With a capital at its start.
    var sentenceCase: String { prefix(1).uppercased() + dropFirst() }
}
