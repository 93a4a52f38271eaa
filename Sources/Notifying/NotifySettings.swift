// SPDX-License-Identifier: Apache-2.0

package import Jobs
internal import NanoBanana
internal import Requests
package import Sharing

/// Who is told of what, and how. Pure.
package struct NotifySettings: Equatable, Sendable {
    /// The words of a program that is run for each notification; `nil` where none is.
    package var command: [String]?
    /// Where each notification is posted to; `nil` where it is nowhere.
    package var url: String?
    /// What the posts are signed with; `nil` where they are not.
    package var secret: [UInt8]?
    package var events: Set<Notification.Event>
    /// How long one attempt may take.
    package var timeout = Duration.seconds(30)
    /// How long a notification is tried that nobody takes.
    package var patience = Duration.seconds(86_400)

    /// The settings that say how it is told.
    package var settings: [String] {
        (command == nil ? [] : ["notify-command"]) + (url == nil ? [] : ["notify-url"])
    }

    /// All that people want to hear of without having asked: each single picture would drown it.
    package static let usual: Set<Notification.Event> = Set(Notification.Event.allCases).subtracting([.done, .test])

    /// What a configuration says, word for word; a blank text is none. `nil` where nobody is told.
    package static func read(
        command: String, url: String, events: String
    ) throws(NotifySettingsError) -> NotifySettings? {
        let events = try Self.events(events)
        let words: [String]
        do throws(CommandProblem) {
            words = try CommandWords(command).words
        } catch {
            throw .notWords(error)
        }
        if words.first?.isEmpty == true { throw .noProgram }
        if !url.isEmpty, !WebPost.isAddress(url) { throw .badURL }
        if words.isEmpty, url.isEmpty { return nil }
        return NotifySettings(
            command: words.isEmpty ? nil : words, url: url.isEmpty ? nil : url, secret: nil, events: events)
    }

    /// The first line, without blanks around it; `nil` where it holds nothing.
    package static func secret(in bytes: [UInt8]) -> [UInt8]? {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        let blank: (UInt8) -> Bool = { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        let secret = Array(line.drop(while: blank).reversed().drop(while: blank).reversed())
        return secret.isEmpty ? nil : secret
    }

    /// `done, failed`, `all` or `none`.
    package static func events(_ text: String) throws(NotifySettingsError) -> Set<Notification.Event> {
        do throws(NotificationEvent.UnknownWord) {
            return try NotificationEvent.chosen(by: NotificationEvent.words(of: text))
        } catch {
            throw .noEvent(error.word)
        }
    }
}

/// Why a configuration does not say who is told. The sentences are in ``Wording``.
package enum NotifySettingsError: Error, Equatable, Sendable {
    case notWords(CommandProblem)
    case noProgram
    /// The address is none; it may be a secret.
    case badURL
    case noEvent(String)
}
