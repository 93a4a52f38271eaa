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
    /// It ends without pictures.
    case failed(Explanation, task: TaskID?, response: [UInt8]?)

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
        case .failed(let explanation, _, _): explanation.charge
        }
    }

    var task: TaskID? {
        switch self {
        case .waiting, .submitting: nil
        case .submitted(let task, _): task
        case .answered(_, let task), .fetched(_, _, let task), .failed(_, let task, _): task
        }
    }

    /// The API's last word, byte for byte.
    var response: [UInt8]? {
        switch self {
        case .waiting, .submitting, .submitted: nil
        case .answered(let answer, _), .fetched(_, let answer, _): answer.response
        case .failed(_, _, let response): response
        }
    }

    var pictures: [PictureFile] {
        switch self {
        case .waiting, .submitting, .submitted, .answered, .failed: []
        case .fetched(let pictures, _, _): pictures
        }
    }

    /// How many pictures the API has answered with.
    var pictureCount: Int {
        switch self {
        case .waiting, .submitting, .submitted, .failed: 0
        case .answered(let answer, _), .fetched(_, let answer, _): answer.pictures.count
        }
    }
}
