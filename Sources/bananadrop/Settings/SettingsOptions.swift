// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Documents
internal import FoundationEssentials
internal import Spool

/// The settings as options of a command, one for each row of ``SettingsTable``, and the file that holds others. All are
/// text here: what they mean is read in one place for all sources. Help lists only where the settings are.
struct SettingsOptions: ParsableArguments, CustomReflectable {
    private(set) var config: String?
    /// Whether ``config`` is the package's, which nobody named.
    private(set) var isPackaged = false
    /// The settings that were given, by name.
    private(set) var given: [String: String] = [:]

    /// For the end of a command's discussion.
    static let hint = "`bananadrop --help settings` explains the settings; each is also an option of this command."

    init() {}

    init(spool: String?, config: String? = nil) {
        given[SettingsTable.rows.spool.name] = spool
        self.config = config
    }

    /// `nil` where the option was not given.
    subscript<Value>(_ path: KeyPath<SettingsTable, Setting<Value>>) -> String? {
        given[SettingsTable.rows[keyPath: path].name]
    }

    init(from decoder: any Decoder) throws {
        let options = try decoder.container(keyedBy: Key.self)
        config = try options.decode(Option<String?>.self, forKey: Key(stringValue: Self.config)).wrappedValue
        for setting in SettingsTable.all {
            let key = Key(stringValue: setting.name)
            given[setting.name] = try options.decode(Option<String?>.self, forKey: key).wrappedValue
        }
    }

    /// The parser finds a command's options in the mirror of a fresh value: so they can be made from the table.
    var customMirror: Mirror {
        let help = ArgumentHelp(
            "A configuration file. Default: bananadrop.yaml in the spool; if no spool is given, the package's file "
                + "(but not for run).", valueName: "file")
        let file = Option<String?>(name: .customLong(Self.config), help: help, completion: .file())
        var children: [Mirror.Child] = [(label: Self.config, value: file)]
        for setting in SettingsTable.all { children.append((label: setting.name, value: setting.option)) }
        return Mirror(self, children: children)
    }

    private static let config = "config"

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

extension AnySetting {
    /// Help is short, and completions know all.
    private static var areShown: Bool {
        ProcessInfo.processInfo.arguments.contains { $0.hasPrefix("--generate-completion-script") }
    }

    fileprivate var option: Option<String?> {
        var text = "\(meaning): \(values.words).".sentenceCase
        if !standardList.isEmpty {
            text += " Default: a list that `init` writes into the configuration."
        } else if !standard.isEmpty {
            text += " Default: \(standard)."
        }
        let isPlace = name == SettingsTable.rows.spool.name
        return Option(
            name: .customLong(name),
            help: ArgumentHelp(text, valueName: "value", visibility: isPlace || Self.areShown ? .default : .hidden),
            completion: completion)
    }
}

extension SettingsOptions {
    /// Where the package has its configuration.
    static let packaged = "/etc/bananadrop/config.yaml"

    /// What names a configuration file, too.
    static let fileVariable = "BANANADROP_CONFIG"

    private static var environment: [String: String] { ProcessInfo.processInfo.environment }

    /// The spool that the options or the environment name.
    var spool: String? { self[\.spool] ?? Self.environment[SettingsTable.rows.spool.environmentName] }

    /// The same, or what the configuration file says although another line of it is wrong. Blocking.
    var spoolInSpiteOfMistakes: String? {
        if let spool { return spool }
        let text = file.flatMap(FileManager.default.contents(atPath:))
        let entries = text.flatMap { try? SettingsFile(Array($0)).entries }
        return entries?.last { $0.name == SettingsTable.rows.spool.name }?.value
    }

    /// The configuration file that holds: the one that is named, or that of the spool, if there is one.
    var file: String? {
        if let named = config ?? Self.environment[Self.fileVariable] { return named }
        let beside = spool.map { $0 + "/" + InitCommand.configurationName }
        return beside.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
    }

    /// The same for a command beside the daemon, which finds the package's spool by itself. The daemon does not: run by
    /// hand, and by another user, it would leave files there that the service cannot use.
    var orPackaged: Self {
        guard file == nil, spool == nil, FileManager.default.fileExists(atPath: Self.packaged) else { return self }
        var options = self
        options.config = Self.packaged
        options.isPackaged = true
        return options
    }

    /// The settings for what needs no spool: the package's configuration, where nobody named one, is passed over by
    /// whoever may not read it. Blocking.
    func loadOrDefaults() throws -> Settings {
        let options = orPackaged
        do {
            return try options.load()
        } catch let failure as CommandFailure where options.isPackaged && failure.code == .noPermission {
            printError("bananadrop: \(failure.message); the defaults are used instead")
            return try load()
        }
    }

    /// Says which spool a command works on that found it by itself: there may be one that nobody serves.
    func tell(of spool: Spool) {
        if isPackaged { printError("bananadrop: the spool is \(spool.root), as \(Self.packaged) says") }
    }

    /// Brings the sources of settings together: command line, environment, and configuration file. Blocking.
    ///
    /// - Parameter environment: another process's, where that counts instead of this one's.
    func load(environment: [String: String]? = nil) throws -> Settings {
        // Everybody on the machine can read the arguments of a process (proc(5), cmdline).
        if self[\.proxy]?.contains("@") == true {
            throw CommandFailure(
                .usage,
                "everyone on this machine can read a password in --proxy; set proxy in the configuration file, or "
                    + "BANANADROP_PROXY, instead")
        }
        return try Settings(
            options: given, environment: environment ?? Self.environment,
            file: try file.map(ConfigurationFile.init(reading:)))
    }
}
