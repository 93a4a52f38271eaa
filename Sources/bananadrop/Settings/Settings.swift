// SPDX-License-Identifier: Apache-2.0

internal import Configuration
internal import Documents
internal import DropFolder
internal import Intake
internal import Jobs
internal import Logging
internal import NanoBanana
internal import Requests
internal import Sharing
internal import Spending
internal import Spool
internal import SystemPackage

/// The effective settings: from options, environment, file and defaults, the strongest first.
struct Settings: Sendable {
    private let reader: ConfigReader
    private let options: [SettingName: String]
    private let file: ConfigurationFile?
    /// The process environment: `https_proxy` and its like are no settings of ours, and count all the same.
    let environment: [String: String]

    /// - Parameters:
    ///   - options: what the command line gives.
    ///   - environment: the process environment.
    ///   - file: the configuration file; `nil` where there is none.
    init(options: [SettingName: String], environment: [String: String], file: ConfigurationFile?) throws {
        try Self.refuseUnknown(environment)
        self.options = options
        self.file = file
        self.environment = environment
        var defaults: [SettingName: String] = [:]
        for name in SettingName.allCases { defaults[name] = name.defaultValue }
        // Defaults stand in a last provider and every read is a required one: a value is never passed over in silence.
        reader = ConfigReader(providers: [
            Self.provider("options", options),
            EnvironmentVariablesProvider(environmentVariables: environment),
            Self.provider("file", file?.entries.mapValues(\.value) ?? [:]),
            Self.provider("defaults", defaults),
        ])
    }

    private static func key(_ name: SettingName) -> ConfigKey { ConfigKey(["bananadrop", name.rawValue]) }

    private static func provider(_ name: String, _ values: [SettingName: String]) -> InMemoryProvider {
        let pairs = values.map {
            (AbsoluteConfigKey(key($0.key)), ConfigValue(.string($0.value), isSecret: $0.key == .proxy))
        }
        return InMemoryProvider(name: name, values: Dictionary(uniqueKeysWithValues: pairs))
    }

    /// Names that begin with `BANANADROP_` and are no setting's are misspelt ones. `BANANADROP_TEST_…` belongs to
    /// tests.
    private static func refuseUnknown(_ environment: [String: String]) throws {
        let known = SettingName.allCases.map(\.environmentName) + [APIKeySource.environmentName, "BANANADROP_CONFIG"]
        for name in environment.keys.sorted() where name.hasPrefix("BANANADROP_") && !known.contains(name) {
            if name.hasPrefix("BANANADROP_TEST_") { continue }
            let nearest = NearestName.of(name, among: known)
            throw Failure(
                .configuration,
                "there is no setting \(name) in the environment" + (nearest.map { "; did you mean \($0)?" } ?? ""))
        }
    }

    /// Where a setting's value comes from.
    func source(of name: SettingName) -> SettingSource {
        if options[name] != nil { return .option }
        if environment[name.environmentName] != nil { return .environment(name.environmentName) }
        if let file, let entry = file.entries[name] { return .file(file.path, line: entry.line) }
        return .standard
    }

    func text(_ name: SettingName) throws -> String {
        do {
            return try reader.requiredString(forKey: Self.key(name))
        } catch {
            throw Failure(.usage, "--\(name.rawValue) is missing: \(name.meaning) (or \(name.environmentName))")
        }
    }

    func optionalText(_ name: SettingName) throws -> String? {
        let text = reader.string(forKey: Self.key(name))
        return text?.isEmpty == true ? nil : text
    }

    private func value<Value>(_ name: SettingName, _ read: (String) -> Value?) throws -> Value {
        let text = try text(name)
        guard let value = read(text) else {
            throw Failure(.configuration, "\(name.rawValue) cannot be \"\(text)\": it is \(name.rule)")
        }
        return value
    }

    func time(_ name: SettingName, _ range: ClosedRange<Duration>) throws -> Duration {
        try value(name) { text in SettingValue.time(text).flatMap { range.contains($0) ? $0 : nil } }
    }

    /// The values of all settings, as text; those that have none are missing.
    var values: [SettingName: String] {
        let pairs = SettingName.allCases.map { ($0, reader.string(forKey: Self.key($0))) }
        return Dictionary(uniqueKeysWithValues: pairs).compactMapValues(\.self)
    }

    /// Reads every setting, whether it is needed or not: throws the first mistake.
    func check() throws {
        _ = (try dropFolder, try client, try logLevel, try logStyle, try metricsListen)
    }

    var spool: Spool { get throws { Spool(root: FilePath(try text(.spool))) } }

    var apiURL: String { get throws { try text(.apiURL) } }

    var logLevel: Logger.Level {
        get throws {
            try value(.logLevel) { text in
                [Logger.Level.debug, .info, .notice, .warning, .error].first { $0.rawValue == text }
            }
        }
    }

