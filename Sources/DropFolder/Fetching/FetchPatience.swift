// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Jobs

/// How long one picture is waited for that does not come. A download is free and may be tried again, so what may pass
/// is waited out. Pure; time is passed in.
struct FetchPatience: Sendable {
    enum Verdict: Equatable, Sendable {
        case again(after: Duration)
        case giveUp
    }

    /// How long ago the API gave the link when this run began to fetch.
    let age: Duration
    private var attempts = 0

    /// How often a problem of a link that is no longer fresh must be met before it is believed.
    private static let attemptsAtLeast = 4
    /// The longest wait while a link is fresh.
    private static let freshLimit = Duration.seconds(30)
    /// No server's word keeps a paid picture waiting for longer.
    private static let retryAfterLimit = Duration.seconds(900)

    init(age: Duration) {
        self.age = max(age, .zero)
    }

    /// - Parameters:
    ///   - retryAfter: how long the host asks to wait.
    ///   - time: since this run began to fetch.
    ///   - isAlone: whether other pictures of that host come: what all meet is no link's own.
    ///   - random: 0 to 1.
    mutating func sawProblem(
        _ problem: PictureProblem, retryAfter: Duration?, after time: Duration, isAlone: Bool,
        _ settings: DropFolderSettings, random: Double
    ) -> Verdict {
        attempts += 1
        let isFresh = age + time < settings.picturePatience
        // A link lives for about a day, as long as a task may take.
        let isOver =
            switch problem.hope {
            case _ where time > settings.taskTimeout: true
            case .mayPass where problem.isOfAnOldLink(age + time): attempts >= Self.attemptsAtLeast
            case _ where !isAlone, .passes: false
            case .mayPass: !isFresh && attempts >= Self.attemptsAtLeast
            case .none: true
            }
        if isOver { return .giveUp }
        let first = min(settings.retryInterval, settings.retryLimit)
        let limit =
            isFresh && problem.hope == .mayPass ? min(settings.retryLimit, Self.freshLimit) : settings.retryLimit
        let wait = Backoff(first: first, limit: limit).wait(attempt: attempts, random: random)
        return .again(after: max(wait, min(retryAfter ?? .zero, Self.retryAfterLimit)))
    }
}

extension PictureProblem {
    /// Whether asking again can help.
    enum Hope: Equatable, Sendable {
        case none
        /// While the link is fresh: the picture may not be there yet.
        case mayPass
        case passes
    }

    /// Whether it is what comes of a link that is older than links live: then it says nothing of the host, nor of what is
    /// paid for now.
    ///
    /// - Parameter age: how long ago the API gave the link.
    func isOfAnOldLink(_ age: Duration) -> Bool { hope == .mayPass && LinkAge(age) == .old }

    var hope: Hope {
        switch self {
        case .tooLarge, .badLink, .badInline, .answerLost, .takesEncryptionOff: .none
        // A number is the link's own.
        case .forbiddenAddress(_, let name): name == nil ? .none : .passes
        case .gone, .notAPicture, .truncated, .tooManyRedirects: .mayPass
        case .other: .passes
        }
    }
}
