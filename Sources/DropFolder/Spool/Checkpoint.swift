// SPDX-License-Identifier: Apache-2.0

/// A place between two acts of a job at which a test may end the process, to see that the next start goes on from there.
///
/// Every event and every rename passes through one function each, so the places follow from the transition table.
public struct Checkpoint: Hashable, Sendable, CustomStringConvertible {
    /// Immediately before or after.
    public enum Side: String, Sendable, CaseIterable {
        case before, after
    }

    /// The event's word in the journal, or `claim`, `publish` for the renames.
    public let act: String
    /// Immediately before or after it.
    public let side: Side

    /// A place beside an act.
    public init(_ side: Side, _ act: String) {
        self.act = act
        self.side = side
    }

    /// `before:submitting`.
    public var description: String { "\(side.rawValue):\(act)" }
}
