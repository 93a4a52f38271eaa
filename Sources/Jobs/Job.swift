// SPDX-License-Identifier: Apache-2.0

package import Documents
package import NanoBanana
package import Requests

package import struct SystemPackage.FilePath

/// A job: the fold over its journal. Pure: an event in, the job and the next steps out.
///
///     claimed → read → sharing → shared → submitting → submitted → answered → fetched → done
///        ↓       ↑                           ↑ ↓          ↓           ↓
///      split  retried                   not-accepted  variant-failed ──────→ failed → retried
///
/// At any moment a person may cancel it: what waits to be submitted fails then, and what was submitted goes on.
///
/// Only a request with local pictures is shared, and again where links that were printed for them have run out before a
/// submit. A batch is split, and done or failed when each of its parts is, which are jobs of their own.
package struct Job: Equatable, Sendable {
    package private(set) var origin: Origin
    /// The text beside the picture that is the request, as it was dropped.
    package let text: FilePath.Component?
    package private(set) var claimedAt: Timestamp
    package private(set) var request: Request?
    /// Empty until the request was read.
    package private(set) var variants: [Variant] = []
    /// How many parts the batch was split into; `nil` for a request, and before the split.
    package private(set) var parts: Int?
    /// Where the pictures of the batch come to.
    package private(set) var delivery = Delivery.parts
    package private(set) var sharing = Sharing.none
    /// When the pictures were shared, but for links printed anew: those that a command has printed run out.
    package private(set) var sharedAt: Timestamp?
    /// All links that a command has ever printed for them: each may have been sent, and an answer may repeat it.
    package private(set) var printedLinks: Set<ImageLink> = []
    package private(set) var outcome: JobOutcome?
    /// Why nothing more of it is submitted, since a person has cancelled it.
    package private(set) var cancellation: Explanation?
    /// What a person has let it cost, where that was asked for.
    package private(set) var approval: Approval?
    /// When that was noted: what is said later is about another of its name.
    package private(set) var approvedAt: Timestamp?
    /// When it was claimed, or put back last: what somebody has said before that is not about it.
    package private(set) var takenUpAt: Timestamp
    /// Submits whose outcome nobody ever learned and that were sent again, by a person's choice: each may have been
    /// charged.
    package private(set) var unheard = 0
    /// How often a person has put the failed job back.
    package private(set) var retries = 0
    /// Whether it was ever read as a request with pictures: without them it is not what somebody has asked for.
    package private(set) var hadPictures = false
    /// When the API gave its last word on each variant.
    package private(set) var answeredAt: [Int: Timestamp] = [:]
    /// Submits that were charged for the request as it was before a person changed it.
    private(set) var paidBefore = 0
    /// The pictures that came of them.
    private var earlierPictures: [PictureFile] = []
    /// How many pictures answers have named so far. Only grows: a number is never given twice, whatever fails
    /// meanwhile.
    private var picturesPromised = 0
    /// What requests have said that pictures are called, by their numbers and without endings. Given when answers name
    /// the pictures, and kept from then on.
    private(set) var givenNames: [Int: String] = [:]

    /// How far the request's local pictures are.
    package enum Sharing: Equatable, Sendable {
        case none, announced
        /// What they were, in the order of the request.
        case complete([SharedPicture])
    }

    /// An event that cannot follow what came before: the journal is damaged, or the program has a bug.
    package struct Contradiction: Error, Equatable {
        var event: JobEvent.Kind
    }

    package init(claimed origin: Origin, with text: FilePath.Component? = nil, at time: Timestamp) {
        self.origin = origin
        self.text = text
        claimedAt = time
        takenUpAt = time
    }

    /// Takes one event and returns the steps that it makes possible.
    package mutating func apply(_ event: JobEvent, at time: Timestamp) throws(Contradiction) -> [JobStep] {
        switch (event, outcome) {
        case (.read(let request), nil) where isUnread:
            self.request = request
            hadPictures = hadPictures || !request.isOfWordsAlone
            variants = Array(repeating: .waiting, count: request.variants)
            return stepsToResume
        case (.split(let parts, let deliver), nil) where isUnread:
            (self.parts, delivery) = (parts, deliver)
            return [.runParts]
        case (.sharing, nil) where needsSharing:
            sharing = .announced
            return [.share]
        case (.shared(let pictures), nil) where sharing == .announced:
            sharedAt = time
            share(pictures)
            return variants.indices.filter { variants[$0] == .waiting }.flatMap(nextSteps(for:))
        case (.shared(let pictures), nil) where isShared:
            // The time stays, since it may be noted long after the links were printed: at worst they are printed once
            // more, which is free.
            share(pictures)
            return []
        case (.answered(let index, var answer), nil):
            answer.firstNumber = 1 + picturesPromised
            let steps = try move(index, .answered(variant: index, answer), time)
            giveNames(to: answer, of: index)
            picturesPromised += answer.pictures.count
            answeredAt[index] = time
            return steps
        case (.outcomeUnknown(let index, _), nil):
            let steps = try move(index, event, time)
            unheard += 1
            return steps
        case (.submitting(let index), nil), (.notAccepted(let index, _), nil), (.submitted(let index, _), nil),
            (.pictureSaved(let index, _), nil), (.fetched(let index, _), nil), (.variantFailed(let index, _, _), nil):
            return try move(index, event, time)
        case (.approved(let approval), nil):
            (self.approval, approvedAt) = (approval, time)
            return []
        case (.cancelled(let why), nil) where cancellation == nil:
            cancellation = why
            return cancel(why)
        case (.picturesLost(let index), _):
            outcome = nil
            return try move(index, event, time)
        case (.done, nil) where canBeDone:
            outcome = .done
            return [.publish(.done)]
        case (.failed(let explanation), nil) where variants.allSatisfy(\.isResolved):
            outcome = .failed(explanation)
            return [.publish(.failed(explanation))]
        case (.retried(let lane, let reopening), _) where canBeReopened:
            reopen(in: lane, reopening, at: time)
            return stepsToResume
        case (.claimed, _), (.retried, _), (.read, _), (.split, _), (.sharing, _), (.shared, _), (.submitting, _),
            (.notAccepted, _), (.outcomeUnknown, _), (.submitted, _), (.answered, _), (.pictureSaved, _), (.fetched, _),
            (.variantFailed, _), (.approved, _), (.cancelled, _), (.done, _), (.failed, _):
            throw Contradiction(event: event.kind)
        }
    }

    private mutating func share(_ pictures: [SharedPicture]) {
        sharing = .complete(pictures)
        printedLinks.formUnion(pictures.compactMap(\.link))
    }

    private mutating func move(_ index: Int, _ event: JobEvent, _ time: Timestamp) throws(Contradiction) -> [JobStep] {
        guard variants.indices.contains(index), let next = variants[index].after(event, at: time) else {
            throw Contradiction(event: event.kind)
        }
        variants[index] = cancellation.map(next.cancelled) ?? next
        return nextSteps(for: index)
    }

    /// What waits ends; what is under way says for itself how it does, and so do the parts of a batch.
    private mutating func cancel(_ why: Explanation) -> [JobStep] {
        if parts != nil { return [] }
        if isUnread { return [.finish(failing(why))] }
        variants = variants.map { $0.cancelled(why) }
        return variants.allSatisfy(\.isResolved) ? [.finish(naturalOutcome)] : []
    }

    /// A person has put the failed job back. Where nothing of it is known to the API it begins anew, from the file as
    /// it is by now.
    private mutating func reopen(in lane: Lane, _ reopening: Reopening, at time: Timestamp) {
        outcome = nil
        cancellation = nil
        takenUpAt = time
        retries += 1
        // What was shared was taken away with the failure.
        sharing = .none
        origin = Origin(lane: lane, batch: origin.batch, file: origin.file, isFolder: origin.isFolder)
        switch reopening {
        case .whole:
            unheard += variants.count(where: \.isUnknown)
            variants = variants.map { $0.reopened(at: time) }
        case .sparing: variants = variants.map { $0.isUnknown ? $0 : $0.reopened(at: time) }
        case .anew:
            unheard += variants.count { $0.charge == .maybe }
            paidBefore += variants.count { $0.charge == .yes }
            earlierPictures = pictures
            answeredAt = [:]
            variants = []
        }
        if variants.allSatisfy({ $0 == .waiting }) {
            request = nil
            variants = []
        }
    }

    /// What a variant's state asks for while the daemon runs. A submit follows its announcement and nothing else.
    private func nextSteps(for index: Int) -> [JobStep] {
        switch variants[index] {
        case .waiting: [.takePermit(variant: index)]
        case .submitting: [.submit(variant: index)]
        case .submitted(let task, let since): [.poll(variant: index, task, since: since)]
        case .answered(let answer, _, let saved): [.fetch(variant: index, answer, saved: saved)]
        case .fetched, .failed: variants.allSatisfy(\.isResolved) ? [.finish(naturalOutcome)] : []
        }
    }

    private var canBeDone: Bool {
        if parts != nil { return true }
        return !variants.isEmpty && variants.allSatisfy { if case .fetched = $0 { true } else { false } }
    }

    /// Done where every variant has its pictures. Otherwise the failure that may have cost money speaks for all, since
    /// that is the one to act on.
    private var naturalOutcome: JobOutcome {
        let reasons = variants.compactMap(\.reason)
        guard let first = reasons.first(where: { $0.charge == .maybe }) ?? reasons.first else { return .done }
        var explanation = first
        explanation.charge = charge
        return .failed(explanation)
    }

    /// What ends a job before anything more of it is sent: what is open fails, each variant for itself.
    package func refusal(_ why: Explanation) -> (news: [JobEvent], steps: [JobStep]?) {
        if isUnread { return ([], [.finish(failing(why))]) }
        let waiting = variants.indices.filter { variants[$0] == .waiting }
        return (waiting.map { .variantFailed(variant: $0, why, response: nil) }, nil)
    }

    /// How a job ends whose file was not read, or has mistakes: an earlier submit of it may have been charged all the
    /// same.
    package func failing(_ why: Explanation) -> JobOutcome {
        var why = why
        if why.charge == .no { why.charge = charge }
        return .failed(why)
    }

    /// Whether the job cost money: surely, maybe, or surely not.
    package var charge: Explanation.Charge {
        if variants.contains(where: { $0.charge == .maybe }) { return .maybe }
        if paidBefore > 0 || variants.contains(where: { $0.charge == .yes }) { return .yes }
        return unheard > 0 ? .maybe : .no
    }

    /// Whether the event is the answer to a submit, which nobody gives again.
    package func isAnswered(by event: JobEvent) -> Bool {
        guard event.kind != .submitting, let variant = event.variant else { return false }
        return variants.indices.contains(variant) && variants[variant] == .submitting
    }

    /// Whether a word that stops it would change anything.
    package var canBeCancelled: Bool { outcome == nil && cancellation == nil }

    /// Whether a step that was asked for before it was cancelled is still to be taken.
    package func stillAsks(for step: JobStep) -> Bool {
        if cancellation == nil { return true }
        return switch step {
        case .read, .gather, .share: false
        case .takePermit(let variant): variants[variant] == .waiting
        case .submit, .poll, .fetch, .runParts, .finish, .publish: true
        }
    }

    /// Whether its request file is still to be read.
    package var isUnread: Bool { request == nil && parts == nil && outcome == nil }

    /// Whether its request is known and nothing was ever done for it.
    package var isUntouched: Bool {
        outcome == nil && sharing == .none && unheard == 0 && paidBefore == 0 && !variants.isEmpty
            && variants.allSatisfy { $0 == .waiting }
    }

    /// Whether nothing was ever done for it, whether it was read or not.
    package var isNotBegun: Bool { isUntouched || isUnread }

    /// Whether it goes on when it is put back: it has failed, or is a part that its cancelled batch has not begun.
    var canBeReopened: Bool { if case .failed? = outcome { true } else { origin.batch != nil && isNotBegun } }

    private var isShared: Bool { if case .complete = sharing { true } else { false } }

    /// Whether local pictures stand between the request and its submits.
    package var needsSharing: Bool {
        if isShared { return false }
        return request?.locals.isEmpty == false && variants.contains(.waiting)
    }

    /// Whether nothing was paid for a request that a person has changed since.
    package var isOfOneRequest: Bool { paidBefore == 0 }

    /// The pictures in the order of the variants.
    package var pictures: [PictureFile] { earlierPictures + variants.flatMap(\.pictures) }

    /// Gives each of an answer's pictures a name that neither another has, nor the picture that is the request.
    private mutating func giveNames(to answer: Answer, of variant: Int) {
        guard let request, let saveAs = request.saveAs else { return }
        let ratio = request.edit(of: variant).aspectRatio
        var names = DistinctNames()
        for name in givenNames.values { names.take(name) }
        for picture in pictures { names.take(picture.stem) }
        if origin.isPicture { names.take(origin.keptName.stem) }
        for index in answer.pictures.indices {
            let number = answer.firstNumber + index
            givenNames[number] = saveAs.stem(number, in: ratio).map { names.free($0) }
        }
    }
}