    var logStyle: LogStyle {
        get throws {
            LogStyle(try value(.logFormat, LogStyle.Format.init(rawValue:)), journal: environment["JOURNAL_STREAM"])
        }
    }

    var rules: RequestRules {
        get throws {
            let further = try text(.models).split(separator: ",").map { id in
                Model(id: id.filter { $0 != " " }, takesImageSize: false)
            }
            let models = Model.known + further
            let model = try value(.model) { Model.named($0, among: models) }
            var rules = RequestRules(defaultModel: model, models: models)
            rules.linkAddresses = .ofLinks(toAPIAt: try apiURL)
            rules.sharedLinks = try share.flatMap { SharedLinks(baseURL: $0.baseURL) }
            return rules
        }
    }

    var names: IgnoredNames {
        get throws {
            IgnoredNames(
                ignored: try value(.ignore, SettingValue.globs),
                conflictCopies: try value(.conflictCopies, SettingValue.globs))
        }
    }

    var dropFolder: DropFolderSettings {
        get throws {
            let hour = Duration.seconds(3600)
            var settings = DropFolderSettings()
            settings.maxInFlight = try count(.maxInFlight)
            settings.pollsPerSecond = try count(.pollsPerSecond)
            settings.pollInterval = try time(.pollInterval, .milliseconds(10)...hour)
            settings.taskTimeout = try time(.taskTimeout, .seconds(1)...hour * 720)
            settings.settle = try time(.settle, .zero...hour)
            settings.rescanInterval = try time(.rescanInterval, .seconds(1)...hour)
            settings.watch = try value(.watchMode, WatchSetting.init(rawValue:))
            settings.names = try names
            settings.retryInterval = try time(.retryInterval, .milliseconds(10)...hour)
            settings.retryLimit = try time(.retryLimit, .milliseconds(10)...hour * 24)
            settings.pictureLimit = try value(.pictureLimit) { text in
                SettingValue.size(text).flatMap { (1 << 10...1 << 40).contains($0) ? $0 : nil }
            }
            settings.picturePatience = try time(.picturePatience, .zero...hour * 24)
            settings.rules = try rules
            settings.unknownOutcome = try value(.unknownOutcome, UnknownOutcomeRule.init(rawValue:))
            settings.money = try money(models: settings.rules.models)
            settings.share = try share
            return settings
        }
    }

    private func count(_ name: SettingName) throws -> Int {
        try value(name) { text in Int(text).flatMap { (1...10_000).contains($0) ? $0 : nil } }
    }

    /// How pictures from one's own disk are published; `nil` where they are not.
    var share: ShareSettings? {
        get throws {
            // Read before anything else: what does not parse is an error, whether it is needed or not.
            let hour = Duration.seconds(3600)
            let timeout = try time(.publishTimeout, .seconds(1)...hour)
            let wait = try time(.localImagesWait, .seconds(1)...hour * 24)
            let moves = try value(.localImages) { ["keep": false, "move": true][$0] }
            let keeps = try value(.publishKeep) { Bool($0) }
            do {
                var share = try ShareSettings.read(
                    directory: try text(.publishDirectory), command: try text(.publishCommand),
                    removeCommand: try text(.publishRemoveCommand), baseURL: try text(.publishBaseURL), keeps: keeps)
                share?.commandTimeout = timeout
                share?.wait = wait
                share?.moves = moves
                return share
            } catch let error as ShareSettingsError {
                throw Failure(.configuration, "\(error)")
            }
        }
    }

    private func money(models: [Model]) throws -> MoneySettings {
        var money = MoneySettings()
        do {
            money.prices = try PriceTable(try text(.prices), models: models)
        } catch let error as PriceTableError {
            throw Failure(.configuration, "prices cannot be read: \(error)")
        }
        do {
            money.limits = try DailyLimits(
                submits: try text(.dailySubmits), money: try text(.dailyMoney),
                laneSubmits: try text(.laneDailySubmits), laneMoney: try text(.laneDailyMoney))
        } catch let error as DailyLimitsError {
            throw Failure(.configuration, "\(SettingName(error.part).rawValue) cannot be read: \(error)")
        }
        if money.limits.limitsMoney, money.prices.isEmpty {
            throw Failure(
                .configuration, "a limit of money needs prices: without them nothing is known to cost anything")
        }
        money.repeatLimit = try value(.repeatLimit) { text in
            Int(text).flatMap { (0...1_000_000).contains($0) ? $0 : nil }
        }
        money.repeats = try value(.repeats, RepeatRule.init(rawValue:))
        return money
    }
}

extension SettingName {
    fileprivate init(_ part: DailyLimitsError.Part) {
        switch part {
        case .submits: self = .dailySubmits
        case .money: self = .dailyMoney
        case .laneSubmits: self = .laneDailySubmits
        case .laneMoney: self = .laneDailyMoney
        }
    }
}
