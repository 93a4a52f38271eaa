// SPDX-License-Identifier: Apache-2.0

package import FileIO
package import Jobs
package import Requests

/// Waits until all pictures of a request are there and have stopped changing. Pure; time is passed in.
///
/// Half a picture is still a picture to the API, and would be paid for. So each must look the same at two looks,
/// `settle` apart; longer where its end is missing. What cannot become a picture by waiting is given up earlier than
/// what has not arrived yet, and not at once: a copy may have just begun.
package struct PictureWait: Sendable {
    package enum Verdict: Equatable, Sendable {
        /// What the pictures are, in the order of the request.
        case ready([FileStatus.Identity])
        case lookAgain(at: ContinuousClock.Instant)
        /// The request fails.
        case givenUp([LocalPictureFault])
    }

    private enum State {
        case ready(FileStatus.Identity)
        case later(ContinuousClock.Instant)
        case fault(LocalPictureProblem)
    }

    private struct Steady: Sendable {
        var look: PictureLook
        var since: ContinuousClock.Instant
    }

    /// How long what looks wrong must stay the same to be believed.
    static let doubt = Duration.seconds(5)
    /// The shortest and the longest pause between two looks at something that has not arrived.
    static let pauses = Duration.milliseconds(250)...Duration.seconds(5)

    private let pictures: [LocalPicture]
    private let start: ContinuousClock.Instant
    private let wait: Duration
    private let settle: Duration
    private var steady: [Steady?]

    /// - Parameters:
    ///   - pictures: those of the request.
    ///   - start: when the request was read, or the daemon started.
    ///   - wait: how long at most; see ``ShareSettings/wait``.
    ///   - settle: how long a picture must look the same; see ``DropFolderSettings/settle``.
    package init(
        for pictures: [LocalPicture], from start: ContinuousClock.Instant, wait: Duration, settle: Duration
    ) {
        self.pictures = pictures
        self.start = start
        self.wait = wait
        self.settle = settle
        steady = Array(repeating: nil, count: pictures.count)
    }

    private var deadline: ContinuousClock.Instant { start.advanced(by: wait) }

    /// - Parameter looks: one for each picture, in the order of the request.
    package mutating func saw(_ looks: [PictureLook], at now: ContinuousClock.Instant) -> Verdict {
        precondition(looks.count == pictures.count, "each picture is looked at")
        var ready: [FileStatus.Identity] = []
        var faults: [LocalPictureFault] = []
        var next: ContinuousClock.Instant?
        for (index, look) in looks.enumerated() {
            if steady[index]?.look != look { steady[index] = Steady(look: look, since: now) }
            switch state(look, since: steady[index]?.since ?? now, at: now) {
            case .ready(let identity): ready.append(identity)
            case .later(let instant): next = min(next ?? instant, instant)
            case .fault(let problem):
                let picture = pictures[index]
                faults.append(LocalPictureFault(file: picture.file, addedBy: picture.lane, problem: problem))
            }
        }
        if !faults.isEmpty { return .givenUp(faults) }
        return next.map { .lookAgain(at: $0) } ?? .ready(ready)
    }

    private func state(
        _ look: PictureLook, since: ContinuousClock.Instant, at now: ContinuousClock.Instant
    ) -> State {
        switch look {
        case .picture(let identity, let endsWhole):
            let due = since.advanced(by: endsWhole ? settle : max(settle, Self.doubt))
            if now >= due { return .ready(identity) }
            // One that came at the last moment gets its time; one that goes on changing does not.
            return since <= deadline ? .later(due) : .fault(.stillWritten(after: wait))
        case .outside: return .fault(.outside)
        case .missing: return late(.missing(after: wait), at: now)
        case .empty: return late(.empty(after: wait), at: now)
        case .beingWritten: return late(.stillWritten(after: wait), at: now)
        case .placeholder: return doubted(.placeholder, since, at: now)
        case .symlink: return doubted(.symlink, since, at: now)
        case .linked: return doubted(.linked, since, at: now)
        case .notAFile: return doubted(.notAFile, since, at: now)
        case .unreadable(let error): return doubted(.unreadable(why: "\(error)"), since, at: now)
        case .tooLarge(_, let limit): return doubted(.tooLarge(limit: limit), since, at: now)
        case .notAPicture: return doubted(.notAPicture, since, at: now)
        }
    }

    /// The longer it takes, the rarer the looks.
    private func late(_ problem: LocalPictureProblem, at now: ContinuousClock.Instant) -> State {
        if now >= deadline { return .fault(problem) }
        let pause = min(max(start.duration(to: now) / 10, Self.pauses.lowerBound), Self.pauses.upperBound)
        return .later(min(now.advanced(by: pause), deadline))
    }

    private func doubted(
        _ problem: LocalPictureProblem, _ since: ContinuousClock.Instant, at now: ContinuousClock.Instant
    ) -> State {
        let due = since.advanced(by: Self.doubt)
        return now >= due || now >= deadline ? .fault(problem) : .later(min(due, deadline))
    }
}
