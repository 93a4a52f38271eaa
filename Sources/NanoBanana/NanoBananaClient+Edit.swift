// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// From a request to its pictures in one call.
extension NanoBananaClient {
    /// Submits a request, polls until its task has ended, and fetches its pictures.
    ///
    /// The request is sent once, whatever happens: a call costs what one submit costs, or nothing. Polls and downloads
    /// are free, and are repeated as long as ``EditPatience`` allows.
    ///
    /// A caller that is cancelled before the request has left ends it at once, and nothing is charged. Once it has
    /// left, its answer is awaited all the same, since it alone tells what was paid for; then the call ends, and the
    /// error has the task. The answer may take ``Configuration/connectTimeout`` and ``Configuration/submitTimeout``
    /// until it begins, and ``Configuration/submitTimeout`` once more until its end.
    ///
    /// - Parameters:
    ///   - request: what to do.
    ///   - patience: how long to wait for the task and its pictures. Default: 15 min for the task, 2 min for a picture.
    ///   - taken: called once with the task that was paid for, before it is first asked for and also where the caller
    ///     was cancelled meanwhile: keep its name here where it lasts, and it outlives this program. What it throws ends
    ///     the call with ``EditError/Reason/notKept(message:)``, and the error has the task. Not called where the API
    ///     names no task, as it may where it has the pictures straight away. Default: does nothing.
    /// - Returns: the pictures in the API's order, at least one, whole and in memory.
    /// - Throws: ``EditError``, which says whether money was spent and has all that is needed to go on. It is thrown in
    ///   place of `CancellationError`, too, for the task's sake.
    public nonisolated(nonsending) func edit(
        _ request: EditRequest, patience: EditPatience = EditPatience(),
        taken: (TaskID) async throws -> Void = { _ in }
    ) async throws(EditError) -> [Picture] {
        let answer = try await submitOnce(request)
        if let task = answer.task {
            do {
                try await taken(task)
            } catch {
                // Whatever went wrong there, the task is paid for and must reach the caller.
                let isCancelled = error is CancellationError
                throw EditError(
                    isCancelled ? .cancelled : .notKept(message: Self.words(of: error)), task: task,
                    links: answer.links)
            }
        }
        switch answer.content {
        case .task(let task):
            var course = EditCourse(patience)
            let first = course.first()
            return try await pictures(of: task, asked: request, course, after: first, patience)
        case .pictures(let links): return try await pictures(links, of: answer.task, patience)
        }
    }

    /// Goes on with a task that was submitted before: polls until it has ended, and fetches its pictures. Costs
    /// nothing, and may be repeated.
    ///
    /// - Parameters:
    ///   - task: what a submit gave, or an ``EditError``; kept, it may come from another run of the program.
    ///   - asked: what was submitted, where that is known: what an answer repeats of it decides nothing. `nil` where it
    ///     is not.
    ///   - patience: how long to wait for the task and its pictures. Default: 15 min for the task, 2 min for a picture.
    /// - Returns: the pictures in the API's order, at least one, whole and in memory.
    /// - Throws: ``EditError``, of any reason but ``EditError/Reason/submit(_:)`` and
    ///   ``EditError/Reason/notKept(message:)``.
    public func pictures(
        of task: TaskID, asked: EditRequest? = nil, patience: EditPatience = EditPatience()
    ) async throws(EditError) -> [Picture] {
        // It may be finished already.
        try await pictures(of: task, asked: asked, EditCourse(patience), after: .zero, patience)
    }

    /// Fetches one picture, and looks whether it is whole. Costs nothing.
    ///
    /// - Parameters:
    ///   - link: from a ``TaskReport``, a ``SubmitAnswer`` or an ``EditError``.
    ///   - patience: how long to try; of the others only the waits and the size count. Default: 2 min.
    /// - Throws: ``PictureError``. The link works for about a day, so a later attempt may bring it.
    public func picture(
        _ link: PictureLink, patience: EditPatience = EditPatience()
    ) async throws(PictureError) -> Picture {
        var course = PictureCourse(patience)
        let start = SuspendingClock.now
        while true {
            do throws(PictureError) {
                return try await attempt(link, patience)
            } catch {
                if Task.isCancelled { throw .cancelled }
                guard let wait = course.saw(error, at: start.duration(to: .now)) else { throw error }
                guard await Self.hasWaited(wait) else { throw .cancelled }
            }
        }
    }
}

extension NanoBananaClient {
    private static func words(of error: any Error) -> String {
        (error as? any LocalizedError)?.errorDescription ?? "\(error)"
    }

    /// Sends the request, once, and waits for its answer.
    private func submitOnce(_ request: EditRequest) async throws(EditError) -> SubmitAnswer {
        if Task.isCancelled { throw EditError(.cancelled) }
        let gate = BodyGate()
        // Not a child, which would be cancelled with the caller: once the request has left, only its answer tells what
        // was paid for. Awaited on the spot.
        let call = Task<Result<SubmitAnswer, SubmitError>, Never> {
            do throws(SubmitError) {
                return .success(try await self.submit(request, through: gate))
            } catch {
                return .failure(error)
            }
        }
        let result = await withTaskCancellationHandler {
            await call.value
        } onCancel: {
            // What has not left stays here for good.
            if !gate.callOff() { call.cancel() }
        }
        switch result {
        case .success(let answer): return answer
        case .failure(.notReachable) where Task.isCancelled: throw EditError(.cancelled)
        case .failure(let error): throw EditError(.submit(error), task: error.task)
        }
    }

    /// - Parameter first: how long to wait before the first poll.
    private func pictures(
        of task: TaskID, asked: EditRequest?, _ course: EditCourse, after first: Duration, _ patience: EditPatience
    ) async throws(EditError) -> [Picture] {
        var (course, wait) = (course, first)
        // Time in which the machine sleeps does not count.
        let start = SuspendingClock.now
        while true {
            guard await Self.hasWaited(wait) else { throw EditError(.cancelled, task: task) }
            let report = await self.report(on: task, asked)
            switch course.saw(report, at: start.duration(to: .now)) {
            case .pictures(let links): return try await pictures(links, of: task, patience)
            case .pollAgain(let next): wait = next
            // A poll that was cut off says nothing of the task.
            case .over(let reason): throw EditError(Task.isCancelled ? .cancelled : reason, task: task)
            }
        }
    }

    private func report(on task: TaskID, _ asked: EditRequest?) async -> Result<TaskReport, PollError> {
        do throws(PollError) {
            return .success(try await poll(task, asked: asked))
        } catch {
            return .failure(error)
        }
    }

    private func pictures(
        _ links: [PictureLink], of task: TaskID?, _ patience: EditPatience
    ) async throws(EditError) -> [Picture] {
        var pictures: [Picture] = []
        for (index, link) in links.enumerated() {
            do throws(PictureError) {
                pictures.append(try await picture(link, patience: patience))
            } catch {
                let reason = error == .cancelled ? .cancelled : EditError.Reason.picture(number: index + 1, error)
                throw EditError(reason, task: task, links: links, pictures: pictures)
            }
        }
        return pictures
    }

    private func attempt(_ link: PictureLink, _ patience: EditPatience) async throws(PictureError) -> Picture {
        let download: Download
        do throws(DownloadError) {
            download = try await self.download(link)
        } catch {
            throw .download(error)
        }
        return try await Picture(reading: download, at: link, limit: patience.maxPictureBytes)
    }

    /// Returns false where the caller was cancelled.
    private static func hasWaited(_ time: Duration) async -> Bool {
        if time > .zero { try? await Task.sleep(for: time, clock: SuspendingClock()) }
        return !Task.isCancelled
    }
}
