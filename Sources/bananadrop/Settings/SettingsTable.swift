// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import DropFolder
internal import Intake
internal import Jobs
internal import Logging
internal import NanoBanana
internal import Notifying
internal import Requests
internal import Spending
internal import Spool

/// Every setting, a row each. Options, variables, the configuration file, help, man page, document and `config` are
/// made from it: whoever adds a setting adds a row, and reads its value in `Settings` where it is used.
struct SettingsTable: Sendable {
    let spool = Setting(
        "spool", .path("a folder", to: .folder), "", .restart,
        "the folder that holds inbox, processing, done and failed")
    let apiURL = Setting(
        "api-url", .text("an http or https address"), "https://duomiapi.com", .restart, "the API's address")
    let apiKeyFile = Setting(
        "api-key-file", .path("a file", to: .file), "", .reload,
        "the file that holds the API key; without it, the key is taken from BANANADROP_API_KEY",
        example: ["/etc/bananadrop/api-key"])
    let caFile = Setting(
        "ca-file", .path("a PEM file with one certificate or more", to: .file), "", .restart,
        "certificate authorities to trust besides the system's, for example that of an office which inspects TLS",
        example: ["/usr/local/share/ca-certificates/office.crt"])
    let proxy = Setting(
        "proxy", .text("an address such as http://host:port or http://user:password@host:port, or none"), "", .restart,
        "the proxy for the API and for pictures; if empty, https_proxy, http_proxy and all_proxy decide")
    let connectTimeout = Setting(
        "connect-timeout", .time(.milliseconds(100)...(.minutes(5))), "10s", .restart,
        "how long connecting may take: name lookup, TCP, proxy and TLS together")
    let answerTimeout = Setting(
        "answer-timeout", .time(.seconds(1)...(.hours(1))), "60s", .restart,
        "how long to wait for the answer to a poll, once it is sent")
    let submitTimeout = Setting(
        "submit-timeout", .time(.seconds(1)...(.hours(1))), "5m", .restart,
        "how long to wait for the answer to a submit, once it is sent; if too short, outcomes become unknown")
    let model = Setting(
        "model", .text("a model's API id or sold name", offers: Model.known.compactMap(\.soldName)), "nano-banana-pro",
        .reload,
        "the model of requests that name none")
    let models = Setting(
        "models", .text("API_ID = SOLD_NAME SIZES RATIOS pictures:LEAST-MOST", .table), "", .reload,
        "further models that requests may name, or what known ones take by now; all but the id may be left out",
        example: ["gemini-4-image-preview: nano-banana-4 1K 2K pictures:1-14"])
    let allowTextToImage = Setting(
        "allow-text-to-image", .words([("true", true), ("false", false)]), "false", .reload,
        "whether a request without pictures is sent, where its model makes one from words alone")
    let mark = Setting(
        "mark", .oneOf(MarkRule.allCases), "none", .reload,
        "what is written into each picture; ai-edited: that a model made it, which one, and when")
    let maxInFlight = Setting(
        "max-in-flight", .number(1...10_000), "8", .reload, "how many tasks may be under way at the API at once")
    let pollInterval = Setting(
        "poll-interval", .time(.milliseconds(10)...(.hours(1))), "3s", .reload,
        "the shortest time between two polls of one task")
    let pollsPerSecond = Setting(
        "polls-per-second", .number(1...10_000), "500", .reload,
        "how many polls may be sent per second, for all tasks together; fewer are sent if the API is slow or asks "
            + "for it")
    let taskTimeout = Setting(
        "task-timeout", .time(.seconds(1)...(.hours(720))), "24h", .reload,
        "how long a task may take before its job fails")
    let settle = Setting(
        "settle", .time(.zero...(.hours(1))), "0.25s", .restart,
        "how long a file that is written in place must stay unchanged before it is taken")
    let rescanInterval = Setting(
        "rescan-interval", .time(.seconds(1)...(.hours(1))), "30s", .restart,
        "how often the whole inbox is checked, besides events")
    let watchMode = Setting(
        "watch-mode", .oneOf(WatchSetting.allCases), "auto", .restart,
        "how new files are noticed: by events, or by polling every 2 s; auto finds out which works")
    let ignore = Setting(
        "ignore", .globs, IgnoredNames.table.map(\.glob).joined(separator: ", "), .restart,
        "names in the inbox that are not requests; your list replaces the default list")
    let conflictCopies = Setting(
        "conflict-copies", .globs, "", .restart,
        "further names of conflict copies, which are shown but not submitted", example: ["*.mine.yaml"])
    let retryInterval = Setting(
        "retry-interval", .time(.milliseconds(10)...(.hours(1))), "5s", .reload,
        "the first wait after the service or the network failed; each further wait is twice as long")
    let retryLimit = Setting(
        "retry-limit", .time(.milliseconds(10)...(.hours(24))), "5m", .reload,
        "the longest wait after the service or the network failed")
    let pictureLimit = Setting(
        "picture-limit", .size(1 << 10...1 << 40), "64MiB", .reload,
        "the largest picture that is fetched or published")
    let picturePatience = Setting(
        "picture-patience", .time(.zero...(.hours(24))), "10m", .reload,
        "how long a new link may fail before its picture counts as failed")
    let unknownOutcome = Setting(
        "unknown-outcome", .oneOf(UnknownOutcomeRule.allCases), "fail", .reload,
        "what to do when the answer to a submit never came; resubmit sends it again up to three times, and each may be charged"
    )
    let prices = Setting(
        "prices", .text("MODEL = PRICE or MODEL SIZE = PRICE", .table), "", .reload,
        "what one submit costs, for the ledger and the limits",
        example: ["nano-banana-pro 4K: 0.24", "nano-banana-pro: 0.12", "nano-banana: 0.04"])
    let dailySubmits = Setting(
        "daily-submits", .text("a whole number from 0; empty means no limit"), "", .reload,
        "how many submits are allowed per day, in all lanes together")
    let dailyMoney = Setting(
        "daily-money", .text("an amount such as 12.50, in the currency of prices; empty means no limit"), "", .reload,
        "how much may be spent per day, in all lanes together; needs prices")
    let laneDailySubmits = Setting(
        "lane-daily-submits", .text("LANE = NUMBER", .table), "", .reload,
        "how many submits are allowed per day, for a lane and the lanes below it",
        example: ["acme: 100", "acme/trial: 5"])
    let laneDailyMoney = Setting(
        "lane-daily-money", .text("LANE = AMOUNT", .table), "", .reload,
        "how much may be spent per day, for a lane and the lanes below it", example: ["acme: 12.50"])
    let holdAbove = Setting(
        "hold-above", .text("an amount such as 20, in the currency of prices; empty means no limit"), "", .reload,
        "what one request or batch may cost before it waits for `approve`; needs prices")
    let holdAboveSubmits = Setting(
        "hold-above-submits", .text("a whole number from 0; empty means no limit"), "", .reload,
        "how many submits one request or batch may take before it waits for `approve`")
    let repeatLimit = Setting(
        "repeat-limit", .number(0...1_000_000), "5", .reload,
        "how often the same request may start within an hour, which stops loops; 0 means no limit")
    let repeats = Setting(
        "repeats", .oneOf(RepeatRule.allCases), "hold", .reload,
        "what to do with a request that asks for exactly the same under the same name, or as a copy")
    let publishDirectory = Setting(
        "publish-directory", .path("a folder that a web server serves; needs publish-base-url", to: .folder), "",
        .restart,
        "where the picture files of requests are put, so that the API can fetch them")
    let publishCommand = Setting(
        "publish-command",
        .text("a command with {file} and {name} in it, run without a shell"), "", .restart,
        "or the command that uploads them, such as rclone copyto {file} remote:pictures/{name}; it may print the link as its last line"
    )
    let publishRemoveCommand = Setting(
        "publish-remove-command", .text("a command with {name} in it; needed unless publish-keep is true"), "",
        .restart, "the command that removes a picture again, such as rclone deletefile remote:pictures/{name}")
    let publishBaseURL = Setting(
        "publish-base-url", .text("an http or https address; the picture's name is added to it"), "", .restart,
        "the address at which the API finds published pictures; needed unless publish-command prints links")
    let publishKeep = Setting(
        "publish-keep", .words([("true", true), ("false", false)]), "false", .restart,
        "whether published pictures stay when their job ends")
    let publishTimeout = Setting(
        "publish-timeout", .time(.seconds(1)...(.hours(1))), "60s", .restart,
        "how long one run of a publish command may take, and of shrink-command")
    let shrinkCommand = Setting(
        "shrink-command", .text("a command with {file} and {out} in it, run without a shell"), "", .restart,
        "the command that makes large picture files smaller before they are published, such as vipsthumbnail {file} --size '4096x4096>' -o {out}"
    )
    let shrinkAbove = Setting(
        "shrink-above", .size(1 << 10...1 << 40), "10MiB", .restart,
        "the size above which shrink-command is run; the original stays in the result")
    let localImages = Setting(
        "local-images", .words([("keep", false), ("move", true)]), "keep", .restart,
        "whether picture files stay in the inbox, or move into the result folder when their job is done")
    let localImagesWait = Setting(
        "local-images-wait", .time(.seconds(1)...(.hours(24))), "10m", .restart,
        "how long a request waits for its picture files to arrive")
    let statusPage = Setting(
        "status-page", .words([("true", true), ("false", false)]), "true", .restart,
        "whether pages for browsers are written: STATUS.html beside status.json, and index.html among the results")
    let resultsAsTheyCome = Setting(
        "results-as-they-come", .words([("true", true), ("false", false)]), "false", .restart,
        "whether the finished parts of a batch can be looked at in `coming` before the last one is over")
    let notifyCommand = Setting(
        "notify-command", .text("a command, run without a shell, with a JSON object on its standard input"), "",
        .restart, "a command that is run to tell of what happens",
        example: ["/usr/local/bin/tell-the-team"])
    let notifyURL = Setting(
        "notify-url", .text("an http or https address"), "", .restart,
        "where the same JSON object is sent with a POST request; the address may be a secret",
        example: ["https://hooks.example/bananadrop"])
    let notifySecretFile = Setting(
        "notify-secret-file", .path("a file with one line", to: .file), "", .restart,
        "the file that holds the secret with which notify-url's requests are signed",
        example: ["/etc/bananadrop/notify-secret"])
    let notifyEvents = Setting(
        "notify-events", .text("all, none, or \(words(Notification.Event.chosen))", .list),
        words(Notification.Event.allCases.filter(NotifySettings.usual.contains)), .restart,
        "what is told")
    let lanesMayNotify = Setting(
        "lanes-may-notify", .words([("true", true), ("false", false)]), "false", .reload,
        "whether `notify` in the _defaults.yaml of a lane may choose what is told of it, instead of notify-events")
    let notifyTimeout = Setting(
        "notify-timeout", .time(.seconds(1)...(.hours(1))), "30s", .restart,
        "how long one attempt to tell may take")
    let notifyPatience = Setting(
        "notify-patience", .time(.seconds(1)...(.hours(720))), "24h", .restart,
        "how long a notification is tried again that nobody takes")
    let metricsListen = Setting(
        "metrics-listen",
        .text(
            "HOST:PORT such as 127.0.0.1:9464 or [::1]:9464, port 0 means any free port; public HOST:PORT lets "
                + "other machines reach it"), "", .restart,
        "where /metrics, /healthz and /readyz are served over HTTP; empty means nowhere")
    let pageListen = Setting(
        "page-listen",
        .text(
            "HOST:PORT such as 127.0.0.1:9465 or [::1]:9465, port 0 means any free port; public HOST:PORT lets "
                + "other machines reach it"), "", .restart,
        "where a page for browsers is served over HTTP, with metrics and health; needs page-token-file; empty means "
            + "nowhere")
    let pageTokenFile = Setting(
        "page-token-file", .path("a file", to: .file), "", .restart,
        "the file that holds the token; whoever has it may see the page, and steer",
        example: ["/etc/bananadrop/page-token"])
    let pageURLs = Setting(
        "page-urls", .text("addresses such as https://pictures.example", .list), "", .restart,
        "the addresses of names under which browsers reach the page, for example by way of a proxy with TLS; IP "
            + "addresses and localhost need none",
        example: ["https://pictures.example"])
    let logLevel = Setting(
        "log-level", .oneOf([Logger.Level.debug, .info, .notice, .warning, .error]), "info", .reload,
        "how much is logged")
    let logFormat = Setting(
        "log-format", .oneOf(LogStyle.Format.allCases), "auto", .restart,
        "how log lines look: to suit standard error, as dated lines, or as one JSON object per line")
}

extension SettingsTable {
    static let rows = SettingsTable()

    /// In their order: a value's mirror has its properties as they are declared.
    static let all: [any AnySetting] = Mirror(reflecting: rows).children.compactMap { $0.value as? any AnySetting }

    static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

private func words(_ events: [Notification.Event]) -> String {
    events.map(\.rawValue).joined(separator: ", ")
}

extension Duration {
    fileprivate static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }

    fileprivate static func hours(_ count: Int) -> Duration { .seconds(count * 3600) }
}
