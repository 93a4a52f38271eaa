// SPDX-License-Identifier: Apache-2.0

internal import CoreMetrics
internal import FileIO
internal import Jobs
internal import NanoBanana

/// What is counted as it happens, by swift-metrics. Every series is there from the start, at 0: a first failure is an
/// increase, too. Counting costs an atomic addition.
struct Counters: Sendable {
    /// What became of a submit.
    enum SubmitAnswer: String, CaseIterable, Sendable {
        case taken, refused
        case notAccepted = "not-accepted"
        case notReachable = "not-reachable"
        case unknown
    }

    /// The codes of failures, as far as a job or a part of a batch can have them.
    static let codes = FailureCode.allCases.filter { $0 != .partsFailed }.map(\.rawValue)
    /// What stands for any other, such as one that a later version has written into a journal: what comes from disk
    /// must not make series without end.
    static let otherCode = "other"

    private struct End: Hashable {
        var outcome: String
        var charged: Explanation.Charge
    }

    private let fetchedPictures: Counter
    private let fetchedBytes: Counter
    private let dropToSubmit: Timer
    private let submitToDone: Timer
    private let goodPolls: Counter
    private let badPolls: Counter
    private let submits: [SubmitAnswer: Counter]
    private let ends: [End: Counter]

    init(_ factory: any MetricsFactory) {
        func counter(_ metric: Metric, _ dimensions: [(String, String)] = []) -> Counter {
            Counter(label: metric.rawValue, dimensions: dimensions, factory: factory)
        }
        fetchedPictures = counter(.fetchedPictures)
        fetchedBytes = counter(.fetchedBytes)
        goodPolls = counter(.polls, [("answer", "answered")])
        badPolls = counter(.polls, [("answer", "failed")])
        dropToSubmit = Timer(label: Metric.dropToSubmit.rawValue, factory: factory)
        submitToDone = Timer(label: Metric.submitToDone.rawValue, factory: factory)
        submits = Dictionary(
            uniqueKeysWithValues: SubmitAnswer.allCases.map { ($0, counter(.submits, [("answer", $0.rawValue)])) })
        let failures = (Self.codes + [Self.otherCode]).flatMap { code in
            Explanation.Charge.allCases.map { End(outcome: code, charged: $0) }
        }
        ends = Dictionary(
            uniqueKeysWithValues: (failures + [End(outcome: "done", charged: .yes)]).map { end in
                (end, counter(.jobsEnded, [("outcome", end.outcome), ("charged", end.charged.rawValue)]))
            })
    }

    func submitted(_ answer: SubmitAnswer) { submits[answer]?.increment() }

    func submitted(_ error: SubmitError) {
        switch error {
        case .refused: submitted(.refused)
        case .notAccepted: submitted(.notAccepted)
        case .notReachable: submitted(.notReachable)
        case .unknownOutcome: submitted(.unknown)
        }
    }

    func polled(isAnswered: Bool) { (isAnswered ? goodPolls : badPolls).increment() }

    /// A part of a picture.
    func received(bytes: Int) { fetchedBytes.increment(by: bytes) }

    /// A whole picture.
    func fetchedPicture() { fetchedPictures.increment() }

    func ended(_ outcome: JobOutcome) {
        switch outcome {
        case .done: ends[End(outcome: "done", charged: .yes)]?.increment()
        case .failed(let why):
            let code = Self.codes.contains(why.code) ? why.code : Self.otherCode
            ends[End(outcome: code, charged: why.charge)]?.increment()
        }
    }

    /// Neither is negative, though the wall clock may have been set back in between.
    func taken(after time: Duration) { dropToSubmit.record(duration: max(time, .zero)) }

    func done(after time: Duration) { submitToDone.record(duration: max(time, .zero)) }
}

extension Timer {
    fileprivate func record(duration: Duration) {
        recordNanoseconds(duration.milliseconds * 1_000_000)
    }
}
