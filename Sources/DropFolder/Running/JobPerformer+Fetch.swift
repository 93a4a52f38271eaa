// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs
internal import Logging
internal import NIOCore
internal import NanoBanana
internal import Requests
internal import Sharing
internal import Spool
internal import SystemPackage

/// Bringing an answer's pictures into the job's folder.
extension JobPerformer {
    /// A picture that is missing, and all that is needed to get it.
    private struct Wanted {
        let number: Int
        let place: PicturePlace
        let variant: Int
        let answer: Answer

        let host: String?

        init(_ place: PicturePlace, number: Int, of variant: Int, _ answer: Answer) {
            (self.number, self.place, self.variant, self.answer) = (number, place, variant, answer)
            host = if case .link(let link) = place { link.host } else { nil }
        }
    }

    /// Fetches the first picture that is missing.
    func fetch(_ variant: Int, _ answer: Answer, _ saved: [PictureFile], _ driver: JobDriver) async throws -> JobEvent {
        let wanted = answer.pictures.enumerated().map { index, place in
            Wanted(place, number: answer.firstNumber + index, of: variant, answer)
        }
        let missing = wanted.filter { one in !saved.contains { $0.number == one.number } }
        guard let first = missing.first else { return .fetched(variant: variant, saved) }
        do {
            let picture = try await marked(try await picture(first, driver), of: variant, driver)
            if missing.count > 1 { return .pictureSaved(variant: variant, picture) }
            return .fetched(variant: variant, (saved + [picture]).sorted { $0.number < $1.number })
        } catch let problem as PictureProblem {
            let why = Failure.pictureFailed(number: first.number, problem, LinkAge(age(of: variant, driver)))
            return .variantFailed(variant: variant, Wording.explain(why), response: answer.response)
        }
    }

    /// The picture with the mark that its request asks for, or as it is where it cannot have one.
    private func marked(_ picture: PictureFile, of variant: Int, _ driver: JobDriver) async throws -> PictureFile {
        guard let request = driver.job.request, request.mark == .aiEdited else { return picture }
        let marker = PictureMarker(
            folder: driver.folder, job: driver.job, pictures: context.share?.pictures, reached: context.store.reached)
        let time = driver.job.answeredAt[variant] ?? .now
        let marked = try await context.store.patiently { try marker.marked(picture, request, at: time) }
        if case .none(let why)? = marked.mark {
            context.log(for: driver.job).notice(
                "A picture is not marked", metadata: ["picture": "\(picture.number)", "why": "\(why)"])
        }
        return marked
    }

    /// How long ago the API gave its last word.
    private func age(of variant: Int, _ driver: JobDriver) -> Duration {
        max(driver.job.answeredAt[variant].map { Timestamp.now.since($0) } ?? .zero, .zero)
    }

    /// Returns the picture, or throws the ``PictureProblem`` for which it cannot be had.
    private func picture(_ wanted: Wanted, _ driver: JobDriver) async throws -> PictureFile {
        context.pictures.jobComes(wanted.host)
        defer { context.pictures.jobLeaves(wanted.host) }
        let start = Machine.now
        var patience = FetchPatience(age: age(of: wanted.variant, driver))
        var isSaid = false
        while true {
            do {
                return try await attempt(wanted, driver)
            } catch let trouble as FetchTrouble {
                let verdict = patience.sawProblem(
                    trouble.problem, retryAfter: trouble.retryAfter, after: start.duration(to: Machine.now),
                    isAlone: !context.pictures.isPaused(wanted.host), context.settings, random: Machine.jitter)
                guard case .again(let wait) = verdict else { throw trouble.problem }
                if !isSaid {
                    context.log(for: driver.job).notice(
                        "A picture did not come; trying again",
                        metadata: ["picture": "\(wanted.number)", "why": "\(Wording.sentence(trouble.problem))"])
                }
                isSaid = true
                try await Sleep.wait(wait)
            }
        }
    }

    private func attempt(_ wanted: Wanted, _ driver: JobDriver) async throws -> PictureFile {
        let weight = if case .inAnswer = wanted.place { PictureDoor.inlineWeight } else { 1 }
        let pass = try await context.pictures.enter(wanted.host, weight: weight)
        do {
            let fetcher = PictureFetcher(context: context, folder: driver.folder, job: driver.job)
            let picture = try await fetcher.fetch(try await link(to: wanted, driver), number: wanted.number)
            context.pictures.leave(pass, .picture)
            return picture
        } catch {
            guard !Task.isCancelled, let trouble = FetchTrouble(error) else {
                context.pictures.leave(pass, .nothing)
                throw error
            }
            let isOwn = trouble.problem.isOfAnOldLink(age(of: wanted.variant, driver))
            context.pictures.leave(pass, isOwn ? .nothing : .problem(trouble.problem, job: driver.folder.path.string))
            throw trouble
        }
    }

    /// A picture that stands in the answer is read from where the answer is kept, again each time: it may be large.
    private func link(to wanted: Wanted, _ driver: JobDriver) async throws -> PictureLink {
        let index: Int
        switch wanted.place {
        case .link(let link): return link
        case .inAnswer(let place): index = place
        }
        let (folder, job) = (driver.folder, driver.job)
        let (edit, task) = (driver.editToRead(of: wanted.variant), job.variants[wanted.variant].task)
        let kept = try await context.store.patiently { () -> PictureLink? in
            let bytes = try folder.answer(wanted.variant, wanted.answer.response)
            return bytes.flatMap { PictureLink.all(in: ByteBuffer(bytes: $0), asked: edit, task: task)[safe: index] }
        }
        if let kept { return kept }
        // The API may still say it again, which costs nothing.
        guard let task, case .succeeded(let pictures)? = try? await context.service.poll(task, asked: edit).state,
            let again = pictures[safe: index]
        else { throw PictureProblem.answerLost }
        return again
    }
}

/// Why an attempt to fetch a picture failed.
private struct FetchTrouble: Error {
    var problem: PictureProblem
    var retryAfter: Duration?

    /// `nil` where it says nothing of the picture: the daemon stops, or the job's folder is gone.
    init?(_ error: any Error) {
        switch error {
        case is JobStore.FolderGone, is CancellationError: return nil
        case let problem as PictureProblem: self.problem = problem
        case let error as DownloadError:
            problem = PictureProblem(error)
            if case .trouble(_, let wait) = error { retryAfter = wait }
        default: problem = .other("the connection broke")
        }
    }
}

extension PictureProblem {
    fileprivate init(_ error: DownloadError) {
        switch error {
        case .gone(let status): self = .gone(status: status)
        case .forbiddenAddress(let address, let name): self = .forbiddenAddress(address, name: name)
        case .badLink(let link): self = .badLink(link)
        case .takesEncryptionOff(let link): self = .takesEncryptionOff(link)
        case .badInlinePicture: self = .badInline
        case .tooManyRedirects: self = .tooManyRedirects
        case .trouble(let message, _): self = .other(message)
        }
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
