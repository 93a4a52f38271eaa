// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// What is said of failures where they are listed; `error.txt` says more of each one.
extension Wording {
    package static func charged(_ code: FailureCode) -> String { code.charge?.rawValue ?? "as its parts" }

    package static func whoActs(_ code: FailureCode) -> String {
        switch code.actor {
        case .dropper: "whoever dropped it"
        case .accountHolder: "whoever has the account"
        case .administrator: "the administrator"
        }
    }

    package static func whatHappened(_ code: FailureCode) -> String {
        switch code {
        case .invalidRequest: "The file has mistakes. Each is named, with line and column."
        case .refused: "The API, or something in front of it, refuses this request, while nothing else is wrong."
        case .pictureMissing: "A picture of your own did not arrive, or cannot be used."
        case .overLimit: "The request alone exceeds a daily limit."
        case .repeated: "It was put back, or left over by a crash, and is the same request in a loop."
        case .noPrice: "Limits of money are set, and the request's model has no price, so nothing would count it."
        case .cancelled: "Somebody cancelled it before all of it was sent. What was paid for is in the folder."
        case .unknownOutcome: "A submit was sent, but no clear answer came back."
        case .taskFailed: "The API accepted the work but could not do it."
        case .taskUnknown: "The API no longer knows its own task."
        case .taskTimedOut: "The task did not finish within `task-timeout`. The last answer is quoted."
        case .pictureFailed: "The work was done, but a picture could not be fetched."
        case .partsFailed:
            "Some parts of a batch failed. `batch.csv` and the `error.txt` of each part say why."
        case .journalDamaged: "The journal of the job is damaged. Everything is kept."
        }
    }

    package static func whatToDo(_ code: FailureCode) -> String {
        switch code {
        case .invalidRequest: "Correct the file and drop it again."
        case .refused: "Change what the reason is about, and put the folder back."
        case .pictureMissing: "Put the picture into the inbox where the request was, then put the folder back."
        case .overLimit: "Ask for less, or have the limit raised."
        case .repeated:
            "Stop whatever drops it. If you do want it, drop it into a folder `again` of its lane, or write "
                + "`again: true` into it."
        case .noPrice: "Give the model a price in `prices` and reload, then put the folder back."
        case .cancelled: "Nothing. If it is wanted after all, put the folder back: only what was not sent is sent."
        case .unknownOutcome:
            "Check the account at the provider. If it was not charged, or a second charge is fine, put this one "
                + "folder back."
        case .taskFailed:
            "If the fault is the service's, put the folder back unchanged, which costs nothing. If it is the "
                + "request's, change the request and put the folder back, which is a new charge."
        case .taskUnknown, .taskTimedOut: "Put the folder back to poll again. That costs nothing."
        case .pictureFailed:
            "Do what `error.txt` says. Mostly: put the folder back within a day, which costs nothing."
        case .partsFailed: "Correct the parts in their own folders, and put the whole folder back."
        case .journalDamaged: "Look into `journal.jsonl` for a task id before the request is dropped again."
        }
    }
}
