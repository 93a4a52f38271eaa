// SPDX-License-Identifier: Apache-2.0

/// Waits until files that were written in place have stopped changing. Pure; time is passed in.
///
/// A truncated YAML file is usually still valid YAML, so this rule comes before the parser: only a file that looks the
/// same at two looks, `quiet` apart, is whole.
struct Settling: Sendable {
    enum Verdict: Equatable, Sendable {
        case take
        case lookAgain(at: ContinuousClock.Instant)
        /// Nothing is in it yet. Waits for the next event or scan.
        case empty
    }

    private struct Look: Sendable {
        var identity: FileStatus.Identity
        var since: ContinuousClock.Instant
    }

    let quiet: Duration
    private var looks: [Origin: Look] = [:]

    init(quiet: Duration) {
        self.quiet = quiet
    }

    mutating func saw(
        _ origin: Origin, _ identity: FileStatus.Identity, at now: ContinuousClock.Instant
    ) -> Verdict {
        if identity.size == 0 {
            looks[origin] = nil
            return .empty
        }
        if let look = looks[origin], look.identity == identity {
            if now < look.since.advanced(by: quiet) { return .lookAgain(at: look.since.advanced(by: quiet)) }
            looks[origin] = nil
            return .take
        }
        if quiet <= .zero { return .take }
        looks[origin] = Look(identity: identity, since: now)
        return .lookAgain(at: now.advanced(by: quiet))
    }

    /// Somebody has the file open for writing: it is not whole, however long it stays the same. The close is an event; where
    /// it does not come, a look every so often finds the file.
    mutating func sawWriter(_ origin: Origin, at now: ContinuousClock.Instant) -> Verdict {
        looks[origin] = nil
        return .lookAgain(at: now.advanced(by: max(quiet, .seconds(1))))
    }

    /// The file is gone, or was taken.
    mutating func forget(_ origin: Origin) {
        looks[origin] = nil
    }
}
