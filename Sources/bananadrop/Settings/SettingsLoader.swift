// SPDX-License-Identifier: Apache-2.0

internal import DropFolder
internal import Foundation
internal import NanoBanana
internal import SystemPackage

/// Brings the sources of settings together: the command line, the environment, and the configuration file.
enum SettingsLoader {
    static func load(_ options: SettingsOptions) throws -> Settings {
        // Everybody on the machine can read the arguments of a process (proc(5), cmdline).
        if options.proxy?.contains("@") == true {
            throw Failure(
                .usage,
                "--proxy with a password can be read by everyone on this machine; give it as proxy in the "
                    + "configuration file or as BANANADROP_PROXY")
        }
        let values = try Self.file(options).map(read) ?? [:]
        return try Settings(options: options.given, environment: ProcessInfo.processInfo.environment, file: values)
    }

    /// The configuration file that holds: the one that is named, or that of the spool, if there is one.
    static func file(_ options: SettingsOptions) -> String? {
        let environment = ProcessInfo.processInfo.environment
        if let named = options.config ?? environment["BANANADROP_CONFIG"] { return named }
        let spool = options.spool ?? environment[SettingName.spool.environmentName]
        let beside = spool.map { $0 + "/" + InitCommand.configurationName }
        return beside.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
    }

    private static func read(_ path: String) throws -> [SettingName: String] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Failure(.noInput, "the configuration file \(path) cannot be read; is it there?")
        }
        let file: SettingsFile
        do {
            file = try SettingsFile(Array(data))
        } catch {
            throw Failure(.configuration, "\(path): \(error)")
        }
        var values: [SettingName: String] = [:]
        for entry in file.entries {
            guard let name = SettingName(rawValue: entry.name) else {
                let nearest = NearestName.of(entry.name, among: SettingName.allCases.map(\.rawValue))
                let hint = nearest.map { "; did you mean \($0)?" } ?? ""
                throw Failure(
                    .configuration, "\(path):\(entry.line):\(entry.column): there is no setting `\(entry.name)`\(hint)")
            }
            values[name] = entry.value
        }
        return values
    }

    /// The key, from the first of these that there is: the credential `api-key` that the service manager passes on
    /// (systemd.exec(5), `LoadCredential=`), the setting's file, the environment. Throws where there is none.
    static func key(_ settings: Settings) throws -> APIKey {
        if let path = try credential ?? settings.optionalText(.apiKeyFile) { return try key(in: path) }
        guard let text = ProcessInfo.processInfo.environment["BANANADROP_API_KEY"], !text.isEmpty else {
            throw Failure(.configuration, "there is no API key: set BANANADROP_API_KEY, or --api-key-file")
        }
        guard let key = APIKey(text) else {
            throw Failure(.configuration, "BANANADROP_API_KEY holds no key: one line of plain characters")
        }
        return key
    }

    private static var credential: String? {
        let folder = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"]
        let path = folder.map { $0 + "/api-key" }
        return path.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
    }

    private static func key(in path: String) throws -> APIKey {
        let bytes: [UInt8]
        do {
            bytes = try SecretFile.read(FilePath(path))
        } catch {
            throw Failure(error.isMissing ? .noInput : .noPermission, "the key file \(error)")
        }
        guard let key = APIKey(String(decoding: bytes, as: UTF8.self)) else {
            throw Failure(.configuration, "the key file \(path) holds no key: one line of plain characters")
        }
        return key
    }
}

extension SecretFile.Problem {
    fileprivate var isMissing: Bool {
        if case .cannotRead(_, .noSuchFileOrDirectory) = self { true } else { false }
    }
}
