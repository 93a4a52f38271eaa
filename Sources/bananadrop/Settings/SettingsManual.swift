// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Spool

/// What is said of the settings where they are listed: made of their rows. Pure.
enum SettingsManual {
    private static let reasons = Dictionary(uniqueKeysWithValues: IgnoredNames.table.map { ($0.glob, $0.why) })

    /// Every setting with its default, commented out: the file changes nothing until somebody edits it.
    static var configuration: String {
        var lines = ["# The settings of bananadrop. To change one, remove the # in front of it.", ""]
        for setting in SettingsTable.all where setting.name != SettingsTable.rows.spool.name {
            lines += ["# \(setting.meaning.sentenceCase).", "# \(values(setting))."]
            lines += entry(setting).map { "# \($0)".trimmed } + [""]
        }
        return lines.joined(separator: "\n")
    }

    /// What it takes. Its lines in the file are not those of an option: `=` there would make one line of all.
    private static func values(_ setting: any AnySetting) -> String {
        let form = setting.values.shape == .value ? "" : ", or a line each: \(setting.values.lines)"
        return setting.values.words.sentenceCase + form
    }

    /// As the configuration file has it, with its default or, where there is none, an example.
    private static func entry(_ setting: any AnySetting) -> [String] {
        switch setting.values.shape {
        case .value: ["\(setting.name): \(setting.standard.isEmpty ? setting.example.first ?? "" : setting.standard)"]
        case .list:
            ["\(setting.name):"]
                + (setting.standardList.isEmpty ? setting.example : setting.standardList).map { item in
                    "  - \(quoted(item))" + (reasons[item].map { "  # \($0)" } ?? "")
                }
        case .table: ["\(setting.name):"] + setting.example.map { "  \($0)" }
        }
    }

    /// As YAML quotes what begins with `*` or `#`.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// What a setting's default has in it, and why, where there is more to say than its words.
    private static func explained(_ setting: any AnySetting) -> [(item: String, why: String)] {
        setting.standardList.compactMap { item in reasons[item].map { (item, $0) } }
    }

    /// For a terminal, and for the man page: a block for each.
    static var text: String {
        let head = """
            Each setting is an option (--max-in-flight 4), an environment variable
            (BANANADROP_MAX_IN_FLIGHT=4), and a line of the configuration file (max-in-flight: 4).
            Where a setting is given more than once, the first of these counts. A change in the
            file takes effect after a reload, or only after a restart.

            """
        return SettingsTable.all.reduce(head) { text, setting in
            let explained = explained(setting)
            let standard = explained.isEmpty ? setting.standard : "this list"
            let list = explained.map { "        \($0)  \($1)\n" }.joined()
            return text + """

                --\(setting.name)
                    \(setting.meaning.sentenceCase).
                    \(values(setting)).
                    Takes effect after a \(setting.change.rawValue). Default: \(standard.isEmpty ? "none" : standard).
                \(list)
                """
        }
    }

    /// The end of the document `Settings.md`.
    static var markdown: String {
        let rows = SettingsTable.all.map { setting in
            let standard = setting.standard.isEmpty ? "none" : "`\(setting.standard)`"
            let cells = [
                "`\(setting.name)`", explained(setting).isEmpty ? standard : "the list below",
                escaped(setting.values.rule), escaped(setting.meaning), setting.change.rawValue,
            ]
            return "| \(cells.joined(separator: " | ")) |"
        }
        let names = IgnoredNames.table.map { "| `\($0.glob)` | \(escaped($0.why)) |" }
        let lines =
            ["| setting | default | values | what | change |", "|---|---|---|---|---|"] + rows
            + ["", "## Names that `ignore` has by default", "", "| name | whose |", "|---|---|"] + names
        return lines.map { $0 + "\n" }.joined()
    }

    /// Text that Markdown takes for nothing but text.
    private static func escaped(_ text: String) -> String { text.replacing("*", with: "\\*") }
}
