// SPDX-License-Identifier: Apache-2.0

package import NanoBanana
package import Requests
package import SystemPackage

/// How pictures from one's own disk are made links. Pure.
package struct ShareSettings: Equatable, Sendable {
    /// How a picture gets to where its link leads.
    package enum Way: Equatable, Sendable {
        /// It is copied into a folder that something serves already.
        case directory(FilePath)
        /// A program brings it there, and another takes it away again. Words, with `{file}` and `{name}` in them.
        /// - remove: `nil` only where what was published is kept.
        case command([String], remove: [String]?)
    }

    /// How a picture gets to where its link leads.
    package let way: Way
    /// What the links begin with, without a `/` at its end; `nil` where the command prints each.
    package let baseURL: String?
    /// Where links that a command prints may lead, as those in requests.
    package var linkAddresses = AddressPolicy.publicOnly
    /// Whether what was published stays when the job ends. Default: it is removed.
    package let keeps: Bool
    /// What makes large pictures smaller before they are published; `nil` where nothing does.
    package var shrink: Shrink?
    /// How long a command may take.
    package var commandTimeout = Duration.seconds(60)
    /// How long a request waits for its pictures to arrive.
    package var wait = Duration.seconds(600)
    /// Whether the pictures of a job that is done travel into its folder. Default: they stay where they are.
    package var moves = false

    /// A program that makes a picture smaller. Words, with `{file}` and `{out}` in them.
    package struct Shrink: Equatable, Sendable {
        package let command: [String]
        /// Only pictures of more bytes than that.
        package let above: Int64
    }

    /// What a configuration says about large pictures, word for word.
    ///
    /// - Parameter share: how pictures are published; `nil` where they are not.
    package static func readShrink(
        _ command: String, above: Int64, of share: ShareSettings?
    ) throws(ShareSettingsError) -> Shrink? {
        guard let words = try words(.shrink, command) else { return nil }
        if share == nil { throw .shrinkCommandAlone }
        return Shrink(command: words, above: above)
    }

    /// What a configuration says, word for word; a blank text is none. `nil` where nothing is to be published.
    package static func read(
        directory: String, command: String, removeCommand: String, baseURL: String, keeps: Bool
    ) throws(ShareSettingsError) -> ShareSettings? {
        guard let way = try way(directory, command, removeCommand, keeps) else {
            if !baseURL.isEmpty { throw .baseURLAlone }
            return nil
        }
        return ShareSettings(way: way, baseURL: try checked(baseURL, way), keeps: keeps)
    }

    /// Makes the links of published pictures, as far as they are known before that.
    package var links: SharedLinks { baseURL.flatMap(SharedLinks.init) ?? .toBePrinted }

    private init(way: Way, baseURL: String?, keeps: Bool) {
        self.way = way
        self.baseURL = baseURL
        self.keeps = keeps
    }

    private static func way(
        _ directory: String, _ command: String, _ removeCommand: String, _ keeps: Bool
    ) throws(ShareSettingsError) -> Way? {
        let publish = try words(.publish, command)
        let remove = try words(.remove, removeCommand)
        switch (directory.isEmpty, publish) {
        case (false, .some): throw .twoWays
        case (_, nil) where remove != nil: throw .removeCommandAlone
        case (false, nil): return .directory(FilePath(directory))
        case (true, nil): return nil
        case (true, .some(let publish)):
            if remove == nil, !keeps { throw .noRemoveCommand }
            return .command(publish, remove: remove)
        }
    }

    private static func words(_ command: ShareCommand, _ line: String) throws(ShareSettingsError) -> [String]? {
        let words: [String]
        do throws(CommandProblem) {
            words = try CommandWords(line).words
        } catch {
            throw .notWords(command, error)
        }
        guard let program = words.first else { return nil }
        let marks = [CommandWords.file, CommandWords.name, CommandWords.out]
        // Or the picture itself would be run.
        guard !program.isEmpty, !marks.contains(where: program.contains) else { throw .noProgram(command) }
        for mark in command.marks where !words.contains(where: { $0.contains(mark) }) {
            throw .markMissing(command, mark)
        }
        if command == .remove, words.contains(where: { $0.contains(CommandWords.file) }) { throw .removesNoFile }
        return words
    }

    private static func checked(_ baseURL: String, _ way: Way) throws(ShareSettingsError) -> String? {
        guard !baseURL.isEmpty else {
            switch way {
            case .directory: throw .noBaseURL
            case .command: return nil
            }
        }
        var base = baseURL[...]
        while base.hasSuffix("/") { base.removeLast() }
        guard (try? ImageLink(base + "/x")) != nil, !base.contains("?"), !base.contains("#") else {
            throw .badBaseURL(baseURL)
        }
        return String(base)
    }
}

/// One of the commands, by the name of its setting.
package enum ShareCommand: String, Equatable, Sendable {
    case publish = "publish-command"
    case remove = "publish-remove-command"
    case shrink = "shrink-command"

    /// What must stand in it.
    fileprivate var marks: [String] {
        switch self {
        case .publish: [CommandWords.file, CommandWords.name]
        case .remove: [CommandWords.name]
        case .shrink: [CommandWords.file, CommandWords.out]
        }
    }
}
