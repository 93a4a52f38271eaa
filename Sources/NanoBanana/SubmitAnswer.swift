// SPDX-License-Identifier: Apache-2.0

public import NIOCore

/// The API took a submit: it is paid for.
public struct SubmitAnswer: Sendable, Equatable {
    /// What the API gave for it.
    public enum Content: Sendable, Equatable {
        /// Ask for it until it is finished.
        case task(TaskID)
        /// Finished already.
        case pictures([PictureLink])
    }

    /// What the API gave for it.
    public let content: Content
    /// The task, also where its pictures are finished already; `nil` where none is named.
    public let task: TaskID?
    /// The answer, byte for byte.
    public let body: ByteBuffer

    /// An answer, for clients and tests of one's own.
    public init(content: Content, task: TaskID? = nil, body: ByteBuffer) {
        self.content = content
        if case .task(let named) = content { self.task = named } else { self.task = task }
        self.body = body
    }

    var links: [PictureLink] {
        if case .pictures(let links) = content { links } else { [] }
    }
}
