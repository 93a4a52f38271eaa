// SPDX-License-Identifier: Apache-2.0

internal import Configuration
internal import Documents
internal import DropFolder
internal import Intake
internal import Jobs
internal import NanoBanana
internal import Requests
internal import Sharing
internal import Spending
internal import Spool
internal import SystemPackage

/// The effective settings: from options, environment, file and defaults, the strongest first.
struct Settings: Sendable {
    private let reader: ConfigReader
    private let options: [String: String]
    private let file: ConfigurationFile?
    /// The process environment: `https_proxy` and its like are no settings of ours, and count all the same.
    let environment: [String: String]

    /// - Parameters:
    ///   - options: what the command line gives, by name.
    ///   - environment: the process environment.
    ///   - file: the configuration file; `nil` where there is none.
    init(options: [String: String], environment: [String: String], file: ConfigurationFile?) throws {
        try Self.refuseUnknown(environment)
        self.options = options
        self.file = file
        self.environment = environment
        let defaults = SettingsTable.byName.mapValues(\.standard)
        // Defaults stand in a last provider and every read is a required one: a value is never passed over in silence.
        reader = ConfigReader(providers: [
            Self.provider("options", options),
            EnvironmentVariablesProvider(environmentVariables: environment),
            Self.provider("file", file?.entries.mapValues(\.value) ?? [:]),
            Self.provider("defaults", defaults),
        ])
    }

    private static func key(_ name: String) -> ConfigKey { ConfigKey(["bananadrop", name]) }

    private static func provider(_ name: String, _ values: [String: String]) -> InMemoryProvider {
        let pairs = values.map { name, value in
            let isSecret = [SettingsTable.rows.proxy.name, SettingsTable.rows.notifyURL.name].contains(name)
            return (AbsoluteConfigKey(key(name)), ConfigValue(.string(value), isSecret: isSecret))
        }
        return InMemoryProvider(name: name, values: Dictionary(uniqueKeysWithValues: pairs))
    }

    /// Names that begin with `BANANADROP_` and are no setting's are misspelt ones. `BANANADROP_TEST_…` belongs to
    /// tests.
    private static func refuseUnknown(_ environment: [String: String]) throws {
        let known =
            SettingsTable.all.map(\.environmentName) + [APIKeySource.environmentName, SettingsOptions.fileVariable]
        for name in environment.keys.sorted() where name.hasPrefix("BANANADROP_") && !known.contains(name) {
            if name.hasPrefix("BANANADROP_TEST_") { continue }
            let nearest = NearestName.of(name, among: known)
            throw CommandFailure(
                .configuration,
                "there is no setting \(name) in the environment" + (nearest.map { "; did you mean \($0)?" } ?? ""))
        }
    }

    /// These after a reload of what held before: what only a restart takes up is as it was.
    func reloaded(after values: [String: String]) throws -> Settings {
        let held = values.filter { SettingsTable.byName[$0.key]?.change == .restart }
        return try Settings(options: options.merging(held) { $1 }, environment: environment, file: file)
    }

    /// Where a setting's value comes from, for people.
    func source(of setting: any AnySetting) -> String {
        if options[setting.name] != nil { return "option" }
        if environment[setting.environmentName] != nil { return setting.environmentName }
        if let file, let entry = file.entries[setting.name] { return "\(file.path):\(entry.line)" }
        return "default"
    }

    /// The value of a setting; a text that is none is a mistake.
    func value<Value>(_ path: KeyPath<SettingsTable, Setting<Value>>) throws -> Value {
        let setting = SettingsTable.rows[keyPath: path]
        let text = try reader.requiredString(forKey: Self.key(setting.name))
        guard let value = setting.kind.read(text) else {
            throw CommandFailure(
                .configuration, "\(setting.name) cannot be \(Wording.quoted(text)): it is \(setting.values.words)")
        }
        return value
    }

    /// `nil` where nothing is given.
    func given(_ path: KeyPath<SettingsTable, Setting<String>>) throws -> String? {
        let text = try value(path)
        return text.isEmpty ? nil : text
    }

    /// The values of all settings as text, by name; empty where there is none.
    var values: [String: String] {
        get throws {
            try SettingsTable.byName.mapValues { try reader.requiredString(forKey: Self.key($0.name)) }
        }
    }

    /// Reads every setting, whether it is needed or not: throws the first mistake.
    func check() throws {
        _ = (try dropFolder, try client, try value(\.logLevel), try logStyle, try metricsListen, try page)
    }

    var spool: Spool {
        get throws {
            if let root = try given(\.spool) { return Spool(root: FilePath(root)) }
            let setting = SettingsTable.rows.spool
            throw CommandFailure(
                .usage, "--\(setting.name) is missing: \(setting.meaning) (or \(setting.environmentName))")
        }
    }

    var logStyle: LogStyle {
        get throws { LogStyle(try value(\.logFormat), journal: environment["JOURNAL_STREAM"]) }
    }

