// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana

/// One paid submit of a job, and how far it has come.
enum Variant: Equatable, Sendable {
    /// Nothing was sent, or surely nothing was accepted.
    case waiting
    /// A submit has left, or was about to.
    case submitting
    /// The API works on it.
    case submitted(TaskID, since: Timestamp)
    /// The API has answered; the pictures are to be fetched.
    case answered(Answer, task: TaskID?)
    /// The pictures are in the job's folder.
    case fetched([PictureFile], Answer, task: TaskID?)
    /// It ends without all of its pictures; those that it has.
    case failed(Explanation, task: TaskID?, response: [UInt8]?, pictures: [PictureFile])

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
        case .failed(let explanation, _, _, _): explanation.charge
        }
    }

    var task: TaskID? {
        switch self {
        case .waiting, .submitting: nil
        case .submitted(let task, _): task
        case .answered(_, let task), .fetched(_, _, let task), .failed(_, let task, _, _): task
        }
    }

    /// The API's last word, byte for byte.
    var response: [UInt8]? {
        switch self {
        case .waiting, .submitting, .submitted: nil
        case .answered(let answer, _), .fetched(_, let answer, _): answer.response
        case .failed(_, _, let response, _): response
        }
    }

    var pictures: [PictureFile] {
        switch self {
        case .waiting, .submitting, .submitted, .answered: []
        case .fetched(let pictures, _, _), .failed(_, _, _, let pictures): pictures
        }
    }
}
