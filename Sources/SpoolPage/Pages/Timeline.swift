// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Jobs
internal import SpoolState

/// A journal as people read it.
enum Timeline {
    /// More than a job of eight variants with eight pictures each ever has.
    private static let limit = 500

    static func html(_ events: [DatedEvent]) -> HTML {
        let left = events.count - limit
        let lines: [HTML] = events.prefix(limit).map { dated in
            "<li class=\"\(mark(dated.event))\">\(Layout.time(dated.at)) <span>\(Wording.sentence(dated.event))</span></li>"
        }
        let rest: HTML? = left > 0 ? "<li>\(Wording.moreEvents(left))</li>" : nil
        return "<ol class=\"timeline\">\(lines)\(rest)</ol>"
    }

    private static func mark(_ event: JobEvent) -> String {
        switch event.kind {
        case .done, .fetched: "good"
        case .failed, .variantFailed, .picturesLost, .cancelled: "bad"
        case .submitted, .outcomeUnknown: "paid"
        case .claimed, .retried, .read, .split, .approved, .sharing, .shared, .submitting, .notAccepted, .answered,
            .pictureSaved:
            "plain"
        }
    }
}
