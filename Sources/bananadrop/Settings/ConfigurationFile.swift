// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Foundation

/// The configuration file, read: every name in it is a setting's.
struct ConfigurationFile: Sendable {
    let path: String
    let entries: [SettingName: SettingsFile.Entry]

    /// Blocking.
    init(reading path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(.noInput, "the configuration file \(path) cannot be read; is it there?")
        }
        let file: SettingsFile
        do {
            file = try SettingsFile(Array(data))
        } catch {
            throw Failure(.configuration, "\(path): \(error)")
        }
        var entries: [SettingName: SettingsFile.Entry] = [:]
        for entry in file.entries {
            guard let name = SettingName(rawValue: entry.name) else {
                let nearest = NearestName.of(entry.name, among: SettingName.allCases.map(\.rawValue))
                let hint = nearest.map { "; did you mean \($0)?" } ?? ""
                throw Failure(
                    .configuration, "\(path):\(entry.line):\(entry.column): there is no setting `\(entry.name)`\(hint)")
            }
            entries[name] = entry
        }
        self.path = path
        self.entries = entries
    }
}
