// SPDX-License-Identifier: Apache-2.0

package import NanoBanana
package import Requests

package import struct SystemPackage.FilePath

/// Why a job, or one variant of it, ends without pictures: facts only, the sentences are in ``Wording``.
package enum Failure: Equatable, Sendable {
    /// The request file is at fault; nothing was sent.
    case invalidRequest(Findings)
    /// Pictures of one's own disk cannot be used, or did not come; nothing was sent. Never empty.
    case localPictures([LocalPictureFault])
    /// The request names pictures of one's own disk, and nothing says how they are published any more; nothing was
    /// sent.
    case notShared
    /// The API refused the request as it is.
    case refused(code: Int?, message: String)
    /// The API, or something before it, refused the request so many times while it took others.
    case refusedAlone(message: String, times: Int)
    /// What it would cost is not known, and limits of money are set; the model.
    case noPrice(String)
    /// A person has cancelled it before all of it was submitted.
    case cancelled
    /// A submit was sent, or maybe sent, and its answer never came.
    case unknownOutcome(String)
    /// The daemon ended between the announcement of a submit and the note of its answer.
    case interruptedSubmit
    /// The API accepted the work but could not do it.
    case taskFailed(TaskID, message: String, cause: TaskFailure.Cause = .request)
    /// The API says it does not know the task that it named.
    case taskUnknown(TaskID, message: String)
    /// The API has not come to an end within the configured time; what it, or the network, said last.
    case taskTimedOut(TaskID, after: Duration, lastWords: String)
    /// A picture cannot be had. `number` counts from 1.
    case pictureFailed(number: Int, PictureProblem, LinkAge)
    /// The journal of the job is damaged; line from 1.
    case journalDamaged(line: Int)
}

/// Whether a picture's link may still work.
package enum LinkAge: Equatable, Sendable {
    /// It was given within the day.
    case young, old

    package init(_ age: Duration) { self = age < .seconds(86_400) ? .young : .old }
}

/// Why a picture cannot be had.
package enum PictureProblem: Error, Equatable, Sendable {
    case gone(status: Int)
    case notAPicture
    case truncated(got: Int64)
    case tooLarge(limit: Int64)
    /// `name`: what leads there; `nil` where the link names the address itself.
    case forbiddenAddress(String, name: String?)
    case badLink(String)
    case takesEncryptionOff(String)
    case tooManyRedirects
    /// It stands in the answer itself, and cannot be decoded, or is not whole.
    case badInline
    /// It stood in the answer, and the file that kept the answer is not what was written.
    case answerLost
    /// The network's, or the host's.
    case other(String)
}

/// A picture of one's own disk that cannot be used.
package struct LocalPictureFault: Error, Equatable, Sendable {
    /// As the request names it, or the defaults that add it.
    package var file: FilePath
    /// The lane whose defaults add it; `nil` for one that the request names.
    package var lane: Lane?
    package var problem: LocalPictureProblem

    package init(file: FilePath, addedBy lane: Lane? = nil, problem: LocalPictureProblem) {
        self.file = file
        self.lane = lane
        self.problem = problem
    }
}

/// Why a picture of one's own disk cannot be used.
package enum LocalPictureProblem: Equatable, Sendable {
    /// It did not arrive in time; so with the next two.
    case missing(after: Duration)
    case empty(after: Duration)
    case stillWritten(after: Duration)
    case outside
    /// What stands there is what a sync client shows of a file that it has not downloaded.
    case placeholder
    case symlink
    case linked
    case notAFile
    case unreadable(why: String)
    /// The limit in bytes.
    case tooLarge(limit: Int64)
    case notAPicture
    /// It is too large to be published as it is; what the command has come to that makes pictures smaller.
    case notMadeSmaller(why: String)
}
