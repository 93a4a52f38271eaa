// SPDX-License-Identifier: Apache-2.0

import NanoBanana

@testable import Jobs

/// The steps, as the daemon performs them.
extension JobSimulation {
    mutating func perform(_ next: Pending) throws {
        switch next.step {
        case .read: try read()
        case .gather: try record(.sharing)
        case .share:
            book.check(share: disk)
            try mayCrash(10)
            try record(.shared([]))
        case .runParts: book.blame("a request was taken for a batch")
        case .takePermit(let variant): try record(.submitting(variant: variant))
        case .submit(let variant): try submit(variant, after: next.after)
        case .poll(let variant, let task, _):
            book.check(poll: task, of: variant, api)
            guard let event = api.poll(task, for: variant, &random) else { return pending.append(next) }
            try record(event)
        case .fetch(let variant, let answer, let saved): try fetch(variant, answer, saved)
        case .finish(let outcome): try finish(outcome)
        // Part of ``finish(_:)``: nothing comes between the record and the rename.
        case .publish: book.blame("publishing was asked for on its own")
        }
    }

    private mutating func read() throws {
        if random.chance(6) { return try finish(job.failing(Samples.invalid)) }
        let variants = Int.random(in: setting.variants, using: &random)
        try record(.read(try Samples.request(variants: variants, locals: random.chance(20) ? 1 : 0)))
    }

    private mutating func submit(_ variant: Int, after event: JobEvent.Kind?) throws {
        if job.cancellation != nil { return try record(.notAccepted(variant: variant, why: "cancelled")) }
        book.check(submit: variant, after: event, disk)
        book.check(earlier: variant, disk, api, setting)
        try mayCrash(3)
        let outcome = try api.submit(variant, &random)
        book.check(money: variant, api, setting)
        // The answer is on its way.
        try mayCrash(10)
        if case .outcomeUnknown = outcome, !setting.unknown.allowsAnother(after: job.unheard) {
            return try record(.variantFailed(variant: variant, Samples.unknown, response: nil))
        }
        try record(outcome)
    }

    private mutating func fetch(_ variant: Int, _ answer: Answer, _ saved: [PictureFile]) throws {
        let numbers = answer.pictures.indices.map { answer.firstNumber + $0 }
        let missing = numbers.filter { number in !saved.contains { $0.number == number } }
        guard let number = missing.first else { return try record(.fetched(variant: variant, saved)) }
        book.check(picture: number, of: variant)
        if random.chance(15) {
            return try record(.variantFailed(variant: variant, Samples.pictureFailed, response: answer.response))
        }
        let picture = PictureFile(
            number: number, name: "hero-\(number).png", bytes: Int64(random.index(1000)), kind: .png)
        disk.save(picture)
        try mayCrash(5)
        if missing.count > 1 { return try record(.pictureSaved(variant: variant, picture)) }
        try record(.fetched(variant: variant, (saved + [picture]).sorted { $0.number < $1.number }))
    }

    /// Writes everything, makes it durable, and moves the folder to its place.
    private mutating func finish(_ outcome: JobOutcome) throws {
        var event: JobEvent?
        if job.outcome != outcome {
            switch outcome {
            case .done: event = .done
            case .failed(let why): event = .failed(why)
            }
        }
        let moment = now()
        if let event { _ = try job.apply(event, at: moment) }
        try mayCrash(5)
        disk.append(unwritten + (event?.line(at: moment) ?? []))
        unwritten = []
        try mayCrash(5)
        if setting.habits.durability(outcome == .done ? .done : .failed) == .before { disk.sync() }
        try mayCrash(5)
        place = outcome == .done ? .done : .failed
        book.published(job, disk)
        try mayCrash(5)
    }
}
