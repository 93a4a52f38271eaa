// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import NIOCore
internal import NanoBanana
internal import ServiceLifecycle
internal import SystemPackage

/// The steps, each a thin shell around a decision made elsewhere.
extension JobRunner {
    func perform(_ step: JobStep, _ live: LiveJob) async throws -> Outcome {
        switch step {
        case .read:
            switch try await read(live) {
            case .success(let request): return .event(.read(request))
            case .failure(let findings):
                // Nothing was sent, and nothing will be: the result is all that is left to do.
                let why = Wording.explain(.invalidRequest(findings))
                return try await perform(.finish(.failed(why)), live)
            }
        case .takeTurn(let variant): return try await takeTurn(variant, live)
        case .submit(let variant): return await submit(variant, live)
        case .poll(let variant, let task, let since):
            return try await unlessStopping { .event(try await poll(variant, task, since: since, live)) }
        case .fetch(let variant, let answer):
            return try await unlessStopping { .event(try await fetch(variant, answer, live)) }
        case .finish(let outcome):
            let (folder, job) = (live.folder, live.job)
            try await shop.patiently { try folder.writeResult(of: job, outcome, finishedAt: .now) }
            return .written(outcome)
        case .publish(let outcome): return .published(try await publish(outcome, live))
        }
    }

    /// Work that a stop may break off, since it is free to begin again.
    private func unlessStopping(_ work: @escaping @Sendable () async throws -> Outcome) async throws -> Outcome {
        do {
            // Nothing comes back only when the daemon was stopping before the work began.
            return try await cancelWhenGracefulShutdown(work)
        } catch is CancellationError {
            return .stopped
        }
    }

    private func read(_ live: LiveJob) async throws -> Swift.Result<Request, Findings> {
        let origin = live.job.origin
        let path = live.folder.path.appending(origin.keptName)
        let reader = RequestReader(rules: shop.settings.rules)
        let content = try await shop.patiently { () throws -> Swift.Result<[UInt8], Errno> in
            do throws(Errno) {
                let file = try Kernel.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
                let limit = RequestRules.sizeLimit + 1
                return .success(try file.readAll(limit: limit, expecting: Int(try file.status().size)))
            } catch {
                // The file's own trouble is the request's; the disk's is not.
                if error == .permissionDenied || error == .noSuchFileOrDirectory { return .failure(error) }
                throw error
            }
        }
        do throws(Findings) {
            switch content {
            case .success(let bytes):
                return .success(try reader.read(bytes, as: RequestFileName(origin.file)?.syntax ?? .yaml))
            case .failure(let error): throw Findings(.unreadable(error))
            }
        } catch {
            return .failure(error)
        }
    }

    private func takeTurn(_ variant: Int, _ live: LiveJob) async throws -> Outcome {
        if let turn = live.turnInHand, variant == 0 { return .turn(variant: variant, turn) }
        let admission = shop.admission
        return try await unlessStopping { .turn(variant: variant, try await admission.enter(.claimed)) }
    }

    /// Sends the request and waits for the answer, even while the daemon stops: only the answer tells what was paid for.
    private func submit(_ variant: Int, _ live: LiveJob) async -> Outcome {
        guard let request = live.job.request else { preconditionFailure("a submit follows a request that was read") }
        let turn = live.turns[variant]
        if Task.isCancelled { return .event(.notAccepted(variant: variant, why: "stopped before it was sent")) }
        do throws(SubmitError) {
            let answer = try await shop.service.submit(request.edit)
            await shop.admission.sawSuccess()
            switch answer.content {
            case .task(let task): return .event(.submitted(variant: variant, task))
            case .pictures(let pictures):
                let response = Array(answer.body.readableBytesView)
                return .event(.answered(variant: variant, Answer(pictures: pictures, response: response)))
            }
        } catch {
            if Task.isCancelled { return .stopped }
            return .event(await event(for: error, variant, turn))
        }
    }

    private func event(for error: SubmitError, _ variant: Int, _ turn: Admission.Turn?) async -> JobEvent {
        switch error {
        case .refused(let refusal):
            await shop.admission.sawSuccess()
            let why = Wording.explain(.refused(code: refusal.code, message: refusal.message))
            return .variantFailed(variant: variant, why, response: refusal.body)
        case .notAccepted(let refusal):
            await shop.admission.sawTrouble(ServiceTrouble(refusal), turn)
            return .notAccepted(variant: variant, why: refusal.message)
        case .notReachable(let trouble):
            await shop.admission.sawTrouble(ServiceTrouble(.unreachable, trouble.message), turn)
            return .notAccepted(variant: variant, why: trouble.message)
        case .unknownOutcome(let outcome):
            await shop.admission.sawUnknownOutcome(outcome.message, turn)
            let why = Wording.explain(.unknownOutcome(outcome.message))
            return .variantFailed(variant: variant, why, response: outcome.body)
        }
    }

    private func publish(_ outcome: JobOutcome, _ live: LiveJob) async throws -> FilePath {
        let (folder, origin, reached) = (live.folder, live.job.origin, shop.reached)
        let target = outcome == .done ? shop.spool.done : shop.spool.failed
        return try await shop.patiently {
            reached(Checkpoint(.before, "publish"))
            let place = try folder.publish(in: target, as: origin)
            reached(Checkpoint(.after, "publish"))
            return place
        }
    }
}

extension JobEvent {
    /// The variant that the event is about, from 0.
    var variant: Int? {
        switch self {
        case .claimed, .read, .done, .failed: nil
        case .submitting(let variant), .notAccepted(let variant, _), .submitted(let variant, _),
            .answered(let variant, _), .fetched(let variant, _), .picturesLost(let variant),
            .variantFailed(let variant, _, _, _):
            variant
        }
    }
}
