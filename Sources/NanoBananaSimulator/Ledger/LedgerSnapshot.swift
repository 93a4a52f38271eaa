// SPDX-License-Identifier: Apache-2.0

/// What the stand-in has seen so far.
public struct LedgerSnapshot: Codable, Equatable, Sendable {
    /// What happened for one prompt.
    public struct Prompt: Codable, Equatable, Sendable {
        /// Submits received.
        public var submits = 0
        /// Submits taken: each is paid for.
        public var paid = 0
        /// Polls of it.
        public var polls = 0
        /// Requests for its pictures.
        public var fetches = 0
        /// When its first submit arrived, in seconds since 1970.
        public var firstSubmit: Double?

        /// Nothing yet.
        public init() {}
    }

    /// Submits received.
    public var submits = 0
    /// Submits taken: each is paid for.
    public var paid = 0
    /// Polls.
    public var polls = 0
    /// Requests for pictures.
    public var fetches = 0
    /// Questions that no task answered: unknown to it, or refused for their key.
    public var strayPolls = 0
    /// Tasks that were taken and whose end nobody has heard yet.
    public var underWay = 0
    /// The most that were under way at once.
    public var maxUnderWay = 0
    /// What happened for each prompt.
    public var prompts: [String: Prompt] = [:]

    /// Nothing yet.
    public init() {}

    /// How often this prompt was paid for.
    public func paid(_ prompt: String) -> Int { prompts[prompt]?.paid ?? 0 }

    /// The prompts that were paid for more than once.
    public var paidMoreThanOnce: [String] { prompts.filter { $0.value.paid > 1 }.map(\.key).sorted() }
}
