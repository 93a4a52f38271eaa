// SPDX-License-Identifier: Apache-2.0

/// Something that happens and that somebody may want to be told of, in fixed words for programs, settings and the
/// defaults of lanes.
package enum NotificationEvent: String, CaseIterable, Sendable {
    /// A request has come to `done/`.
    case done
    /// A request, or a batch with parts that failed, has come to `failed/`.
    case failed
    /// A batch has come to `done/`.
    case batchDone = "batch-done"
    /// Nothing is submitted for now, because of the service, the network, the key or somebody's word.
    case paused
    /// A pause is over.
    case goneOn = "gone-on"
    /// A daily limit holds requests.
    case limitReached = "limit-reached"
    /// A request waits until somebody approves of its price.
    case heldForApproval = "held-for-approval"
    /// Somebody wants to see that notifications arrive.
    case test
}

extension NotificationEvent {
    /// Those that may be chosen.
    package static let chosen = allCases.filter { $0 != .test }

    /// A word that chooses nothing.
    package struct UnknownWord: Error {
        package var word: String
    }

    /// What these words choose: `all`, `none`, or some by name.
    package static func chosen(by words: [String]) throws(UnknownWord) -> Set<NotificationEvent> {
        switch words {
        case ["all"]: return Set(chosen)
        case ["none"]: return []
        default: break
        }
        var events: Set<NotificationEvent> = []
        for word in words {
            guard let event = NotificationEvent(rawValue: word), event != .test else { throw UnknownWord(word: word) }
            events.insert(event)
        }
        return events
    }

    /// The words of a text, with commas between them.
    package static func words(of text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false)
            .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    }
}
