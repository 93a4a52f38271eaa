// SPDX-License-Identifier: Apache-2.0

package import Documents
package import NanoBanana

/// One paid submit of a job, and how far it has come.
package enum Variant: Equatable, Sendable {
    /// Nothing was sent, or surely nothing was accepted.
    case waiting
    /// A submit has left, or was about to.
    case submitting
    /// The API works on it.
    case submitted(TaskID, since: Timestamp)
    /// The API has answered; the pictures are to be fetched, but for those that are here already.
    case answered(Answer, task: TaskID?, saved: [PictureFile])
    /// The pictures are in the job's folder.
    case fetched([PictureFile], Answer, task: TaskID?)
    /// It ends without all of its pictures.
    case failed(Stopped)

    /// Where a variant stopped, and all that is needed to go on from there.
    package struct Stopped: Equatable, Sendable {
        package var why: Explanation
        var task: TaskID?
        /// The answer whose pictures could not all be fetched.
        var answer: Answer?
        /// The API's last word, byte for byte.
        var response: KeptAnswer?
        /// The pictures that it has.
        var pictures: [PictureFile] = []
    }

    /// Whether nothing more is to be done for it.
    var isResolved: Bool {
        switch self {
        case .waiting, .submitting, .submitted, .answered: false
        case .fetched, .failed: true
        }
    }

    /// Whether it was paid for.
    var charge: Explanation.Charge {
        switch self {
        case .waiting: .no
        case .submitting: .maybe
        case .submitted, .answered, .fetched: .yes
        case .failed(let stopped): stopped.why.charge
        }
    }

    package var task: TaskID? {
        switch self {
        case .waiting, .submitting: nil
        case .submitted(let task, _): task
        case .answered(_, let task, _), .fetched(_, _, let task): task
        case .failed(let stopped): stopped.task
        }
    }

    /// The API's last word, byte for byte.
    package var response: KeptAnswer? {
        switch self {
        case .waiting, .submitting, .submitted: nil
        case .answered(let answer, _, _), .fetched(_, let answer, _): answer.response
        case .failed(let stopped): stopped.response
        }
    }

    package var pictures: [PictureFile] {
        switch self {
        case .waiting, .submitting, .submitted: []
        case .answered(_, _, let saved): saved
        case .fetched(let pictures, _, _): pictures
        case .failed(let stopped): stopped.pictures
        }
    }

    /// Why it failed; `nil` where it has not.
    var reason: Explanation? {
        if case .failed(let stopped) = self { stopped.why } else { nil }
    }
}

extension Variant {
    /// The state after `event`, or `nil` where it cannot follow.
    func after(_ event: JobEvent, at time: Timestamp) -> Variant? {
        switch (self, event) {
        case (.waiting, .submitting): .submitting
        case (.submitting, .notAccepted), (.submitting, .outcomeUnknown): .waiting
        case (.submitting, .submitted(_, let task)): .submitted(task, since: time)
        case (.submitting, .answered(_, let answer)): .answered(answer, task: nil, saved: [])
        case (.submitted(let task, _), .answered(_, let answer)): .answered(answer, task: task, saved: [])
        case (.answered(let answer, let task, let saved), .pictureSaved(_, let picture)):
            .answered(answer, task: task, saved: saved + [picture])
        case (.answered(let answer, let task, _), .fetched(_, let pictures)):
            .fetched(pictures, answer, task: task)
        case (.fetched(_, let answer, let task), .picturesLost), (.answered(let answer, let task, _), .picturesLost):
            .answered(answer, task: task, saved: [])
        case (.failed(let stopped), .picturesLost):
            stopped.answer.map { .answered($0, task: stopped.task, saved: []) }
        case (.waiting, .variantFailed(_, let why, let response)),
            (.submitting, .variantFailed(_, let why, let response)):
            .failed(Stopped(why: why, response: response))
        case (.submitted(let task, _), .variantFailed(_, let why, let response)):
            .failed(Stopped(why: why, task: task, response: response))
        case (.answered(let answer, let task, let saved), .variantFailed(_, let why, let response)):
            .failed(
                Stopped(
                    why: why, task: task, answer: answer, response: response ?? answer.response, pictures: saved))
        case (.waiting, _), (.submitting, _), (.submitted, _), (.answered, _), (.fetched, _), (.failed, _): nil
        }
    }

    /// The same where nothing more may be submitted.
    func cancelled(_ why: Explanation) -> Variant {
        switch self {
        case .waiting: .failed(Stopped(why: why))
        case .submitting, .submitted, .answered, .fetched, .failed: self
        }
    }

    /// Where it goes on when a person puts the failed job back: at the pictures where an answer is known, at the
    /// question where a task is known (neither costs anything), else at a submit.
    func reopened(at time: Timestamp) -> Variant {
        switch self {
        case .failed(let stopped):
            if let answer = stopped.answer {
                .answered(answer, task: stopped.task, saved: stopped.pictures)
            } else if let task = stopped.task {
                .submitted(task, since: time)
            } else {
                .waiting
            }
        case .waiting, .submitting, .submitted, .answered, .fetched: self
        }
    }
}
