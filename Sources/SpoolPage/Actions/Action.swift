// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Requests
internal import SystemPackage

/// What a click does: the same as the command of that name, or the file that stands for it. Pure.
enum Action: String, CaseIterable, Sendable {
    /// A failed job goes back into the inbox.
    case retry
    /// The same, and what may have been charged is sent again.
    case retryAtCost = "retry-at-cost"
    /// Nothing more of it is submitted.
    case cancel
    /// A request that waits for a word may cost what it costs.
    case approve
    /// It goes before all others that wait.
    case hurry
    case pause
    case goOn = "go-on"

    /// Whether it costs money, or ends something.
    var isGrave: Bool {
        switch self {
        case .retryAtCost, .cancel: true
        case .retry, .approve, .hurry, .pause, .goOn: false
        }
    }

    /// What it is about.
    enum Subject: Equatable, Sendable {
        /// A job's folder, as its page names it.
        case job(JobPlace)
        /// A request by its name, such as `acme/hero`; or a lane, empty for all.
        case name(String)

        var value: String {
            switch self {
            case .job(let place): PageLink("/job", place).text
            case .name(let name): name
            }
        }

        /// `nil` where it names nothing.
        init?(_ text: Substring) {
            if text.hasPrefix("/job/") {
                guard case .job(let place, _)? = Route(path: text, query: "") else { return nil }
                self = .job(place)
            } else if !text.utf8.contains(0), text.utf8.count < 4096 {
                self = .name(String(text))
            } else {
                return nil
            }
        }
    }

    /// What a form asks for, as `cancel acme/hero`; `nil` where it is nothing that can be done.
    static func read(_ text: String) -> (action: Action, subject: Subject)? {
        let word = text.prefix { $0 != " " }
        guard let action = Action(rawValue: String(word)), let subject = Subject(text.dropFirst(word.count + 1)) else {
            return nil
        }
        return (action, subject)
    }
}

extension Wording {
    static func words(for action: Action) -> String {
        switch action {
        case .retry: "Try again"
        case .retryAtCost: "Try again, and pay again"
        case .cancel: "Cancel"
        case .approve: "Approve"
        case .hurry: "Hurry"
        case .pause: "Pause"
        case .goOn: "Go on"
        }
    }

    /// What came of it; it stands on the page to which the click leads.
    static func carriedOut(_ action: Action, _ name: String) -> String {
        switch action {
        case .retry, .retryAtCost: "\(name): put back into the inbox."
        case .cancel: "\(name): nothing more of it is sent. What was sent already is still fetched."
        case .approve: "\(name): approved."
        case .hurry: "\(name): goes before all others that wait."
        case .pause: (name.isEmpty ? "All lanes pause" : "\(name) pauses") + ". What was sent is still fetched."
        case .goOn: name.isEmpty ? "All lanes go on." : "\(name) goes on."
        }
    }

    static let noSuchJob = "This job is not here any more. Look for it in the overview or in the gallery."
    static let notPossible = "This cannot be done with it."
}
