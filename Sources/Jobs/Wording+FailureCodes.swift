// SPDX-License-Identifier: Apache-2.0

internal import Documents

/// What is said of failures where they are listed; `error.txt` says more of each one.
extension Wording {
    package static func charged(_ code: FailureCode) -> String { code.charge?.rawValue ?? "as its parts" }

    package static func whoActs(_ code: FailureCode) -> String {
        switch code.actor {
        case .dropper: "who dropped it"
        case .accountHolder: "who has the account"
        case .administrator: "who runs it"
        }
    }

    package static func whatHappened(_ code: FailureCode) -> String {
        switch code {
        case .invalidRequest: "The file has mistakes. Each is named, with line and column."
        case .refused: "The API refuses this request, or something before the API does, while all else is well."
        case .pictureMissing: "A picture of your own did not arrive, or is no picture."
        case .overLimit: "The request alone costs more than a whole day may."
        case .repeated: "It was put back, or left over by a crash, and is the same request in a loop."
        case .unknownOutcome: "A submit was sent, and no answer tells what became of it."
        case .taskFailed: "The API took the work and could not do it."
        case .taskUnknown: "The API no longer knows its own task."
        case .taskTimedOut: "No end came within `task-timeout`. The last answer is quoted."
        case .pictureFailed: "The work was done, but a picture could not be fetched."
        case .partsFailed:
            "Some parts of a batch failed. `batch.csv` and the `error.txt` of each part say why."
        case .journalDamaged: "The journal of the job cannot be believed. Everything is kept."
        }
    }

    package static func whatToDo(_ code: FailureCode) -> String {
        switch code {
        case .invalidRequest: "Correct the file and drop it again."
        case .refused: "Change what the reason speaks of, and put the folder back."
        case .pictureMissing: "Put the picture into the inbox where the request lay, then put the folder back."
        case .overLimit: "Ask for less, or have the limit raised."
        case .repeated: "Stop what drops it. If it is meant, write `again: true` into it."
        case .unknownOutcome:
            "Look into the account at the provider. Put the folder back, alone, if it was not charged or a second charge "
                + "is fine."
        case .taskFailed:
            "If the reason is the service's: put the folder back as it is, which costs nothing. If it is the request's: "
                + "change the request and put the folder back, which is a new charge."
        case .taskUnknown, .taskTimedOut: "Put the folder back to poll again. That costs nothing."
        case .pictureFailed:
            "Do what `error.txt` says. Mostly: put the folder back within a day, which costs nothing."
        case .partsFailed: "Correct the parts in their own folders, and put the whole folder back."
        case .journalDamaged: "Look into `journal.jsonl` for a task id before the request is dropped again."
        }
    }
}
