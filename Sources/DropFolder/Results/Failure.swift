// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana

/// Why a job, or one variant of it, ends without pictures: facts only, the sentences are in ``Wording``.
enum Failure: Equatable, Sendable {
    /// The request file is at fault; nothing was sent.
    case invalidRequest(Findings)
    /// The API refused the request as it is.
    case refused(code: Int?, message: String)
    /// A submit was sent, or maybe sent, and its answer never came.
    case unknownOutcome(String)
    /// The daemon ended between the announcement of a submit and the note of its answer.
    case interruptedSubmit
    /// The API took the work and could not do it.
    case taskFailed(TaskID, message: String)
    /// The API says it does not know the task that it named.
    case taskUnknown(TaskID, message: String)
    /// The API has not come to an end within the configured time.
    case taskTimedOut(TaskID, after: Duration)
    /// A picture cannot be had. `number` counts from 1.
    case pictureFailed(number: Int, PictureProblem)
    /// The journal of the job is damaged; line from 1.
    case journalDamaged(line: Int)
}

/// Why a picture cannot be had.
enum PictureProblem: Error, Equatable, Sendable {
    case gone(status: Int)
    case notAPicture
    /// `nil` where the server did not say how long it is.
    case truncated(got: Int64, of: Int64?)
    case tooLarge(limit: Int64)
    case forbiddenAddress(String)
    case badLink(String)
    case other(String)
}
