// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Intake
internal import Jobs
internal import PrometheusExport
internal import Spending
internal import SpoolState

/// What the gauges show at one moment. Pure.
struct GaugeSnapshot: Sendable {
    var facts: StatusBoard.Facts
    /// By the label of the lane.
    var queue: [(name: String, value: Double)]
    /// When the file was dropped that waits longest; `nil` where none waits.
    var oldest: Timestamp?
    var activeJobs: ActiveJobs.Counts
    /// What holds files up, and how many each.
    var holds: [Hold.Count]
    var leftAlone: Int
    var spent: Budget.Spent
    var at: Timestamp

    var families: [Family] {
        [
            Metric.queueLength.gauge(by: "lane", queue),
            Metric.queueOldest.gauge(oldest.map { max(at.since($0), .zero).seconds } ?? 0),
            Metric.jobs.gauge(
                by: "stage", JobStage.allCases.map { ($0.rawValue, Double(activeJobs.jobs[$0, default: 0])) }),
            Metric.tasks.gauge(Double(activeJobs.tasks)),
            Metric.heldFiles.gauge(by: "reason", held),
            Metric.leftAloneFiles.gauge(Double(leftAlone)),
            Metric.paused.gauge(
                by: "reason",
                ServiceTrouble.Kind.allCases.map { ($0.rawValue, facts.pause?.trouble.kind == $0 ? 1 : 0) }),
            Metric.diskTrouble.gauge(facts.diskTrouble != nil),
            Metric.sharingTrouble.gauge(facts.sharingTrouble != nil),
            Metric.inboxGone.gauge(facts.inboxIsGone),
            Metric.watching.gauge(by: "mode", watching),
            Metric.submitsToday.gauge(Double(spent.submits)),
            Metric.submitsWithoutPriceToday.gauge(Double(spent.submitsWithoutPrice)),
            Metric.spentToday.gauge(Double(spent.money.millionths) / 1e6),
        ]
    }

    private var held: [(name: String, value: Double)] {
        HeldReason.allCases.map { reason in
            let files = holds.filter { HeldReason($0.hold.reason) == reason }.reduce(0) { $0 + $1.files + $1.jobs }
            return (reason.rawValue, Double(files))
        }
    }

    private var watching: [(name: String, value: Double)] {
        switch facts.watching {
        case .events?: [("events", 1), ("polling", 0)]
        case .polling?: [("events", 0), ("polling", 1)]
        case nil: [("events", 0), ("polling", 0)]
        }
    }
}

/// The kind of a reason to hold files.
private enum HeldReason: String, CaseIterable {
    case limit, repeated, defaults, paused, approval

    init(_ reason: Hold.Reason) {
        switch reason {
        case .limit: self = .limit
        case .repeated: self = .repeated
        case .defaults, .defaultsUnsettled: self = .defaults
        case .paused: self = .paused
        case .approval: self = .approval
        }
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(milliseconds) / 1000 }
}
