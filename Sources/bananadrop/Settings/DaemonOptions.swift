// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The settings of the daemon, but for its spool, as options.
struct DaemonOptions: ParsableArguments {
    @Option(name: .customLong("api-url"), help: help(.apiURL)) var apiURL: String?
    @Option(help: help(.apiKeyFile)) var apiKeyFile: String?
    @Option(help: help(.caFile)) var caFile: String?
    @Option(help: help(.proxy)) var proxy: String?
    @Option(help: help(.connectTimeout)) var connectTimeout: String?
    @Option(help: help(.answerTimeout)) var answerTimeout: String?
    @Option(help: help(.submitTimeout)) var submitTimeout: String?
    @Option(help: help(.model)) var model: String?
    @Option(help: help(.models)) var models: String?
    @Option(help: help(.maxInFlight)) var maxInFlight: String?
    @Option(help: help(.pollInterval)) var pollInterval: String?
    @Option(help: help(.pollsPerSecond)) var pollsPerSecond: String?
    @Option(help: help(.taskTimeout)) var taskTimeout: String?
    @Option(help: help(.settle)) var settle: String?
    @Option(help: help(.rescanInterval)) var rescanInterval: String?
    @Option(help: help(.watchMode)) var watchMode: String?
    @Option(help: help(.ignore)) var ignore: String?
    @Option(help: help(.conflictCopies)) var conflictCopies: String?
    @Option(help: help(.retryInterval)) var retryInterval: String?
    @Option(help: help(.retryLimit)) var retryLimit: String?
    @Option(help: help(.pictureLimit)) var pictureLimit: String?
    @Option(help: help(.picturePatience)) var picturePatience: String?
    @Option(help: help(.unknownOutcome)) var unknownOutcome: String?
    @Option(help: help(.prices)) var prices: String?
    @Option(help: help(.dailySubmits)) var dailySubmits: String?
    @Option(help: help(.dailyMoney)) var dailyMoney: String?
    @Option(help: help(.laneDailySubmits)) var laneDailySubmits: String?
    @Option(help: help(.laneDailyMoney)) var laneDailyMoney: String?
    @Option(help: help(.repeatLimit)) var repeatLimit: String?
    @Option(help: help(.repeats)) var repeats: String?
    @Option(help: help(.publishDirectory)) var publishDirectory: String?
    @Option(help: help(.publishCommand)) var publishCommand: String?
    @Option(help: help(.publishRemoveCommand)) var publishRemoveCommand: String?
    @Option(name: .customLong("publish-base-url"), help: help(.publishBaseURL)) var publishBaseURL: String?
    @Option(help: help(.publishKeep)) var publishKeep: String?
    @Option(help: help(.publishTimeout)) var publishTimeout: String?
    @Option(help: help(.localImages)) var localImages: String?
    @Option(help: help(.localImagesWait)) var localImagesWait: String?
    @Option(help: help(.metricsListen)) var metricsListen: String?
    @Option(help: help(.logLevel)) var logLevel: String?
    @Option(help: help(.logFormat)) var logFormat: String?

    static func help(_ name: SettingName) -> ArgumentHelp {
        var text = name.meaning.prefix(1).uppercased() + name.meaning.dropFirst() + ": " + name.rule + "."
        if name.table != nil {
            text += " Default: a table that `init` writes into the configuration."
        } else if let value = name.defaultValue, !value.isEmpty {
            text += " Default: \(value)."
        }
        return ArgumentHelp(text, valueName: "value")
    }

    /// The options that were given.
    var given: [SettingName: String] {
        let all: [SettingName: String?] = [
            .apiURL: apiURL, .apiKeyFile: apiKeyFile, .caFile: caFile, .proxy: proxy,
            .connectTimeout: connectTimeout, .answerTimeout: answerTimeout,
            .submitTimeout: submitTimeout, .model: model, .models: models,
            .maxInFlight: maxInFlight, .pollInterval: pollInterval, .pollsPerSecond: pollsPerSecond,
            .taskTimeout: taskTimeout, .settle: settle, .rescanInterval: rescanInterval,
            .watchMode: watchMode, .ignore: ignore, .conflictCopies: conflictCopies,
            .retryInterval: retryInterval, .retryLimit: retryLimit,
            .pictureLimit: pictureLimit, .picturePatience: picturePatience, .unknownOutcome: unknownOutcome,
            .prices: prices, .dailySubmits: dailySubmits,
            .dailyMoney: dailyMoney, .laneDailySubmits: laneDailySubmits, .laneDailyMoney: laneDailyMoney,
            .repeatLimit: repeatLimit, .repeats: repeats,
            .publishDirectory: publishDirectory, .publishCommand: publishCommand,
            .publishRemoveCommand: publishRemoveCommand, .publishBaseURL: publishBaseURL, .publishKeep: publishKeep,
            .publishTimeout: publishTimeout, .localImages: localImages, .localImagesWait: localImagesWait,
            .metricsListen: metricsListen, .logLevel: logLevel, .logFormat: logFormat,
        ]
        return all.compactMapValues { $0 }
    }
}
