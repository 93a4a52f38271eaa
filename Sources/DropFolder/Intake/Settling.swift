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

    /// How long the folder of a failed job that was put back must stay unchanged.
    static let jobFolder = Duration.seconds(1)
    /// How long a request file must stay unchanged that lies in a folder of its own name: where that is a copy of a
    /// job's folder, its journal is still to come, and to miss it would be to pay again.
    static let copiedFolder = Duration.seconds(5)

    /// - Parameter least: how long at least it must look the same.
    mutating func saw(
        _ origin: Origin, _ identity: FileStatus.Identity, atLeast least: Duration = .zero,
        at now: ContinuousClock.Instant
    ) -> Verdict {
        let quiet = max(quiet, least)
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

    /// Somebody has the file open for writing: it is not whole, however long it stays the same. The close is an event;
    /// where it does not come, a look every so often finds the file.
    mutating func sawWriter(_ origin: Origin, at now: ContinuousClock.Instant) -> Verdict {
        looks[origin] = nil
        return .lookAgain(at: now.advanced(by: max(quiet, .seconds(1))))
    }

    /// The file is gone, or was taken.
    mutating func forget(_ origin: Origin) {
        looks[origin] = nil
    }
}
