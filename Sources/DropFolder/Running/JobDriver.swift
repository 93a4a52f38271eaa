// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Intake
internal import Jobs
internal import NanoBanana
internal import Requests
internal import Sharing
internal import Spending
internal import Spool
internal import SystemPackage

/// One job on its way, as a value: its state, its journal, and what it has in hand. Decides what is to be recorded of
/// what happened, and what follows from it; time is passed in, and somebody else acts. What it has in hand are leases,
/// which end with it.
struct JobDriver: Sendable {
    /// What a step has come to.
    enum Outcome: Sendable {
        case permit(variant: Int, SubmitLimiter.Permit, SpendingGate.SetAside)
        /// Pictures of one's own are where the API can fetch them.
        case shared([SharedPicture], UploadLimiter.Place)
        case event(JobEvent)
        case events([JobEvent])
        /// A submit was not accepted, by no fault of the request as it seems.
        case refused(variant: Int, Refusals)
        /// No answer tells what became of a submit.
        case unknown(variant: Int, UnknownOutcome)
        /// The parts of a batch are to be run, and it has nothing to do until all of them are at their end.
        case parts(Parts)
        /// With its pictures, as they lie below that folder.
        case published(FilePath, JobOutcome, pictures: [String])
        /// Somebody has cancelled the job.
        case cancel
        /// The daemon stops; the journal says where to go on.
        case stopped
    }

    /// The parts of a batch that are not at their end.
    struct Parts: Sendable {
        var begun: [JobDriver] = []
        var fresh: [JobFolder] = []
        /// Of those at their end, what a kill has kept from the ledger.
        var unbooked: [LedgerLine] = []
    }

    /// Under which it is known in this run; `nil` until it has begun.
    var number: UInt64?
    /// When this run took it up.
    let since: ContinuousClock.Instant
    let folder: JobFolder
    /// Whether it is a part of a batch that is under way.
    let isPart: Bool
    /// How words reach it.
    let steered: SteeredJob
    /// The links that a command has printed for its pictures.
    let links: PrintedLinks
    /// As what it is taken up, where it is one.
    var part: WaitingPart?
    /// Whether nothing has happened to it but the claim, so that its file may go back into the inbox.
    let isNew: Bool
    /// When its file may have come; see ``ArrivalTimes``.
    let came: [Timestamp]
    private(set) var job: Job
    private(set) var journal: Journal
    /// What the request file says, where it was read with the claim.
    var content: Result<RequestContent, Findings>?
    /// Of a folder of pictures: the defaults with which ``content`` was read, by which its cost is judged.
    var judged: RequestDefaults?
    /// Of a batch that an earlier run left: its parts, where they were looked at already.
    var parts: Parts?
    /// What somebody lets it cost, by a word that is to be noted before anything of it is sent.
    var approval: Approval?
    /// What the guard against repeats knows it by; `nil` where it knows nothing of it.
    var asked: Asked?
    /// When its file was dropped; `nil` where that is not to be measured, or was.
    var droppedAt: Timestamp?
    /// When the service took the first of its submits; `nil` where none was taken, or nobody knows any more.
    private(set) var takenAt: Timestamp?

    /// A permit that was taken for this job before it was claimed.
    var permitInHand: SubmitLimiter.Permit?
    /// Those with which its variants are under way: their places at the API.
    private(set) var permits: [Int: SubmitLimiter.Permit] = [:]
    /// What was set aside for submits that are still to be charged.
    var setAside: [Int: SpendingGate.SetAside] = [:]
    /// Its place among those whose pictures are shared and that have no permit yet.
    private(set) var uploadPlace: UploadLimiter.Place?
    /// The variants whose tasks are on the poll board.
    var polled: Set<Int> = []
    /// Whether tasks of it were under way when this run took it up.
    private(set) var isResumed = false
    private(set) var refusals: [Int: Refusals] = [:]

    /// Lines that go to the journal with the next event that must be on the disk.
    private(set) var unwritten: [UInt8] = []
    /// What they rely on, beside the job's own files, and what may not be on the disk yet: anything, where nobody knows
    /// what an earlier run has left.
    var unsynced = DiskChanges.unknown
    /// Lines that go to the ledger with them.
    var unbooked: [LedgerLine] = []

    /// - Parameter dropped: when its file was dropped at the earliest, where an earlier run has claimed it.
    init(
        _ claimed: Claim.Claimed, permitInHand: SubmitLimiter.Permit? = nil, isPart: Bool = false,
        dropped: Timestamp? = nil, at now: ContinuousClock.Instant
    ) {
        steered = SteeredJob(
            claimed.job, in: claimed.folder.path, isPart: isPart, since: claimed.droppedAt ?? dropped,
            came: claimed.came)
        (since, self.isPart, self.permitInHand) = (now, isPart, permitInHand)
        (folder, journal, job) = (claimed.folder, claimed.journal, claimed.job)
        (content, isNew, came) = (claimed.content, claimed.isNew, claimed.came)
        judged = claimed.defaults
        takenAt = job.variants.compactMap(\.submittedAt).min()
        links = PrintedLinks(of: claimed.job)
    }
}

