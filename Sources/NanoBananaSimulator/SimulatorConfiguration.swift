// SPDX-License-Identifier: Apache-2.0

/// How the stand-in API behaves.
public struct SimulatorConfiguration: Sendable {
    /// How it refuses.
    public enum ErrorStyle: String, Sendable, CaseIterable {
        /// HTTP 200 with another `code` and the reason in `msg`, as the real API often does.
        case code
        /// An HTTP status, with the same JSON behind it.
        case http
    }

    /// The address to listen on. Default: 127.0.0.1.
    public var host = "127.0.0.1"
    /// The port to listen on; 0 takes a free one. Default: 0.
    public var port = 0
    /// Where the links to pictures lead, such as `https://pictures.example.com`; `nil` is where it listens. Default:
    /// `nil`.
    public var linkBase: String?
    /// What stands behind the links to pictures, such as `?signature=…`. Default: nothing.
    public var linkQuery = ""
    /// How long a task takes, chosen by chance for each. Default: none.
    public var workTime = Duration.zero...Duration.zero
    /// Whether a submit is answered with the pictures straight away, without a task. Default: no.
    public var straightAway = false
    /// How many pictures a task gives, 1 to 8. Default: 1.
    public var picturesPerTask = 1
    /// How its answers look; a prompt may ask for another shape. Default: as usual.
    public var shape: AnswerShape?
    /// How it refuses. Default: HTTP 200 with a code.
    public var errorStyle = ErrorStyle.code
    /// The keys it takes; empty takes any. Default: any.
    public var keys: Set<String> = []
    /// Every picture is one and the same PNG of exactly so many bytes, at least 4,096, for benchmarks; `nil` draws each
    /// one. Default: `nil`.
    public var pictureBytes: Int?
    /// How likely each fault is, 0 to 1. Default: none.
    public var submitFaults: [SubmitFault: Double] = [:]
    /// How likely each fault is, 0 to 1. Default: none.
    public var pollFaults: [PollFault: Double] = [:]
    /// How likely each fault is, 0 to 1. Default: none.
    public var pictureFaults: [PictureFault: Double] = [:]
    /// The seed of all random choices, so that a run can be repeated. Default: 1.
    public var seed: UInt64 = 1

    /// The defaults.
    public init() {}
}

/// Troubles of the service that are switched on and off while it runs.
public struct Switches: Codable, Equatable, Sendable {
    /// Every key is refused.
    public var keyRefused = false
    /// There is no money left.
    public var balanceEmpty = false
    /// Every submit comes too fast.
    public var tooFast = false
    /// Everything is answered with 503.
    public var down = false

    /// All off.
    public init() {}
}
