// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// How far a task is.
public struct TaskReport: Sendable, Equatable {
    /// How far a task is.
    public enum State: Sendable, Equatable {
        /// Not finished; the API's word for its state, which may be one that nobody knows.
        case underWay(String)
        /// Finished: its pictures, at least one, in the API's order. Their links work for about a day.
        case succeeded([PictureLink])
        /// The API says that it is over, and there are no pictures. It may not be over yet: see ``TaskFailure/cause``.
        case failed(TaskFailure)
    }

    /// How far it is.
    public let state: State
    /// How long the work took (`update_time` less `create_time`, whole seconds); `nil` where the answer does not say.
    public let workTime: Duration?
    /// The answer, byte for byte.
    public let body: ByteBuffer

    /// A report, for clients and tests of one's own.
    public init(state: State, workTime: Duration?, body: ByteBuffer) {
        self.state = state
        self.workTime = workTime
        self.body = body
    }
}

/// What the API says of a task that has ended without pictures.
public struct TaskFailure: Sendable, Equatable {
    /// What it speaks of.
    public enum Cause: Sendable, Equatable {
        /// The request: content policy, a picture that could not be read. It stays so.
        case request
        /// The service: busy, upstream, timeout; or no word of a reason. Often the task succeeds all the same, and an
        /// answer a minute later says so.
        case service
        /// A success, and no pictures in the answer. They often come a little later.
        case noPictures
    }

    /// What it speaks of.
    public var cause: Cause
    /// The API's words; may be empty.
    public var message: String

    /// A failure, for clients and tests of one's own.
    public init(_ cause: Cause, _ message: String) {
        self.cause = cause
        self.message = message
    }
}

/// Why a poll got no proper answer. A poll costs nothing and may be repeated after any of them.
public enum PollError: Error, Sendable, Equatable {
    /// The API says it knows no such task.
    case unknownTask(message: String)
    /// The key is refused, or the questions come too fast.
    case notAccepted(NotAccepted)
    /// Anything that a later poll may cure: the network, a 5xx, an answer that cannot be read or speaks of another task;
    /// with the answer as far as there is one.
    case trouble(message: String, retryAfter: Duration?, answer: ByteBuffer? = nil)

    /// The reason in words: the API's own, or the library's.
    public var message: String {
        switch self {
        case .unknownTask(let message):
            message.isEmpty ? "the API does not know the task" : "the API does not know the task: \(message)"
        case .notAccepted(let refusal): refusal.message
        case .trouble(let message, _, _): message
        }
    }
}
