// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Foundation
internal import Spool
internal import SystemPackage

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a spool and a commented configuration.")

    static let configurationName = "bananadrop.yaml"

    @Argument(help: "Where to make it; may exist already.")
    var directory = "."

    func run() async throws {
        try await orExit {
            let spool = Spool(root: FilePath(directory))
            try spool.make()
            try spool.check()
            let path = directory + "/" + Self.configurationName
            if !FileManager.default.fileExists(atPath: path) {
                try Data(Self.page.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
            }
            print("The spool is ready: \(spool.root)")
            print("Drop request files into \(spool.inbox); pictures come back in \(spool.done).")
            print("Start: bananadrop run --spool \(spool.root)")
        }
    }

    /// Every setting with its default, commented out: the file changes nothing until somebody edits it.
    static var page: String {
        var lines = ["# The settings of bananadrop. Take the # away before a line to change it.", ""]
        for name in SettingName.allCases where name != .spool {
            lines.append("# \(name.meaning.prefix(1).uppercased() + name.meaning.dropFirst()).")
            lines.append("# \(name.rule.prefix(1).uppercased() + name.rule.dropFirst()).")
            if let table = name.table {
                lines += ["# \(name.rawValue):"] + table.map { "#   - \(quoted($0.glob))  # \($0.why)" } + [""]
                continue
            }
            let value = name.defaultValue ?? name.example
            lines += ["# \(name.rawValue): \(value)".trimmingCharacters(in: .whitespaces), ""]
        }
        return lines.joined(separator: "\n")
    }

    /// As YAML quotes what begins with `*` or `#`.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

extension SettingName {
    /// What the commented configuration shows where there is no default.
    fileprivate var example: String {
        self == .caFile ? "/usr/local/share/ca-certificates/office.crt" : "/etc/bananadrop/api-key"
    }
}