// MARK: What happened

extension JobDriver {
    /// What is to be recorded of an outcome, in this order. Takes what it brings along.
    mutating func take(_ outcome: Outcome, _ rule: UnknownOutcomeRule) -> [JobEvent] {
        switch outcome {
        case .permit(let variant, let permit, let setAside):
            if variant == 0 { permitInHand = nil }
            uploadPlace?.leave()
            uploadPlace = nil
            permits[variant] = permit
            self.setAside[variant] = setAside
            return (links.takeRenewed().map { [JobEvent.shared($0)] } ?? []) + [.submitting(variant: variant)]
        case .shared(let pictures, let place):
            // Nothing more of a cancelled one takes a place.
            if job.cancellation == nil { uploadPlace = place } else { place.leave() }
            return [.shared(pictures)]
        case .refused(let variant, let refusal):
            var all = refusals[variant] ?? refusal
            if refusals[variant] != nil { all.add(refusal) }
            refusals[variant] = all
            return [all.event(of: variant)]
        case .unknown(let variant, let outcome): return [event(for: outcome, variant, rule)]
        case .event(let event):
            if let variant = event.variant { polled.remove(variant) }
            // Each part has it in its own folder by now.
            if event.kind == .split { content = nil }
            return [event]
        case .events(let events): return events
        case .parts, .published, .cancel, .stopped: return []
        }
    }

    private func event(for outcome: UnknownOutcome, _ variant: Int, _ rule: UnknownOutcomeRule) -> JobEvent {
        if rule.allowsAnother(after: job.unheard) {
            return .outcomeUnknown(variant: variant, why: outcome.message)
        }
        let why = Wording.explain(.unknownOutcome(outcome.message))
        return .variantFailed(variant: variant, why, response: outcome.body.map(KeptAnswer.bytes))
    }

    /// That somebody lets it cost what it costs, to be noted first.
    mutating func takeApproval() -> [JobEvent] {
        defer { approval = nil }
        return approval.map { [.approved($0)] } ?? []
    }

    /// Lets go of what is not needed as long as it waits for something that only time brings.
    mutating func letGoOfPermit() {
        permitInHand?.leave()
        permitInHand = nil
    }

    func letGoOfUploadPlace() { uploadPlace?.leave() }

    /// Lets go of everything: the job goes on from its journal, and takes what it needs anew.
    func letGoOfAll() {
        permitInHand?.leave()
        uploadPlace?.leave()
        for permit in permits.values { permit.leave() }
        for money in setAside.values { money.giveBack() }
        for part in parts?.begun ?? [] { part.letGoOfAll() }
    }

    /// A submit of which an earlier run has not heard counts from the start: others must not have its money while this one
    /// finds out that nobody knows what became of it.
    mutating func setAsideUnheard(_ spending: SpendingGate, at now: Timestamp) {
        guard let request = job.request, job.variants.contains(.submitting) else { return }
        let lane = job.origin.lane
        let asked = Asked(request, named: job.origin.jobName, in: lane)
        for variant in job.variants.indices where job.variants[variant] == .submitting {
            setAside[variant] = spending.setAside(announced: request, asked, in: lane, at: now)
        }
    }

    /// Tasks that are under way already take their places, whatever the limit.
    mutating func occupy(_ limiter: SubmitLimiter) {
        let underWay = job.variants.indices.filter(isUnderWay)
        if underWay.isEmpty { return }
        isResumed = true
        for variant in underWay { permits[variant] = limiter.occupy() }
    }
}

// MARK: What is recorded

extension JobDriver {
    /// Adds an event's lines to those that are to be written. Returns the ledger's, which it makes.
    mutating func note(_ event: JobEvent, at now: Timestamp, price: (Request) -> Amount?) -> [LedgerLine] {
        unwritten += event.line(at: now)
        let booked = Bookkeeping.lines(for: event, of: job, at: now, price: price)
        unbooked += booked
        return booked
    }

    /// What was noted is in the journal.
    mutating func wasWritten(_ next: Journal) {
        journal = next
        unwritten = []
    }

    /// The event is recorded. Returns the steps that it makes possible; what it ends is let go.
    mutating func apply(_ event: JobEvent, at now: Timestamp) throws(Job.Contradiction) -> [JobStep] {
        let wasUnderWay = event.variant.map(isUnderWay) ?? false
        let steps = try job.apply(event, at: now)
        if let variant = event.variant {
            if wasUnderWay, !isUnderWay(variant) { permits.removeValue(forKey: variant)?.leave() }
            account(for: event, variant, at: now)
        }
        switch event {
        case .submitted, .answered:
            takenAt = takenAt ?? now
            droppedAt = nil
        case .claimed, .retried, .read, .split, .sharing, .shared, .submitting, .notAccepted, .outcomeUnknown,
            .pictureSaved, .fetched, .picturesLost, .variantFailed, .approved, .done, .failed:
            break
        case .cancelled: letGoOfWhatWaited()
        }
        return steps
    }

