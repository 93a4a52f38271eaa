// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FoundationEssentials
internal import Glibc

/// The configuration file, read: every name in it is a setting's.
struct ConfigurationFile: Sendable {
    let path: String
    /// By the name of the setting.
    let entries: [String: SettingsFile.Entry]

    /// Blocking.
    init(reading path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            if FileManager.default.fileExists(atPath: path), access(path, R_OK) != 0 {
                throw CommandFailure(.noPermission, "this user may not read the configuration file \(path)")
            }
            throw CommandFailure(.configuration, "the configuration file \(path) cannot be read; is it there?")
        }
        let file: SettingsFile
        do {
            file = try SettingsFile(Array(data))
        } catch {
            throw CommandFailure(.configuration, "\(path): \(error)")
        }
        for entry in file.entries {
            guard let mistake = Self.mistake(in: entry) else { continue }
            throw CommandFailure(.configuration, "\(path):\(entry.line):\(entry.column): \(mistake)")
        }
        self.path = path
        entries = Dictionary(file.entries.map { ($0.name, $0) }) { $1 }
    }

    private static func mistake(in entry: SettingsFile.Entry) -> String? {
        guard let setting = SettingsTable.byName[entry.name] else {
            let nearest = NearestName.of(entry.name, among: SettingsTable.all.map(\.name))
            return "there is no setting `\(entry.name)`" + (nearest.map { "; did you mean \($0)?" } ?? "")
        }
        let takes = setting.values.shape
        switch entry.shape {
        case .value where takes != .value && entry.isGlued:
            return "YAML reads the lines of `\(entry.name)` as one: write each line as \(setting.values.lines), or "
                + "write everything on one line with commas in between"
        case .value: return nil
        case .list where takes != .value, .table where takes == .table: return nil
        case .list, .table:
            return "`\(entry.name)` cannot be a \(entry.shape.rawValue): it is \(setting.values.words)"
        }
    }
}
