// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import NIOCore
internal import NanoBanana

/// Bringing an answer's pictures into the job's folder. A download is free and may be tried again; links live for about
/// a day, so trouble that may pass is waited out for the task's own time.
extension JobRunner {
    /// How often a picture that is surely wrong (gone, no picture, cut short) is asked for before that is believed.
    private static let attempts = 4

    /// Fetches the first picture that is missing.
    func fetch(_ variant: Int, _ answer: Answer, _ saved: [PictureFile], _ live: LiveJob) async throws -> JobEvent {
        let fetcher = PictureFetcher(shop: shop, folder: live.folder, stem: live.job.origin.stem)
        let numbered = answer.pictures.enumerated().map { (number: answer.firstNumber + $0, link: $1) }
        let missing = numbered.filter { number, _ in !saved.contains { $0.number == number } }
        guard let (number, link) = missing.first else { return .fetched(variant: variant, saved) }
        do {
            let picture = try await picture(link, number, fetcher, live)
            if missing.count > 1 { return .pictureSaved(variant: variant, picture) }
            return .fetched(variant: variant, (saved + [picture]).sorted { $0.number < $1.number })
        } catch let problem as PictureProblem {
            let why = Wording.explain(.pictureFailed(number: number, problem))
            return .variantFailed(variant: variant, why, response: answer.response)
        }
    }

    /// Returns the picture, or throws the ``PictureProblem`` for which it cannot be had.
    private func picture(
        _ link: PictureLink, _ number: Int, _ fetcher: PictureFetcher, _ live: LiveJob
    ) async throws -> PictureFile {
        let start = ContinuousClock.now
        var problems = 0
        var troubles = 0
        while true {
            let problem: PictureProblem
            do {
                return try await fetcher.fetch(link, number: number)
            } catch let error where error is Workshop.FolderGone || error is CancellationError {
                throw error
            } catch {
                (problem, problems, troubles) = sorted(error, problems, troubles)
            }
            try Task.checkCancellation()
            let isOver = problem.isFinal || problems >= Self.attempts || start.duration(to: .now) > fetchTime
            if isOver { throw problem }
            if problems + troubles == 1 {
                logger(for: live).notice(
                    "A picture did not come; tries again",
                    metadata: ["picture": "\(number)", "why": "\(Wording.sentence(problem))"])
            }
            try await Sleep.wait(serviceBackoff.wait(attempt: problems + troubles, random: .random(in: 0...1)))
        }
    }

    /// A link lives for about a day, as long as a task may take.
    private var fetchTime: Duration { shop.settings.taskTimeout }

    private func sorted(
        _ error: any Error, _ problems: Int, _ troubles: Int
    ) -> (problem: PictureProblem, problems: Int, troubles: Int) {
        switch error {
        case let problem as PictureProblem: (problem, problems + 1, troubles)
        case DownloadError.gone(let status): (.gone(status: status), problems + 1, troubles)
        case DownloadError.forbiddenAddress(let host): (.forbiddenAddress(host), problems + 1, troubles)
        case DownloadError.badLink(let link): (.badLink(link), problems + 1, troubles)
        case DownloadError.trouble(let message, _): (.other(message), problems, troubles + 1)
        case DownloadError.tooManyRedirects:
            (.other("its link leads from one place to the next"), problems + 1, troubles)
        default: (.other("the connection broke"), problems, troubles + 1)
        }
    }
}

extension PictureProblem {
    /// Whether asking again cannot help.
    fileprivate var isFinal: Bool {
        switch self {
        case .tooLarge, .forbiddenAddress, .badLink: true
        case .gone, .notAPicture, .truncated, .other: false
        }
    }
}
