// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// Brings the sources of settings together: the command line, the environment, and the configuration file.
enum SettingsLoader {
    /// Blocking.
    static func load(_ options: SettingsOptions) throws -> Settings {
        // Everybody on the machine can read the arguments of a process (proc(5), cmdline).
        if options.proxy?.contains("@") == true {
            throw Failure(
                .usage,
                "--proxy with a password can be read by everyone on this machine; give it as proxy in the "
                    + "configuration file or as BANANADROP_PROXY")
        }
        return try Settings(
            options: options.given, environment: ProcessInfo.processInfo.environment,
            file: try Self.file(options).map(ConfigurationFile.init(reading:)))
    }

    /// The configuration file that holds: the one that is named, or that of the spool, if there is one.
    static func file(_ options: SettingsOptions) -> String? {
        let environment = ProcessInfo.processInfo.environment
        if let named = options.config ?? environment["BANANADROP_CONFIG"] { return named }
        let spool = options.spool ?? environment[SettingName.spool.environmentName]
        let beside = spool.map { $0 + "/" + InitCommand.configurationName }
        return beside.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
    }
}
