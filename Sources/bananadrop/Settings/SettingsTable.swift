// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import DropFolder
internal import Intake
internal import Jobs
internal import Logging
internal import NanoBanana
internal import Spending
internal import Spool

/// Every setting, a row each. Options, variables, the configuration file, help, man page, document and `config` are
/// made from it: whoever adds a setting adds a row, and reads its value in `Settings` where it is used.
struct SettingsTable: Sendable {
    let spool = Setting(
        "spool", .path("a folder", to: .folder), "", .restart,
        "the folder that holds inbox, processing, done and failed")
    let apiURL = Setting(
        "api-url", .text("an http or https address"), "https://duomiapi.com", .restart, "where the API stands")
    let apiKeyFile = Setting(
        "api-key-file", .path("a file", to: .file), "", .reload,
        "holds the API key; without it, BANANADROP_API_KEY does",
        example: ["/etc/bananadrop/api-key"])
    let caFile = Setting(
        "ca-file", .path("a PEM file with one certificate or more", to: .file), "", .restart,
        "authorities to trust beside the system's, such as that of an office which inspects TLS",
        example: ["/usr/local/share/ca-certificates/office.crt"])
    let proxy = Setting(
        "proxy", .text("an address such as http://host:port or http://user:password@host:port, or none"), "", .restart,
        "the proxy for the API and for pictures; empty: what https_proxy, http_proxy and all_proxy say")
    let connectTimeout = Setting(
        "connect-timeout", .time(.milliseconds(100)...(.minutes(5))), "10s", .restart,
        "how long a connection may take: name, TCP, proxy and TLS together")
    let answerTimeout = Setting(
        "answer-timeout", .time(.seconds(1)...(.hours(1))), "60s", .restart,
        "how long the answer to a poll may take, once it is sent")
    let submitTimeout = Setting(
        "submit-timeout", .time(.seconds(1)...(.hours(1))), "5m", .restart,
        "how long the answer to a submit may take, once it is sent; too short makes outcomes unknown")
    let model = Setting(
        "model", .text("a model's API id or sold name", offers: Model.known.compactMap(\.soldName)), "nano-banana-pro",
        .reload,
        "the model of requests that name none")
    let models = Setting(
        "models", .text("API ids", .list), "", .reload, "further models that requests may name",
        example: ["gemini-4-image-preview"])
    let maxInFlight = Setting(
        "max-in-flight", .number(1...10_000), "8", .reload, "how many tasks may be under way at the API at once")
    let pollInterval = Setting(
        "poll-interval", .time(.milliseconds(10)...(.hours(1))), "3s", .reload,
        "the shortest time between two polls of one task")
    let pollsPerSecond = Setting(
        "polls-per-second", .number(1...10_000), "500", .reload,
        "how many polls may leave in a second, for all tasks together; fewer where the API is slow or asks for it")
    let taskTimeout = Setting(
        "task-timeout", .time(.seconds(1)...(.hours(720))), "24h", .reload,
        "how long a task may take before its job fails")
    let settle = Setting(
        "settle", .time(.zero...(.hours(1))), "0.25s", .restart,
        "how long a file that is written in place must stay unchanged")
    let rescanInterval = Setting(
        "rescan-interval", .time(.seconds(1)...(.hours(1))), "30s", .restart,
        "how often the whole inbox is looked at, beside events")
    let watchMode = Setting(
        "watch-mode", .oneOf(WatchSetting.allCases), "auto", .restart,
        "whether events tell of new files, or a look every 2 s; auto finds out")
    let ignore = Setting(
        "ignore", .globs, IgnoredNames.table.map(\.glob).joined(separator: ", "), .restart,
        "names in the inbox that are no requests; what is given replaces the list")
    let conflictCopies = Setting(
        "conflict-copies", .globs, "", .restart,
        "further names of conflict copies, which are shown and not submitted", example: ["*.mine.yaml"])
    let retryInterval = Setting(
        "retry-interval", .time(.milliseconds(10)...(.hours(1))), "5s", .reload,
        "the first wait after the service or the network failed; it doubles")
    let retryLimit = Setting(
        "retry-limit", .time(.milliseconds(10)...(.hours(24))), "5m", .reload,
        "the longest wait after the service or the network failed")
    let pictureLimit = Setting(
        "picture-limit", .size(1 << 10...1 << 40), "64MiB", .reload,
        "the largest picture that is fetched or published")
    let picturePatience = Setting(
        "picture-patience", .time(.zero...(.hours(24))), "10m", .reload,
        "how long a fresh link may not work before that is believed")
    let unknownOutcome = Setting(
        "unknown-outcome", .oneOf(UnknownOutcomeRule.allCases), "fail", .reload,
        "what to do when a submit's answer never came; resubmit may pay twice (three times at most)")
    let prices = Setting(
        "prices", .text("MODEL = PRICE or MODEL SIZE = PRICE", .table), "", .reload,
        "what one submit costs, for the ledger and the limits",
        example: ["nano-banana-pro 4K: 0.24", "nano-banana-pro: 0.12", "nano-banana: 0.04"])
    let dailySubmits = Setting(
        "daily-submits", .text("a whole number from 0; empty is no limit"), "", .reload,
        "how many submits a day, over all lanes")
    let dailyMoney = Setting(
        "daily-money", .text("an amount such as 12.50, in the currency of prices; empty is no limit"), "", .reload,
        "how much may be spent a day, over all lanes; needs prices")
    let laneDailySubmits = Setting(
        "lane-daily-submits", .text("LANE = NUMBER", .table), "", .reload,
        "how many submits a day, for a lane and those below it", example: ["acme: 100", "acme/trial: 5"])
    let laneDailyMoney = Setting(
        "lane-daily-money", .text("LANE = AMOUNT", .table), "", .reload,
        "how much may be spent a day, for a lane and those below it", example: ["acme: 12.50"])
    let repeatLimit = Setting(
        "repeat-limit", .number(0...1_000_000), "5", .reload,
        "how often the same request may begin within an hour, which stops a loop; 0 is no limit")
    let repeats = Setting(
        "repeats", .oneOf(RepeatRule.allCases), "hold", .reload,
        "what to do with a request that asks for the very same under the same name, or as a copy")
    let publishDirectory = Setting(
        "publish-directory", .path("a folder that a web server serves; needs publish-base-url", to: .folder), "",
        .restart,
        "where pictures from one's own disk are put, so that the API can fetch them")
    let publishCommand = Setting(
        "publish-command",
        .text("a command with {file} and {name} in it, run without a shell; needs publish-base-url"), "", .restart,
        "or what brings them there, such as rclone copyto {file} remote:pictures/{name}")
    let publishRemoveCommand = Setting(
        "publish-remove-command", .text("a command with {name} in it; needed unless publish-keep is true"), "",
        .restart, "what takes a picture away again, such as rclone deletefile remote:pictures/{name}")
    let publishBaseURL = Setting(
        "publish-base-url", .text("an http or https address; the name of the picture is put behind it"), "", .restart,
        "the address under which the API finds what was published")
    let publishKeep = Setting(
        "publish-keep", .words([("true", true), ("false", false)]), "false", .restart,
        "whether what was published stays when its job ends")
    let publishTimeout = Setting(
        "publish-timeout", .time(.seconds(1)...(.hours(1))), "60s", .restart,
        "how long one run of a publish command may take")
    let localImages = Setting(
        "local-images", .words([("keep", false), ("move", true)]), "keep", .restart,
        "whether one's own pictures stay in the inbox or move into the folder of a job that is done")
    let localImagesWait = Setting(
        "local-images-wait", .time(.seconds(1)...(.hours(24))), "10m", .restart,
        "how long a request waits for its own pictures to arrive")
    let metricsListen = Setting(
        "metrics-listen",
        .text(
            "HOST:PORT such as 127.0.0.1:9464 or [::1]:9464, port 0 is any free one; public HOST:PORT for others to "
                + "reach"), "", .restart,
        "where /metrics, /healthz and /readyz are answered over HTTP; empty: nowhere")
    let logLevel = Setting(
        "log-level", .oneOf([Logger.Level.debug, .info, .notice, .warning, .error]), "info", .reload,
        "how much is logged")
    let logFormat = Setting(
        "log-format", .oneOf(LogStyle.Format.allCases), "auto", .restart,
        "how log lines look: as standard error asks for it, dated lines, or a JSON object a line")
}

extension SettingsTable {
    static let rows = SettingsTable()

    /// In their order: a value's mirror has its properties as they are declared.
    static let all: [any AnySetting] = Mirror(reflecting: rows).children.compactMap { $0.value as? any AnySetting }

    static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

extension Duration {
    fileprivate static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }

    fileprivate static func hours(_ count: Int) -> Duration { .seconds(count * 3600) }
}
