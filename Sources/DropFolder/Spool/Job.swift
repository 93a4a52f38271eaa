// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana

/// A job: the fold over its journal. Pure: an event in, the job and the next steps out.
///
///     claimed → read → submitting → submitted → answered → fetched → done
///                          ↑ ↓          ↓           ↓
///                    not-accepted    variant-failed ──────→ failed
struct Job: Equatable, Sendable {
    private(set) var origin: Origin
    private(set) var claimedAt: Timestamp
    private(set) var request: Request?
    /// Empty until the request was read.
    private(set) var variants: [Variant] = []
    private(set) var outcome: JobOutcome?
    /// How many pictures answers have named so far. Only grows: a number is never given twice, whatever fails meanwhile.
    private var picturesPromised = 0

    /// An event that cannot follow what came before: the journal is damaged, or the program has a bug.
    struct Contradiction: Error, Equatable {
        var event: String
    }

    init(claimed origin: Origin, at time: Timestamp) {
        self.origin = origin
        claimedAt = time
    }

    /// Takes one event and returns the steps that it makes possible.
    mutating func apply(_ event: JobEvent, at time: Timestamp) throws(Contradiction) -> [JobStep] {
        switch (event, outcome) {
        case (.read(let request), nil) where self.request == nil:
            self.request = request
            variants = Array(repeating: .waiting, count: request.variants)
            return variants.indices.map { .takeTurn(variant: $0) }
        case (.submitting(let index), nil): return try move(index, event, time)
        case (.notAccepted(let index, _), nil): return try move(index, event, time)
        case (.submitted(let index, _), nil): return try move(index, event, time)
        case (.answered(let index, var answer), nil):
            answer.firstNumber = 1 + picturesPromised
            picturesPromised += answer.pictures.count
            return try move(index, .answered(variant: index, answer), time)
        case (.fetched(let index, _), nil): return try move(index, event, time)
        case (.variantFailed(let index, _, _, _), nil): return try move(index, event, time)
        case (.picturesLost(let index), _):
            outcome = nil
            return try move(index, event, time)
        case (.done, nil) where canBeDone:
            outcome = .done
            return [.publish(.done)]
        case (.failed(let explanation), nil) where variants.allSatisfy(\.isResolved):
            outcome = .failed(explanation)
            return [.publish(.failed(explanation))]
        case (.claimed, _), (.read, _), (.submitting, _), (.notAccepted, _), (.submitted, _), (.answered, _),
            (.fetched, _), (.variantFailed, _), (.done, _), (.failed, _):
            throw Contradiction(event: event.name)
        }
    }

    private mutating func move(_ index: Int, _ event: JobEvent, _ time: Timestamp) throws(Contradiction) -> [JobStep] {
        guard variants.indices.contains(index), let next = variants[index].after(event, at: time) else {
            throw Contradiction(event: event.name)
        }
        variants[index] = next
        return nextSteps(for: index)
    }

    /// What a variant's state asks for while the daemon runs. A submit follows its announcement and nothing else.
    private func nextSteps(for index: Int) -> [JobStep] {
        switch variants[index] {
        case .waiting: [.takeTurn(variant: index)]
        case .submitting: [.submit(variant: index)]
        case .submitted(let task, let since): [.poll(variant: index, task, since: since)]
        case .answered(let answer, _): [.fetch(variant: index, answer)]
        case .fetched, .failed: variants.allSatisfy(\.isResolved) ? [.finish(naturalOutcome)] : []
        }
    }

    private var canBeDone: Bool {
        !variants.isEmpty && variants.allSatisfy { if case .fetched = $0 { true } else { false } }
    }

    /// Done where every variant has its pictures. Otherwise the failure that may have cost money speaks for all, since
    /// that is the one to act on.
    private var naturalOutcome: JobOutcome {
        let reasons = variants.compactMap { variant -> Explanation? in
            if case .failed(let explanation, _, _, _) = variant { explanation } else { nil }
        }
        guard let first = reasons.first(where: { $0.charge == .maybe }) ?? reasons.first else { return .done }
        var explanation = first
        explanation.charge = charge
        return .failed(explanation)
    }

    /// Whether the job cost money: surely, maybe, or surely not.
    var charge: Explanation.Charge {
        if variants.contains(where: { $0.charge == .maybe }) { return .maybe }
        return variants.contains(where: { $0.charge == .yes }) ? .yes : .no
    }
}

extension Job {
    /// What a start does with a job that an earlier run left: first these events are recorded, then ``stepsToResume``.
    ///
    /// - Parameters:
    ///   - picturesAreWhole: whether a variant's fetched pictures are on the disk as they were recorded.
    ///   - unknownOutcome: says why a submit that was announced and has no answer is not sent again.
    func eventsToResume(picturesAreWhole: (Int) -> Bool, unknownOutcome: Explanation) -> [JobEvent] {
        variants.indices.compactMap { index in
            switch variants[index] {
            case .waiting, .submitted, .answered, .failed: nil
            case .submitting: .variantFailed(variant: index, unknownOutcome, response: nil)
            case .fetched: picturesAreWhole(index) ? nil : .picturesLost(variant: index)
            }
        }
    }

    /// The steps that the job's state asks for at a start.
    var stepsToResume: [JobStep] {
        if let outcome { return [.finish(outcome)] }
        guard request != nil else { return [.read] }
        if variants.allSatisfy(\.isResolved) { return [.finish(naturalOutcome)] }
        return variants.indices.filter { !variants[$0].isResolved }.flatMap(nextSteps(for:))
    }

    /// The pictures in the order of the variants.
    var pictures: [PictureFile] { variants.flatMap(\.pictures) }
}

extension Variant {
    /// The state after `event`, or `nil` where it cannot follow.
    fileprivate func after(_ event: JobEvent, at time: Timestamp) -> Variant? {
        switch (self, event) {
        case (.waiting, .submitting): .submitting
        case (.submitting, .notAccepted): .waiting
        case (.submitting, .submitted(_, let task)): .submitted(task, since: time)
        case (.submitting, .answered(_, let answer)): .answered(answer, task: nil)
        case (.submitted(let task, _), .answered(_, let answer)): .answered(answer, task: task)
        case (.answered(let answer, let task), .fetched(_, let pictures)): .fetched(pictures, answer, task: task)
        case (.fetched(_, let answer, let task), .picturesLost): .answered(answer, task: task)
        case (.waiting, .variantFailed(_, let why, let response, let pictures)),
            (.submitting, .variantFailed(_, let why, let response, let pictures)):
            .failed(why, task: nil, response: response, pictures: pictures)
        case (.submitted(let task, _), .variantFailed(_, let why, let response, let pictures)):
            .failed(why, task: task, response: response, pictures: pictures)
        case (.answered(let answer, let task), .variantFailed(_, let why, let response, let pictures)):
            .failed(why, task: task, response: response ?? answer.response, pictures: pictures)
        case (.waiting, _), (.submitting, _), (.submitted, _), (.answered, _), (.fetched, _), (.failed, _): nil
        }
    }
}