    /// Keeps the day's budget by what has become of a submit.
    private mutating func account(for event: JobEvent, _ variant: Int, at now: Timestamp) {
        guard let money = setAside[variant] else { return }
        switch job.variants[variant] {
        case .waiting where event.kind == .notAccepted, .submitting: return
        case .failed(let stopped) where stopped.why.charge == .no && event.kind != .outcomeUnknown: money.giveBack()
        case .waiting, .submitted, .answered, .fetched, .failed: money.wasCharged(at: now)
        }
        setAside[variant] = nil
    }

    /// It was cancelled: what was set aside for submits that were not announced is for others, and so are its places.
    private mutating func letGoOfWhatWaited() {
        letGoOfPermit()
        uploadPlace?.leave()
        uploadPlace = nil
        for (variant, money) in setAside where job.variants.indices.contains(variant) && !isUnderWay(variant) {
            money.giveBack()
            setAside[variant] = nil
        }
    }

    /// The answer to a submit could not be recorded: what was set aside for it is spent all the same, perhaps.
    func wasPerhapsCharged(by event: JobEvent, at now: Timestamp) {
        guard let variant = event.variant, job.isAnswered(by: event) else { return }
        switch event {
        case .notAccepted: return
        case .variantFailed(_, let why, _) where why.charge == .no: return
        case .submitted, .answered, .outcomeUnknown, .variantFailed, .claimed, .retried, .read, .split, .sharing,
            .shared, .submitting, .pictureSaved, .fetched, .picturesLost, .approved, .cancelled, .done, .failed:
            setAside[variant]?.wasCharged(at: now)
        }
    }

    /// Whether what a submit costs is counted by what was set aside for it; an earlier run has set nothing aside in this
    /// one.
    func isSetAside(for event: JobEvent) -> Bool { event.variant.map { setAside[$0] != nil } ?? false }
}

// MARK: How it stands

extension JobDriver {
    /// What has to be on the disk with the next event that must be.
    var changes: DiskChanges { unsynced.union(ownFiles) }

    /// Its lines, once its journal is there.
    var ownJournal: DiskChanges { DiskChanges(places: [.file(folder.path.appending(JobFileNames.journal))]) }

    /// All that lies in the job's folder.
    var ownFiles: DiskChanges { DiskChanges(places: [.files(in: folder.path)]) }

    /// Whether a task of this variant is under way at the API, as far as is known.
    func isUnderWay(_ variant: Int) -> Bool {
        guard job.variants.indices.contains(variant) else { return false }
        switch job.variants[variant] {
        case .submitting, .submitted: return true
        case .waiting, .answered, .fetched, .failed: return false
        }
    }

    /// Whether it is to be cancelled, and is not yet.
    var isToBeCancelled: Bool { steered.cancel.isRaised && job.canBeCancelled }

    /// Whether it is a part that its cancelled batch does not begin: it stays as it is.
    var isNotBegun: Bool { isPart && isToBeCancelled && job.isNotBegun }

    /// Whether a submit may be among what is to be done for it, or for its parts.
    var mayNeedSubmit: Bool {
        if job.outcome != nil || job.cancellation != nil { return false }
        if job.isUnread || job.parts != nil { return true }
        return job.variants.contains { variant in
            switch variant {
            // Without an answer it may be sent again, where the settings say so.
            case .waiting, .submitting: true
            case .submitted, .answered, .fetched, .failed: false
            }
        }
    }

    /// The request of a job that is about to be submitted for the first time.
    var requestToBegin: Request? {
        if case .success(.request(let request))? = content { return request }
        return isPart && job.isUntouched ? job.request : nil
    }

    /// What is sent; `nil` before the request was read.
    var requestToSend: Request? { job.request.map(links.request) }

    /// What was asked for with a variant, as answers to it are read: they may repeat each link that was ever sent.
    func editToRead(of variant: Int) -> EditRequest? {
        requestToSend?.edit(of: variant).repeated(with: job.printedLinks)
    }

    /// Whether it may be sent now, as far as links go that a command has printed.
    func hasGoodLinks(at now: Timestamp) -> Bool { job.request.map { links.areGood(for: $0, at: now) } ?? true }

    /// For whom permits are taken. All variants ask for the same: what is refused of one is refused of the job.
    var requester: UInt64? {
        permitInHand?.requester ?? refusals.values.first?.requester ?? permits.values.first?.requester
    }

    /// What is known of a job whose folder is lost: the task ids exist nowhere else.
    var lastWords: (charge: Explanation.Charge, tasks: [String]) {
        (job.charge, job.variants.compactMap { $0.task?.text })
    }
}

extension Variant {
    fileprivate var submittedAt: Timestamp? {
        if case .submitted(_, let since) = self { since } else { nil }
    }
}

extension JobDriver.Outcome {
    /// Whether it leads to a submit and nothing else: of a job that was cancelled meanwhile nothing comes of it.
    var isNoMoreWanted: Bool {
        switch self {
        case .permit: true
        case .event(let event): event.kind == .sharing
        case .shared, .events, .refused, .unknown, .parts, .published, .cancel, .stopped: false
        }
    }
}
