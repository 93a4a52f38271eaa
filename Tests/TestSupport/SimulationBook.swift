// SPDX-License-Identifier: Apache-2.0

import NanoBanana

@testable import Jobs

/// Holds a ``JobSimulation`` to the promises, and keeps what it finds broken.
struct SimulationBook {
    private(set) var complaints: [String] = []
    var retries = 0
    /// The tasks that the process has noted, by variant; and those of them that not even a power cut takes.
    private var noted: [Int: TaskID] = [:]
    private var kept: [Int: TaskID] = [:]
    /// Which variant each number of a picture was used for, in this life of the process.
    private var owners: [Int: Int] = [:]

    /// Whether the word by which a person has cancelled it was taken away; nothing but the journal remembers it then.
    private var isCancelled = false

    mutating func cancelled() { isCancelled = true }
    mutating func putBack() { isCancelled = false }

    mutating func blame(_ what: String) {
        complaints.append(what)
    }

    /// A start submits nothing, and takes a permit only for what has surely cost nothing.
    mutating func check(start steps: [JobStep], from before: Job, to job: Job, _ unknown: UnknownOutcomeRule) {
        if steps.contains(where: { $0.isSubmit }) { blame("a start submits") }
        for variant in steps.compactMap(\.permit) {
            switch before.variants[variant] {
            case .waiting: break
            case .submitting where unknown == .resubmit: break
            case .submitting, .submitted, .answered, .fetched, .failed:
                blame("a start takes a permit for variant \(variant), which is \(before.variants[variant])")
            }
        }
        if steps.isEmpty { blame("a start has nothing to do") }
    }

    /// A submit follows its announcement, which is on the disk for good, and nothing else.
    mutating func check(submit variant: Int, after event: JobEvent.Kind?, _ disk: SimulationDisk) {
        if isCancelled { blame("a submit after the job was cancelled") }
        if event != .submitting { blame("a submit after \(event?.rawValue ?? "a start")") }
        if disk.lastDurable(about: variant) != .submitting(variant: variant) {
            blame("a submit without its announcement on the disk")
        }
        if let task = noted[variant] { blame("a submit of variant \(variant), which is task \(task.text)") }
    }

    /// What is shared is known for good before: otherwise nobody could take it away again.
    mutating func check(share disk: SimulationDisk) {
        if disk.lastDurable(about: nil) != .sharing { blame("pictures are shared without a word of it on the disk") }
    }

    /// Without a person's word a submit follows another one only where the journal says of each that it was not
    /// accepted.
    mutating func check(
        earlier variant: Int, _ disk: SimulationDisk, _ api: SimulationAPI, _ setting: JobSimulation.Setting
    ) {
        let earlier = api.submits.count { $0.variant == variant }
        guard earlier > 0, setting.retries == 0, setting.unknown == .fail else { return }
        let denied = disk.count { $0.kind == .notAccepted && $0.variant == variant }
        if denied < earlier { blame("variant \(variant) is sent again, and the journal does not say why it may be") }
    }

    /// Once may be paid; more only where a person wanted it.
    mutating func check(money variant: Int, _ api: SimulationAPI, _ setting: JobSimulation.Setting) {
        let allowed = 1 + retries + (setting.unknown == .resubmit ? UnknownOutcomeRule.limit : 0)
        let perhaps = api.perhapsPaid(variant)
        if perhaps > allowed { blame("variant \(variant) may be paid \(perhaps) times") }
    }

    mutating func check(poll task: TaskID, of variant: Int, _ api: SimulationAPI) {
        if !api.made(task, for: variant) { blame("asks for a task that is not its own") }
    }

    /// The process has noted how far the job is; `durably` where not even a power cut takes it.
    mutating func note(_ job: Job, durably: Bool) {
        for (variant, task) in zip(job.variants.indices, job.variants.map(\.task)) {
            guard let task else { continue }
            noted[variant] = task
            if durably { kept[variant] = task }
        }
    }

    /// What a start finds: all that was noted, but for what a power cut may take.
    mutating func check(found job: Job, afterPowerCut: Bool) {
        if afterPowerCut { noted = kept }
        // Numbers that only lost lines knew are free again: a start removes the pictures that nothing records.
        owners = [:]
        check(tasksOf: job)
        note(job, durably: afterPowerCut)
    }

    private mutating func check(tasksOf job: Job) {
        for (variant, task) in noted.sorted(by: { $0.key < $1.key }) {
            let isThere = job.variants.indices.contains(variant) && job.variants[variant].task == task
            if !isThere { blame("task \(task.text) of variant \(variant) is lost") }
        }
    }

    mutating func check(picture number: Int, of variant: Int) {
        let owner = owners.updateValue(variant, forKey: number)
        if let owner, owner != variant { blame("picture \(number) is variant \(owner)'s and \(variant)'s") }
    }

    /// A result is whole when it appears.
    mutating func published(_ job: Job, _ disk: SimulationDisk) {
        if Set(job.pictures.map(\.name)).count < job.pictures.count { blame("two pictures have one name") }
        if !disk.has(job.pictures) { blame("a result is published without a picture that it names") }
        if disk.durable < disk.journal.count { blame("a result is published before its journal is on the disk") }
    }

    /// Every variant has come to its end, and the bill admits what was paid.
    mutating func close(_ job: Job, _ disk: SimulationDisk, _ api: SimulationAPI, _ setting: JobSimulation.Setting) {
        guard let outcome = job.outcome else { return blame("the job ends without an outcome") }
        if !job.variants.allSatisfy({ $0.isResolved }) { blame("a variant is not resolved: \(job.variants)") }
        check(tasksOf: job)
        if api.paid > 0 { check(billOf: job, outcome, api.paid) }
        if setting.retries == 0, job.unheard > (setting.unknown == .resubmit ? UnknownOutcomeRule.limit : 0) {
            blame("sent again \(job.unheard) times without an answer")
        }
    }

    private mutating func check(billOf job: Job, _ outcome: JobOutcome, _ paid: Int) {
        let summary = ResultSummary(job: job, outcome: outcome, finishedAt: Samples.later).json
        let admitted = (summary.number("submits_charged") ?? 0) + (summary.number("submits_maybe_charged") ?? 0)
        if admitted < paid { blame("\(paid) submits were paid, and the result admits \(admitted)") }
        if summary.text("charged") == "no" { blame("paid, and the result says that it was free") }
    }
}
