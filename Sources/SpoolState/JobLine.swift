// SPDX-License-Identifier: Apache-2.0

package import Documents
package import Jobs
internal import Requests

package import struct SystemPackage.FilePath

/// How far a job is. Pure.
package enum JobStage: String, CaseIterable, Sendable {
    /// The request is still to be read.
    case claimed
    /// It waits for its own pictures, or shares them.
    case sharing
    /// It waits until a submit may leave.
    case waiting
    case submitting, submitted, fetching
    /// A batch, until its parts are at their end.
    case batch
    /// All that is left is to write the result.
    case publishing

    /// A job of several variants is where the one is that has the longest way to go.
    package init(_ job: Job) {
        if job.outcome != nil {
            self = .publishing
        } else if job.parts != nil {
            self = .batch
        } else if job.request == nil {
            self = .claimed
        } else if job.needsSharing {
            self = .sharing
        } else {
            let stages = job.variants.map(Self.init(of:))
            let way: [Self] = [.waiting, .submitting, .submitted, .fetching]
            self = way.first(where: stages.contains) ?? .publishing
        }
    }

    private init(of variant: Variant) {
        switch variant {
        case .waiting: self = .waiting
        case .submitting: self = .submitting
        case .submitted: self = .submitted
        case .answered: self = .fetching
        case .fetched, .failed: self = .publishing
        }
    }
}

/// One job under way, as it is shown.
package struct JobLine: Equatable, Sendable {
    /// So many of it are at their end.
    package struct Progress: Equatable, Sendable {
        package var done: Int
        package var of: Int

        package init(done: Int, of: Int) { (self.done, self.of) = (done, of) }
    }

    /// `acme/hero`.
    package var name: String
    package var stage: JobStage
    /// When it was taken from the inbox.
    package var since: Timestamp
    /// When the API will have its picture, as far as was learned; `nil` where nobody knows.
    package var expected: Timestamp?
    /// Of a batch its parts, of a request for several pictures its variants.
    package var progress: Progress?
    /// Its own pictures that it waits for; while it is still to be read, its file that somebody is writing to.
    package var awaits: [String] = []
    /// Where what is done of a batch can be looked at, relative to the spool; `nil` where it cannot.
    package var coming: FilePath?

    package init(
        name: String, stage: JobStage, since: Timestamp, expected: Timestamp? = nil, progress: Progress? = nil,
        awaits: [String] = [], coming: FilePath? = nil
    ) {
        (self.name, self.stage, self.since, self.expected) = (name, stage, since, expected)
        (self.progress, self.awaits, self.coming) = (progress, awaits, coming)
    }
}

extension JobLine.Progress {
    /// That of a request for several pictures, by its variants.
    package init?(variantsOf job: Job) {
        guard job.variants.count > 1 else { return nil }
        let done = job.variants.count { variant in
            switch variant {
            case .waiting, .submitting, .submitted, .answered: false
            case .fetched, .failed: true
            }
        }
        self.init(done: done, of: job.variants.count)
    }
}

extension Job {
    /// The own pictures that have to be there before anything is sent; empty where none is awaited.
    package var awaitedPictures: [String] {
        guard needsSharing, sharing == .none else { return [] }
        return (request?.locals ?? []).map { String(decoding: $0.file) }
    }
}

/// What has come to its end.
package struct Ended: Equatable, Sendable {
    /// Why it failed.
    package struct Failure: Equatable, Sendable {
        /// A fixed word.
        package var code: String
        /// One sentence each.
        package var what: String
        package var next: String

        package init(code: String, what: String, next: String) {
            (self.code, self.what, self.next) = (code, what, next)
        }
    }

    package var name: String
    /// Of the result's folder, relative to the spool.
    package var folder: FilePath
    package var at: Timestamp
    /// The pictures by name, or by path from that folder; no more than ``SpoolState/picturesLimit``.
    package var pictures: [String]
    /// All of them.
    package var pictureCount: Int
    /// How many parts it had, where it was a batch.
    package var parts: Int?
    /// `nil` where it is done.
    package var failure: Failure?
    package var charged: Explanation.Charge

    package init(
        name: String, folder: FilePath, at: Timestamp, pictures: [String], pictureCount: Int, parts: Int? = nil,
        failure: Failure? = nil, charged: Explanation.Charge
    ) {
        (self.name, self.folder, self.at, self.pictures) = (name, folder, at, pictures)
        (self.pictureCount, self.parts, self.failure, self.charged) = (pictureCount, parts, failure, charged)
    }
}
