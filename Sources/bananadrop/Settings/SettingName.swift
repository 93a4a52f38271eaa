// SPDX-License-Identifier: Apache-2.0

internal import Spool

/// Every setting, declared once: the name used on the command line, in the environment and in the file, its default,
/// its unit and range, and what it does.
enum SettingName: String, CaseIterable, Sendable {
    case spool
    case apiURL = "api-url"
    case apiKeyFile = "api-key-file"
    case caFile = "ca-file"
    case proxy
    case connectTimeout = "connect-timeout"
    case answerTimeout = "answer-timeout"
    case submitTimeout = "submit-timeout"
    case model
    case models
    case maxInFlight = "max-in-flight"
    case pollInterval = "poll-interval"
    case pollsPerSecond = "polls-per-second"
    case taskTimeout = "task-timeout"
    case settle
    case rescanInterval = "rescan-interval"
    case watchMode = "watch-mode"
    case ignore
    case conflictCopies = "conflict-copies"
    case retryInterval = "retry-interval"
    case retryLimit = "retry-limit"
    case pictureLimit = "picture-limit"
    case picturePatience = "picture-patience"
    case unknownOutcome = "unknown-outcome"
    case prices
    case dailySubmits = "daily-submits"
    case dailyMoney = "daily-money"
    case laneDailySubmits = "lane-daily-submits"
    case laneDailyMoney = "lane-daily-money"
    case repeatLimit = "repeat-limit"
    case repeats
    case publishDirectory = "publish-directory"
    case publishCommand = "publish-command"
    case publishRemoveCommand = "publish-remove-command"
    case publishBaseURL = "publish-base-url"
    case publishKeep = "publish-keep"
    case publishTimeout = "publish-timeout"
    case localImages = "local-images"
    case localImagesWait = "local-images-wait"
    case metricsListen = "metrics-listen"
    case logLevel = "log-level"
    case logFormat = "log-format"

    /// As written in a configuration; `nil` where there is none and the setting may be left out or must be given.
    var defaultValue: String? {
        switch self {
        case .spool, .apiKeyFile, .caFile: nil
        case .apiURL: "https://duomiapi.com"
        case .model: "nano-banana-pro"
        case .proxy, .models, .prices, .dailySubmits, .dailyMoney, .laneDailySubmits, .laneDailyMoney: ""
        case .publishDirectory, .publishCommand, .publishRemoveCommand, .publishBaseURL: ""
        case .metricsListen: ""
        case .publishKeep: "false"
        case .publishTimeout: "60s"
        case .localImages: "keep"
        case .localImagesWait: "10m"
        case .unknownOutcome: "fail"
        case .connectTimeout: "10s"
        case .answerTimeout: "60s"
        case .submitTimeout: "5m"
        case .repeatLimit: "5"
        case .repeats: "hold"
        case .maxInFlight: "8"
        case .pollInterval: "3s"
        case .pollsPerSecond: "500"
        case .taskTimeout: "24h"
        case .settle: "0.25s"
        case .rescanInterval: "30s"
        case .watchMode: "auto"
        case .ignore: table?.map(\.glob).joined(separator: ", ")
        case .conflictCopies: ""
        case .retryInterval: "5s"
        case .retryLimit: "5m"
        case .pictureLimit: "64MiB"
        case .picturePatience: "10m"
        case .logLevel: "info"
        case .logFormat: "auto"
        }
    }

    /// The default as a table, with a reason for each line; `nil` where it is a single value.
    var table: [IgnoredNames.Pattern]? {
        switch self {
        case .ignore: IgnoredNames.table
        default: nil
        }
    }

    /// Whether a change holds only after a restart.
    var needsRestart: Bool {
        switch self {
        case .apiKeyFile, .model, .models, .maxInFlight, .pollInterval, .pollsPerSecond, .taskTimeout,
            .retryInterval, .retryLimit, .pictureLimit, .picturePatience,
            .unknownOutcome, .prices, .dailySubmits, .dailyMoney, .laneDailySubmits, .laneDailyMoney, .repeatLimit,
            .repeats, .logLevel:
            false
        case .spool, .apiURL, .caFile, .proxy, .connectTimeout, .answerTimeout, .submitTimeout, .settle,
            .rescanInterval, .watchMode, .ignore, .conflictCopies, .publishDirectory, .publishCommand,
            .publishRemoveCommand, .publishBaseURL, .publishKeep, .publishTimeout, .localImages, .localImagesWait,
            .metricsListen, .logFormat:
            true
        }
    }

