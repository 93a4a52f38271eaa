// SPDX-License-Identifier: Apache-2.0

/// One metric with all of its series, as the Prometheus text format groups them.
public struct Family: Equatable, Sendable {
    /// What a number means, by the word of a `# TYPE` line.
    public enum Kind: String, Equatable, Sendable {
        /// Only grows, and begins anew at 0 with the process.
        case counter
        case gauge, histogram
    }

    /// A label and its value. The name is `[a-zA-Z_][a-zA-Z0-9_]*`; the value is any text.
    public struct Label: Equatable, Sendable {
        var name: String
        var value: String

        /// A label and its value.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// One number. Its name is the family's, with a suffix for the parts of a histogram.
    public struct Sample: Equatable, Sendable {
        var suffix: String
        var labels: [Label]
        var value: Double

        /// A number of a counter or a gauge. No two of one family may have the same labels.
        public init(_ value: Double, _ labels: [Label] = []) {
            self.init(suffix: "", value, labels)
        }

        init(suffix: String, _ value: Double, _ labels: [Label]) {
            self.suffix = suffix
            self.labels = labels
            self.value = value
        }
    }

    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    public var name: String
    /// What it is, in a line for people.
    public var help: String
    /// What its numbers mean.
    public var kind: Kind
    /// Its series; may be empty.
    public var samples: [Sample]

    /// A family with its numbers.
    public init(_ name: String, _ help: String, _ kind: Kind, _ samples: [Sample]) {
        self.name = name
        self.help = help
        self.kind = kind
        self.samples = samples
    }
}
