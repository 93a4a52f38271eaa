// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs
internal import Spool

/// Waits until files that were written in place have stopped changing. Pure; time is passed in.
///
/// A truncated YAML file is usually still valid YAML, so this rule comes before the parser: only a file that looks the
/// same at two looks, `quiet` apart, is whole. Where such a file is young and its text is not whole, its writer has
/// perhaps only paused, and it is waited for until it is no longer ``YoungText/youth`` old.
///
/// How long something stays the same is measured on the monotonic clock from look to look, not by the times that the
/// file's writer may set: those lie in 1970 or in the future as often as not. When it was last changed (`st_ctime`) only
/// the kernel sets: where that is long ago, by a clock that was not set meanwhile, the first look is the last.
struct Settling: Sendable {
    enum Verdict: Equatable, Sendable {
        case take
        /// It has settled and is young: it is to be read; ``read(_:isWhole:at:)`` then says what to do.
        case read
        case lookAgain(at: ContinuousClock.Instant)
        /// Nothing is in it, and has not been for a moment. Waits for the next event or scan.
        case empty
    }

    /// How long ago a file was last changed, by its own times, as far as they can be believed.
    enum Age: Sendable {
        case unknown
        /// It may be still to come, so that it is worth reading before it is taken; see ``YoungText``.
        case young
        /// For longer than anybody pauses who writes: one look is enough.
        case old

        /// - Parameters:
        ///   - isSound: whether the file system sets the time of each change by this machine's clock, which was not set
        ///     lately.
        ///   - youth: for how long it is young.
        init(changed: Int64, at now: Timestamp, isSound: Bool, youth: Duration = YoungText.youth) {
            self =
                if YoungText.isPossible(changed: changed, at: now, youth) {
                    .young
                } else if isSound, now.since(Timestamp(nanoseconds: changed)) >= Settling.oldAge {
                    .old
                } else {
                    .unknown
                }
        }
    }

    /// How a file looks.
    struct Sight: Equatable, Sendable {
        var identity: FileStatus.Identity
        /// ``FileStatus/changed``: it tells of a file that was written anew with size and date of the old one.
        var changed: Int64 = 0
    }

    private struct Look: Sendable {
        var sight: Sight
        var since: ContinuousClock.Instant
        /// For how long its end may be still to come.
        var youth: Duration
        /// It was read, and is no whole text as yet. It is not read again as long as it looks the same.
        var isHalf = false
    }

    let quiet: Duration
    private var looks: [Origin: Look] = [:]

    init(quiet: Duration) {
        self.quiet = quiet
    }

    /// Unchanged for so long, a file is whole, whatever ``quiet`` says: as long as a text is young, twice.
    static let oldAge = YoungText.youth * 2
    /// How long the folder of a failed job that was put back must stay unchanged.
    static let jobFolder = Duration.seconds(1)
    /// How long a folder of pictures that is a batch must stay unchanged: whatever comes later is another batch.
    static let pictureFolder = Duration.seconds(3)
    /// How long it is waited for while one of its pictures shows that its end is still to come.
    static let folderYouth = Duration.seconds(60)
    /// How long nothing must have come for before a folder of pictures is looked at: to look at ten thousand each time
    /// that one more is there would take all day.
    static let pause = Duration.milliseconds(500)
    /// How long a request file must stay unchanged that seems to be the first of a folder that comes back file by file:
    /// the rest of it tells that it was paid for, and may take its time.
    static let copiedFolder = Duration.seconds(60)
    /// How long such a folder may be there already, and how much older than the folder its request must be.
    static let newFolder = Duration.seconds(600)
    static let olderThanFolder = Duration.seconds(5)
    /// How long a file must be empty before that is said: every file that is written begins so.
    static let emptiness = Duration.seconds(1)
    /// How long a file on a share must stay unchanged: what `stat(2)` says there may be a second old (CIFS, FUSE; see
    /// mount.cifs(8), `actimeo`, and mount.fuse3(8), `attr_timeout`).
    static let share = Duration.seconds(2)

    /// - Parameters:
    ///   - least: how long at least it must look the same.
    ///   - youth: for how long its end may be still to come.
    mutating func saw(
        _ origin: Origin, _ sight: Sight, atLeast least: Duration = .zero, _ age: Age = .unknown,
        youth: Duration = YoungText.youth, at now: ContinuousClock.Instant
    ) -> Verdict {
        let isEmpty = sight.identity.size == 0
        let quiet = max(quiet, isEmpty ? Self.emptiness : least)
        if age == .old, !isEmpty, quiet < Self.oldAge {
            looks[origin] = nil
            return .take
        }
        var look = Look(sight: sight, since: now, youth: youth)
        if let earlier = looks[origin], earlier.sight == sight { look = earlier }
        looks[origin] = look
        if now < look.since.advanced(by: quiet) { return .lookAgain(at: look.since.advanced(by: quiet)) }
        if isEmpty {
            looks[origin] = nil
            return .empty
        }
        let grown = look.since.advanced(by: youth)
        if age == .young, now < grown { return look.isHalf ? .lookAgain(at: grown) : .read }
        looks[origin] = nil
        return .take
    }

    /// It was read as ``Verdict/read`` asked for.
    ///
    /// - Parameter isWhole: see ``YoungText/isWhole(_:_:)``.
    mutating func read(_ origin: Origin, isWhole: Bool, at now: ContinuousClock.Instant) -> Verdict {
        guard !isWhole, var look = looks[origin] else {
            looks[origin] = nil
            return .take
        }
        look.isHalf = true
        looks[origin] = look
        return .lookAgain(at: look.since.advanced(by: look.youth))
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
