// SPDX-License-Identifier: Apache-2.0

internal import DropFolder

/// Every setting, declared once: the name used on the command line, in the environment and in the file, its default,
/// its unit and range, and what it does.
enum SettingName: String, CaseIterable, Sendable {
    case spool
    case apiURL = "api-url"
    case apiKeyFile = "api-key-file"
    case model
    case models
    case maxInFlight = "max-in-flight"
    case pollInterval = "poll-interval"
    case taskTimeout = "task-timeout"
    case settle
    case rescanInterval = "rescan-interval"
    case retryInterval = "retry-interval"
    case retryLimit = "retry-limit"
    case pictureLimit = "picture-limit"
    case unknownOutcome = "unknown-outcome"
    case prices
    case dailySubmits = "daily-submits"
    case dailyMoney = "daily-money"
    case laneDailySubmits = "lane-daily-submits"
    case laneDailyMoney = "lane-daily-money"
    case repeatLimit = "repeat-limit"
    case logLevel = "log-level"

    /// As written in a configuration; `nil` where there is none and the setting may be left out or must be given.
    var defaultValue: String? {
        switch self {
        case .spool, .apiKeyFile: nil
        case .apiURL: "https://duomiapi.com"
        case .model: "nano-banana-pro"
        case .models, .prices, .dailySubmits, .dailyMoney, .laneDailySubmits, .laneDailyMoney: ""
        case .unknownOutcome: "fail"
        case .repeatLimit: "5"
        case .maxInFlight: "8"
        case .pollInterval: "3s"
        case .taskTimeout: "24h"
        case .settle: "0.25s"
        case .rescanInterval: "30s"
        case .retryInterval: "5s"
        case .retryLimit: "5m"
        case .pictureLimit: "64MiB"
        case .logLevel: "info"
        }
    }

    /// Unit and range, for people.
    var rule: String {
        switch self {
        case .spool: "a folder"
        case .apiURL: "an http or https address"
        case .apiKeyFile: "a file"
        case .model: "a model's API id or sold name"
        case .models: "API ids, with commas between them"
        case .maxInFlight: "a whole number from 1 to 10000"
        case .pollInterval: "a time from 10ms to 1h; seconds where no unit is given"
        case .taskTimeout: "a time from 1s to 30d; seconds where no unit is given"
        case .settle: "a time from 0s to 1h; seconds where no unit is given"
        case .rescanInterval: "a time from 1s to 1h; seconds where no unit is given"
        case .retryInterval: "a time from 10ms to 1h; seconds where no unit is given"
        case .retryLimit: "a time from 10ms to 1d; seconds where no unit is given"
        case .pictureLimit: "a size from 1KiB to 1TiB; bytes where no unit is given"
        case .unknownOutcome: "fail or resubmit"
        case .prices: "MODEL = PRICE or MODEL SIZE = PRICE, with commas between them"
        case .dailySubmits: "a whole number from 0; empty is no limit"
        case .dailyMoney: "an amount such as 12.50, in the currency of prices; empty is no limit"
        case .laneDailySubmits: "LANE = NUMBER, with commas between them"
        case .laneDailyMoney: "LANE = AMOUNT, with commas between them"
        case .repeatLimit: "a whole number from 0 to 1000000; 0 is no limit"
        case .logLevel: "one of debug, info, notice, warning, error"
        }
    }

    /// What it does, in a line.
    var meaning: String {
        switch self {
        case .spool: "the folder that holds inbox, processing, done and failed"
        case .apiURL: "where the API stands"
        case .apiKeyFile: "holds the API key; without it, BANANADROP_API_KEY does"
        case .model: "the model of requests that name none"
        case .models: "further models that requests may name"
        case .maxInFlight: "how many tasks may be under way at the API at once"
        case .pollInterval: "the smallest time between two questions for one task"
        case .taskTimeout: "how long a task may take before its job fails"
        case .settle: "how long a file written in place must stay unchanged"
        case .rescanInterval: "how often the whole inbox is looked at, beside events"
        case .retryInterval: "the first wait after service or network fail; it doubles"
        case .retryLimit: "the longest wait after service or network fail"
        case .pictureLimit: "the largest picture that is fetched"
        case .unknownOutcome: "what to do when a submit's answer never came; resubmit may pay twice"
        case .prices: "what one submit costs, for the ledger and the limits"
        case .dailySubmits: "how many submits a day, over all lanes"
        case .dailyMoney: "how much may be spent a day, over all lanes"
        case .laneDailySubmits: "the same for a lane and those below it"
        case .laneDailyMoney: "the same for a lane and those below it"
        case .repeatLimit: "how often the same request may begin within an hour: what stops a loop"
        case .logLevel: "how much is logged"
        }
    }

    /// `BANANADROP_MAX_IN_FLIGHT`.
    var environmentName: String {
        "BANANADROP_" + rawValue.uppercased().replacing("-", with: "_")
    }
}