extension Job {
    /// What a start does with a job that an earlier run left: first these events are recorded, then ``stepsToResume``.
    ///
    /// - Parameters:
    ///   - picturesAreWhole: whether a variant's pictures are on the disk as they were recorded.
    ///   - unknown: what to do about a submit that was announced and has no answer.
    ///   - why: says why such a submit is not sent again.
    package func eventsToResume(
        picturesAreWhole: (Int) -> Bool, unknown: UnknownOutcomeRule, why: Explanation
    ) -> [JobEvent] {
        var unheard = unheard
        var events: [JobEvent] = []
        for index in variants.indices {
            switch variants[index] {
            case .waiting, .submitted: break
            case .submitting where unknown.allowsAnother(after: unheard):
                unheard += 1
                events.append(.outcomeUnknown(variant: index, why: why.what))
            case .submitting: events.append(.variantFailed(variant: index, why, response: nil))
            case .answered, .fetched, .failed:
                if !picturesAreWhole(index) { events.append(.picturesLost(variant: index)) }
            }
        }
        return events
    }

    /// The steps that the job's state asks for at a start.
    package var stepsToResume: [JobStep] {
        if let outcome { return [.finish(outcome)] }
        if parts != nil { return [.runParts] }
        guard request != nil else { return cancellation.map { [.finish(failing($0))] } ?? [.read] }
        if variants.allSatisfy(\.isResolved) { return [.finish(naturalOutcome)] }
        let open = variants.indices.filter { !variants[$0].isResolved }
        guard needsSharing else { return open.flatMap(nextSteps(for:)) }
        // Also where they were announced: that may have been read from memory, and not be on the disk yet.
        return [.gather] + open.filter { variants[$0] != .waiting }.flatMap(nextSteps(for:))
    }
}
