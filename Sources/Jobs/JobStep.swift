// SPDX-License-Identifier: Apache-2.0

package import Documents
package import NanoBanana

/// What is to be done next for a job.
package enum JobStep: Equatable, Sendable {
    /// Read the claimed file.
    case read
    /// Bring every part of the batch to its end.
    case runParts
    /// Wait until the local pictures are there and whole, then announce by ``JobEvent/sharing`` that they leave.
    case gather
    /// Share them. Only ever follows the announcement.
    case share
    /// Wait until a submit may leave, then announce it by ``JobEvent/submitting(variant:)``.
    case takePermit(variant: Int)
    /// Send it. Only ever follows the announcement.
    case submit(variant: Int)
    /// Ask for the task until the API has its last word.
    case poll(variant: Int, TaskID, since: Timestamp)
    /// Bring the next picture that is missing into the job's folder.
    case fetch(variant: Int, Answer, saved: [PictureFile])
    /// Write the result's files, record how the job ends, and publish it.
    case finish(JobOutcome)
    /// Rename the folder into `done/` or `failed/`.
    case publish(JobOutcome)
}

/// How a job ends.
package enum JobOutcome: Equatable, Sendable {
    case done
    case failed(Explanation)
}
