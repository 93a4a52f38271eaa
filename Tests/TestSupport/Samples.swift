// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import SystemPackage

@testable import Documents
@testable import Jobs
@testable import Requests

/// What the tests of a job are made of.
enum Samples {
    /// Lines as they stand in a journal that begins with them.
    static func sealed(_ lines: [UInt8]) -> [UInt8] {
        var seal = JournalSeal()
        return seal.seal(lines)
    }

    static let start = Timestamp(milliseconds: 1_800_000_000_000)
    static let later = Timestamp(milliseconds: 1_800_000_060_000)
    // A literal that is right.
    // swift-format-ignore: NeverForceUnwrap
    static let task = TaskID("task-1")!
    static let answer = Answer(
        pictures: [PictureLink(url: "https://p/1"), PictureLink(url: "https://p/2")], response: [1])
    static let origin = Origin(lane: .root, file: "hero.yaml")
    static let acme = Lane(path: "acme")
    static let picture = PictureFile(number: 1, name: "hero-1.png", bytes: 10, kind: .png)
    static let second = PictureFile(number: 2, name: "hero-2.png", bytes: 20, kind: .png)

    static let refused = Wording.explain(.refused(code: 400, message: "no"))
    static let cancelled = Wording.explain(.cancelled)
    static let interrupted = Wording.explain(.interruptedSubmit)
    static let unknown = Wording.explain(.unknownOutcome("no answer in time"))
    static let taskFailed = Wording.explain(.taskFailed(task, message: "policy"))
    static let timedOut = Wording.explain(.taskTimedOut(task, after: .seconds(86_400), lastWords: "running"))
    static let pictureFailed = Wording.explain(.pictureFailed(number: 2, .gone(status: 404), .young))
    static let invalid = Wording.explain(.invalidRequest(Findings(.blankPrompt)))

    /// - Parameters:
    ///   - locals: how many local pictures it names.
    ///   - source: what its own file came to.
    static func request(variants: Int = 1, locals: Int = 0, source: UInt64? = nil) throws -> Request {
        let edit = try EditRequest(model: .pro, prompt: "x", images: [try ImageLink("https://a.b/c")])
        let locals = (0..<locals).compactMap {
            LocalPicture(file: FilePath("pics/\($0).png"), token: "00000000000000000000000000000\(100 + $0)")
        }
        var request = Request(edit: edit, variants: variants, meta: nil, locals: locals)
        request.source = source.map(Fingerprint.init(value:))
        return request
    }

    static func claimed() -> Job {
        Job(claimed: origin, at: start)
    }

    /// A job and what is to be done next, after these events.
    static func job(after events: [JobEvent]) throws -> (job: Job, steps: [JobStep]) {
        var job = claimed()
        var steps: [JobStep] = [.read]
        for event in events { steps = try job.apply(event, at: start) }
        return (job, steps)
    }
}

extension JobStep {
    var isSubmit: Bool { if case .submit = self { true } else { false } }

    var isFinish: Bool { if case .finish = self { true } else { false } }

    /// The variant that the step is about to pay for.
    var permit: Int? { if case .takePermit(let variant) = self { variant } else { nil } }
}

extension Job {
    /// The job as a start finds it, and the steps that the start takes.
    func resumed(
        picturesAreWhole: (Int) -> Bool = { _ in true }, unknown: UnknownOutcomeRule = .fail
    ) throws -> (job: Job, events: [JobEvent], steps: [JobStep]) {
        var job = self
        let events = eventsToResume(
            picturesAreWhole: picturesAreWhole, unknown: unknown, why: Samples.interrupted)
        for event in events { _ = try job.apply(event, at: Samples.later) }
        return (job, events, job.stepsToResume)
    }
}

extension JSON {
    func member(_ key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    func number(_ key: String) -> Int? {
        if case .number(let digits)? = member(key) { Int(digits) } else { nil }
    }

    func text(_ key: String) -> String? {
        if case .string(let text)? = member(key) { text } else { nil }
    }
}
