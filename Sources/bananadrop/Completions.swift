// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import FoundationEssentials
internal import NanoBanana
internal import Requests
internal import Spool
internal import SpoolTools

/// What a shell offers for an argument, beside commands and options, which the parser knows.
enum Completions {
    /// Requests and tables, and the same with what Windows hides behind them.
    static let requests = CompletionKind.file(
        extensions: RequestFileName.extensions.flatMap { [$0, $0 + ".txt"] })
    /// Jobs that wait, are under way or have failed.
    static let jobs = CompletionKind.custom { words, _, start in
        names(words, start)?.all(in: [.inbox, .processing, .failed]) ?? []
    }
    /// Those of which something is still to be sent, perhaps.
    static let openJobs = CompletionKind.custom { words, _, start in
        names(words, start)?.all(in: [.inbox, .processing]) ?? []
    }
    static let failedJobs = CompletionKind.custom { words, _, start in names(words, start)?.all(in: [.failed]) ?? [] }
    static let results = CompletionKind.custom { words, _, start in
        names(words, start)?.all(in: [.done, .failed]) ?? []
    }
    static let lanes = CompletionKind.custom { words, _, start in names(words, start)?.lanes ?? [] }

    /// Nothing where the spool is not known: whoever completes a word wants no sentences.
    private static func names(_ words: [String], _ start: String) -> JobNames? {
        let options = SettingsOptions(spool: value(of: "--spool", in: words), config: value(of: "--config", in: words))
        guard let spool = try? options.orPackaged.load().spool else { return nil }
        return JobNames(spool, startingWith: plain(start))
    }

    /// What stands in the line is as it was typed.
    private static func value(of option: String, in words: [String]) -> String? {
        for (index, word) in words.enumerated() {
            // bash(1) parts words at `=`, too, as COMP_WORDBREAKS says.
            if word == option { return words[(index + 1)...].first { $0 != "=" }.map(plain) }
            if word.hasPrefix(option + "=") { return plain(String(word.dropFirst(option.count + 1))) }
        }
        return nil
    }

    /// Without quotes and backslashes, and with the home that `~` stands for.
    private static func plain(_ word: String) -> String {
        let text = word.filter { !"\"'\\".contains($0) }
        guard text == "~" || text.hasPrefix("~/") else { return text }
        return (ProcessInfo.processInfo.environment["HOME"] ?? "~") + text.dropFirst()
    }
}

extension AnySetting {
    /// What a shell offers as its value; nothing for times, numbers and the like.
    var completion: CompletionKind? {
        switch values.place {
        case .file?: .file()
        case .folder?: .directory
        case nil: values.offers.isEmpty ? nil : .list(values.offers)
        }
    }
}