    var rules: RequestRules {
        get throws {
            let models: [Model]
            do {
                models = try ModelTable.models(try value(\.models))
            } catch let error as ModelTableError {
                throw CommandFailure(.configuration, "models cannot be read: \(error)")
            }
            let name = try value(\.model)
            guard let model = Model.named(name, among: models) else {
                let rule = SettingsTable.rows.model.values.words
                throw CommandFailure(.configuration, "model cannot be \"\(name)\": it is \(rule)")
            }
            var rules = RequestRules(defaultModel: model, models: models)
            rules.allowsTextToImage = try value(\.allowTextToImage)
            rules.mark = try value(\.mark)
            rules.lanesMayNotify = try value(\.lanesMayNotify)
            rules.linkAddresses = .ofLinks(toAPIAt: try value(\.apiURL))
            rules.pictureLimit = try value(\.pictureLimit)
            rules.sharedLinks = try share?.links
            return rules
        }
    }

    var names: IgnoredNames {
        get throws { IgnoredNames(ignored: try value(\.ignore), conflictCopies: try value(\.conflictCopies)) }
    }

    var dropFolder: DropFolderSettings {
        get throws {
            var settings = DropFolderSettings()
            settings.maxInFlight = try value(\.maxInFlight)
            settings.pollsPerSecond = try value(\.pollsPerSecond)
            settings.pollInterval = try value(\.pollInterval)
            settings.taskTimeout = try value(\.taskTimeout)
            settings.settle = try value(\.settle)
            settings.rescanInterval = try value(\.rescanInterval)
            settings.watch = try value(\.watchMode)
            settings.names = try names
            settings.retryInterval = try value(\.retryInterval)
            settings.retryLimit = try value(\.retryLimit)
            settings.pictureLimit = try value(\.pictureLimit)
            settings.picturePatience = try value(\.picturePatience)
            settings.rules = try rules
            settings.unknownOutcome = try value(\.unknownOutcome)
            settings.money = try money
            settings.share = try share
            settings.statusPage = try value(\.statusPage)
            settings.resultsAsTheyCome = try value(\.resultsAsTheyCome)
            settings.notify = try notify
            return settings
        }
    }

    /// How pictures from one's own disk are published; `nil` where they are not.
    var share: ShareSettings? {
        get throws {
            // Read before anything else: what does not parse is an error, whether it is needed or not.
            let timeout = try value(\.publishTimeout)
            let wait = try value(\.localImagesWait)
            let moves = try value(\.localImages)
            let keeps = try value(\.publishKeep)
            do {
                var share = try ShareSettings.read(
                    directory: try value(\.publishDirectory), command: try value(\.publishCommand),
                    removeCommand: try value(\.publishRemoveCommand), baseURL: try value(\.publishBaseURL),
                    keeps: keeps)
                let shrink = try ShareSettings.readShrink(
                    try value(\.shrinkCommand), above: try value(\.shrinkAbove), of: share)
                share?.shrink = shrink
                share?.linkAddresses = .ofLinks(toAPIAt: try value(\.apiURL))
                share?.commandTimeout = timeout
                share?.wait = wait
                share?.moves = moves
                return share
            } catch let error as ShareSettingsError {
                throw CommandFailure(.configuration, "\(error)")
            }
        }
    }

    private var approval: ApprovalLimit {
        get throws {
            var limit = ApprovalLimit()
            if let text = try given(\.holdAbove) {
                guard let money = Amount(text) else {
                    throw CommandFailure(
                        .configuration, "hold-above cannot be \(Wording.quoted(text)): it is an amount")
                }
                limit.money = money
            }
            if let text = try given(\.holdAboveSubmits) {
                guard let submits = Int(text), submits >= 0 else {
                    throw CommandFailure(
                        .configuration,
                        "hold-above-submits cannot be \(Wording.quoted(text)): it is a whole number from 0")
                }
                limit.submits = submits
            }
            return limit
        }
    }

    var money: MoneySettings { get throws { try money(models: try rules.models) } }

    private func money(models: [Model]) throws -> MoneySettings {
        var money = MoneySettings()
        do {
            money.prices = try PriceTable(try value(\.prices), models: models)
        } catch let error as PriceTableError {
            throw CommandFailure(.configuration, "prices cannot be read: \(error)")
        }
        do {
            money.limits = try DailyLimits(
                submits: try value(\.dailySubmits), money: try value(\.dailyMoney),
                laneSubmits: try value(\.laneDailySubmits), laneMoney: try value(\.laneDailyMoney))
        } catch let error as DailyLimitsError {
            throw CommandFailure(.configuration, "\(error.part.setting.name) cannot be read: \(error)")
        }
        money.approval = try approval
        if money.needsPrices, money.prices.isEmpty {
            throw CommandFailure(
                .configuration, "a spending limit needs prices: without them, no cost is known")
        }
        money.repeatLimit = try value(\.repeatLimit)
        money.repeats = try value(\.repeats)
        return money
    }
}

extension DailyLimitsError.Part {
    fileprivate var setting: Setting<String> {
        switch self {
        case .submits: SettingsTable.rows.dailySubmits
        case .money: SettingsTable.rows.dailyMoney
        case .laneSubmits: SettingsTable.rows.laneDailySubmits
        case .laneMoney: SettingsTable.rows.laneDailyMoney
        }
    }
}
