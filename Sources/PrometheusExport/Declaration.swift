// SPDX-License-Identifier: Apache-2.0

/// A metric that a program counts by swift-metrics, as it is to be exposed.
public struct Declaration: Sendable {
    /// How it is counted.
    public enum Kind: Equatable, Sendable {
        /// By a `Counter`.
        case counter
        /// By a `Timer`, or by a `Recorder` that aggregates; the upper bounds of its buckets, growing. What a timer
        /// takes is exposed in seconds.
        case histogram(bounds: [Double])
        /// By a `Gauge`, a `Recorder` that does not aggregate.
        case gauge
    }

    /// Both the label in swift-metrics and the name on the page.
    public var name: String
    /// What it is, in a line for people.
    public var help: String
    /// How it is counted.
    public var kind: Kind

    /// A metric that may be counted.
    public init(_ name: String, _ help: String, _ kind: Kind) {
        self.name = name
        self.help = help
        self.kind = kind
    }
}