    /// Unit and range, for people.
    var rule: String {
        switch self {
        case .spool: "a folder"
        case .apiURL: "an http or https address"
        case .apiKeyFile: "a file"
        case .caFile: "a PEM file with one certificate or more"
        case .proxy: "an address such as http://host:port or http://user:password@host:port, or none"
        case .connectTimeout: "a time from 100ms to 5m; seconds where no unit is given"
        case .answerTimeout, .submitTimeout: "a time from 1s to 1h; seconds where no unit is given"
        case .model: "a model's API id or sold name"
        case .models: "API ids, with commas between them"
        case .maxInFlight, .pollsPerSecond: "a whole number from 1 to 10000"
        case .pollInterval: "a time from 10ms to 1h; seconds where no unit is given"
        case .taskTimeout: "a time from 1s to 30d; seconds where no unit is given"
        case .settle: "a time from 0s to 1h; seconds where no unit is given"
        case .rescanInterval: "a time from 1s to 1h; seconds where no unit is given"
        case .watchMode: "auto, events or polling"
        case .ignore, .conflictCopies: "names as globs (* ? [a-z]), in any case, with commas between them"
        case .retryInterval: "a time from 10ms to 1h; seconds where no unit is given"
        case .retryLimit: "a time from 10ms to 1d; seconds where no unit is given"
        case .pictureLimit: "a size from 1KiB to 1TiB; bytes where no unit is given"
        case .picturePatience: "a time from 0s to 1d; seconds where no unit is given"
        case .unknownOutcome: "fail or resubmit"
        case .prices: "MODEL = PRICE or MODEL SIZE = PRICE, with commas between them"
        case .dailySubmits: "a whole number from 0; empty is no limit"
        case .dailyMoney: "an amount such as 12.50, in the currency of prices; empty is no limit"
        case .laneDailySubmits: "LANE = NUMBER, with commas between them"
        case .laneDailyMoney: "LANE = AMOUNT, with commas between them"
        case .repeatLimit: "a whole number from 0 to 1000000; 0 is no limit"
        case .repeats: "hold or pay"
        case .publishDirectory: "a folder that a web server serves; needs publish-base-url"
        case .publishCommand: "a command with {file} and {name} in it, run without a shell; needs publish-base-url"
        case .publishRemoveCommand: "a command with {name} in it"
        case .publishBaseURL: "an http or https address; the name of the picture is put behind it"
        case .publishKeep: "true or false"
        case .publishTimeout: "a time from 1s to 1h; seconds where no unit is given"
        case .localImages: "keep or move"
        case .localImagesWait: "a time from 1s to 24h; seconds where no unit is given"
        case .metricsListen:
            "HOST:PORT such as 127.0.0.1:9464 or [::1]:9464, port 0 is any free one; public HOST:PORT for others to "
                + "reach"
        case .logLevel: "one of debug, info, notice, warning, error"
        case .logFormat: "auto, text or json"
        }
    }

    /// What it does, in a line.
    var meaning: String {
        switch self {
        case .spool: "the folder that holds inbox, processing, done and failed"
        case .apiURL: "where the API stands"
        case .apiKeyFile: "holds the API key; without it, BANANADROP_API_KEY does"
        case .caFile: "authorities to trust beside the system's, such as that of an office which inspects TLS"
        case .proxy: "the proxy for the API and for pictures; empty: what https_proxy, http_proxy and all_proxy say"
        case .connectTimeout: "how long a connection may take: name, TCP, proxy and TLS together"
        case .answerTimeout: "how long the answer to a poll may take, once it is sent"
        case .submitTimeout: "how long the answer to a submit may take; too short makes outcomes unknown"
        case .model: "the model of requests that name none"
        case .models: "further models that requests may name"
        case .maxInFlight: "how many tasks may be under way at the API at once"
        case .pollInterval: "the smallest time between two polls of one task"
        case .pollsPerSecond: "how many polls may leave in a second, for all tasks together"
        case .taskTimeout: "how long a task may take before its job fails"
        case .settle: "how long a file written in place must stay unchanged"
        case .rescanInterval: "how often the whole inbox is looked at, beside events"
        case .watchMode: "whether events tell of new files, or looking every 2 s; auto finds out"
        case .ignore: "names in the inbox that are no requests; what is given replaces the table"
        case .conflictCopies: "further names of conflict copies, which are shown and not submitted"
        case .retryInterval: "the first wait after service or network fail; it doubles"
        case .retryLimit: "the longest wait after service or network fail"
        case .pictureLimit: "the largest picture that is fetched or published"
        case .picturePatience: "how long a fresh link may not work before that is believed"
        case .unknownOutcome: "what to do when a submit's answer never came; resubmit may pay twice"
        case .prices: "what one submit costs, for the ledger and the limits"
        case .dailySubmits: "how many submits a day, over all lanes"
        case .dailyMoney: "how much may be spent a day, over all lanes"
        case .laneDailySubmits: "the same for a lane and those below it"
        case .laneDailyMoney: "the same for a lane and those below it"
        case .repeatLimit: "how often the same request may begin within an hour: what stops a loop"
        case .repeats: "what to do with a request that asks for the very same under the same name, or as a copy"
        case .publishDirectory: "where pictures from one's own disk are put, so that the API can fetch them"
        case .publishCommand: "or what brings them there, such as rclone copyto {file} remote:pictures/{name}"
        case .publishRemoveCommand: "what takes a picture away again, such as rclone deletefile remote:pictures/{name}"
        case .publishBaseURL: "the address under which the API finds what was published"
        case .publishKeep: "whether what was published stays when its job ends"
        case .publishTimeout: "how long one run of a publish command may take"
        case .localImages: "whether one's own pictures stay in the inbox or move into the folder of a job that is done"
        case .localImagesWait: "how long a request waits for its own pictures to arrive"
        case .metricsListen: "where /metrics, /healthz and /readyz are answered over HTTP; empty: nowhere"
        case .logLevel: "how much is logged"
        case .logFormat: "how log lines look: as standard error asks for it, dated lines, or a JSON object a line"
        }
    }

    /// `BANANADROP_MAX_IN_FLIGHT`.
    var environmentName: String {
        "BANANADROP_" + rawValue.uppercased().replacing("-", with: "_")
    }
}
