// SPDX-License-Identifier: Apache-2.0

/// How long ``NanoBananaClient/edit(_:patience:taken:)`` waits for a task and its pictures, and how often it asks. Waiting
/// and asking are free; what costs money is the submit alone.
public struct EditPatience: Hashable, Sendable {
    /// How long the task may take, from the answer to the submit to its end. A poll that is under way then is awaited.
    /// Default: 15 min.
    public var task = Duration.seconds(900)
    /// How long to wait before the first poll, and before a download is tried again; at least 10 ms. Each further wait
    /// is a quarter longer. Default: 2 s.
    public var firstWait = Duration.seconds(2)
    /// The longest wait, unless the server asks for a longer one (`Retry-After`). Default: 10 s.
    public var longestWait = Duration.seconds(10)
    /// How long to ask on after an end that may be none: a success without pictures, a failure of the service, a task
    /// that the API claims not to know. Often the next answer says otherwise. Zero believes the first. Default: 2 min.
    public var doubt = Duration.seconds(120)
    /// How long to try for one picture, whose link may not work at once. Zero tries once. Default: 2 min.
    public var picture = Duration.seconds(120)
    /// The largest picture, in bytes; each is held in memory as a whole. Default: 64 MiB.
    public var maxPictureBytes = 64 << 20

    /// The defaults.
    public init() {}
}

/// Waits that grow by a quarter each. Pure.
struct GrowingWait: Equatable, Sendable {
    private var next: Duration
    private let longest: Duration

    /// Shorter ones would only load the machine.
    private static let shortest = Duration.milliseconds(10)
    /// Longer ones are as good as none, and could not be multiplied.
    private static let limit = Duration.seconds(86_400)

    init(_ patience: EditPatience) {
        next = min(max(patience.firstWait, Self.shortest), Self.limit)
        longest = min(max(patience.longestWait, next), Self.limit)
    }

    /// - Parameters:
    ///   - retryAfter: how long the server asks to wait.
    ///   - left: no wait passes over the end.
    mutating func take(retryAfter: Duration? = nil, left: Duration) -> Duration {
        let wait = max(next, retryAfter ?? .zero)
        next = min(next * 5 / 4, longest)
        return max(min(wait, left), Self.shortest)
    }
}
