// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// Why ``NanoBananaClient/edit(_:patience:taken:)`` returned no pictures, whether money was spent, and all that is needed
/// to go on: what was paid for is not lost.
///
/// Where there is a ``task``, ``NanoBananaClient/pictures(of:asked:patience:)`` goes on with it for nothing, also in
/// another run of the program.
public struct EditError: Error, Sendable, Equatable {
    /// What went wrong.
    public enum Reason: Sendable, Equatable {
        /// The API did not take the request, or nobody knows whether it did.
        case submit(SubmitError)
        /// The API took the request, and what was to keep the task's name has failed, so that it stands here alone.
        case notKept(message: String)
        /// The API took the request, and the task has ended without pictures.
        case taskFailed(TaskFailure)
        /// The API claims not to know the task, for as long as ``EditPatience/doubt``.
        case unknownTask(message: String)
        /// The key is refused for polls. Go on with one that is accepted.
        case keyRefused(NotAccepted)
        /// The task has not ended within ``EditPatience/task``; the last that was heard of it. It may still end.
        case timedOut(lastWord: String)
        /// A picture, by its number from 1, could not be fetched.
        case picture(number: Int, PictureError)
        /// The caller was cancelled. Where the request had left, its answer was awaited all the same.
        case cancelled
    }

    /// What went wrong.
    public var reason: Reason
    /// The task that was made; `nil` where there is none, or none is known. Where the submit's outcome is unknown, the
    /// task that its answer names all the same, and which may be none.
    public var task: TaskID?
    /// The links of all pictures, once they are known. They work for about a day:
    /// ``NanoBananaClient/picture(_:patience:)`` fetches one.
    public var links: [PictureLink]
    /// The pictures that came before something went wrong, in the API's order.
    public var pictures: [Picture]

    /// An error, for clients and tests of one's own.
    public init(
        _ reason: Reason, task: TaskID? = nil, links: [PictureLink] = [], pictures: [Picture] = []
    ) {
        self.reason = reason
        self.task = task
        self.links = links
        self.pictures = pictures
    }

    /// Whether the submit was paid for.
    public var charge: Charge {
        switch reason {
        case .submit(let error): error.charge
        case .cancelled: task == nil && links.isEmpty ? .no : .yes
        case .notKept, .taskFailed, .unknownTask, .keyRefused, .timedOut, .picture: .yes
        }
    }
}

/// The sentences for people.
extension EditError: LocalizedError {
    /// What happened, whether it was charged, and how to go on.
    public var errorDescription: String? {
        switch reason {
        case .submit(let error):
            (error.errorDescription ?? "")
                + (task.map { " Its answer names the task \($0.text); continuing with it costs nothing." } ?? "")
        case .notKept(let why): "\(Sentence.of("The task's id could not be kept", why)) \(charged)"
        case .taskFailed(let failure):
            switch failure.cause {
            case .request: "\(Sentence.of("The API could not do the work", failure.message)) It was charged."
            case .service: "\(Sentence.of("The service failed while doing the work", failure.message)) \(charged)"
            case .noPictures: "\(Sentence.of("The work finished without a picture", failure.message)) \(charged)"
            }
        case .unknownTask(let message): "\(Sentence.of("The API no longer knows its task", message)) \(charged)"
        case .keyRefused(let refusal): "\(refusal.sentence) \(charged)"
        case .timedOut(let word): "\(Sentence.of("The work did not finish in time", word)) \(charged)"
        case .picture(let number, let error): "Picture \(number) did not come. \(error.sentence) \(charged)"
        case .cancelled where charge == .no: "Cancelled before the request was sent. Nothing was charged."
        case .cancelled: "Cancelled. \(charged)"
        }
    }

    /// With the way on.
    private var charged: String {
        if let task { return "It was charged; continuing with the task \(task.text) costs nothing." }
        return links.isEmpty ? "It was charged." : "It was charged; the links of the pictures work for about a day."
    }
}
