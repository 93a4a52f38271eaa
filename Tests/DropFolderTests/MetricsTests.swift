// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPListener
import NanoBanana
import PrometheusExport
import SystemPackage
import Testing

@testable import Documents
@testable import DropFolder
@testable import Intake
@testable import Jobs
@testable import Spending
@testable import SpoolState
@testable import TestSupport

/// What stands on the page, and that all of it is described.
struct MetricsTests {
    private static func article(_ name: String) throws -> String {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let folder = tests.deletingLastPathComponent().appendingPathComponent("Sources/bananadrop/Documentation.docc")
        return try String(contentsOf: folder.appendingPathComponent("\(name).md"), encoding: .utf8)
    }

    @Test func `every metric is described, and its name says what it is`() throws {
        let article = try Self.article("Operations")
        for metric in Metric.allCases {
            #expect(article.contains("| `\(metric.rawValue)"), "\(metric.rawValue)")
            let name = metric.rawValue
            switch metric.kind {
            case .counter: #expect(name.hasSuffix("_total"), "\(name)")
            case .histogram(let bounds):
                #expect(name.hasSuffix("_seconds"), "\(name)")
                #expect(bounds == bounds.sorted())
            case .gauge: #expect(!name.hasSuffix("_total"), "\(name)")
            }
            #expect(!metric.help.isEmpty && !metric.help.contains("\n"))
        }
    }

    @Test func `every failure that is described has a series, and one that nobody knows has that of the others`()
        throws
    {
        let codes = try Self.article("Failures").split(separator: "\n").compactMap { line in
            line.hasPrefix("| `") ? line.split(separator: "`").dropFirst().first.map(String.init) : nil
        }
        #expect(Set(codes) == Set(FailureCode.allCases.map(\.rawValue)))
        let registry = Registry(Metric.declarations)
        let counters = Counters(registry)
        let before = TextFormat.page(registry.families)
        for code in codes {
            // Of a batch as a whole: its parts are counted.
            #expect(before.contains("outcome=\"\(code)\"") == (code != "parts-failed"), "\(code)")
        }
        var strange = Samples.refused
        strange.code = "from-the-future"
        counters.ended(.failed(strange))
        counters.ended(.failed(Samples.unknown))
        counters.ended(.done)
        let after = TextFormat.page(registry.families)
        let changed = Set(after.split(separator: "\n")).subtracting(before.split(separator: "\n"))
        #expect(
            changed == [
                #"bananadrop_jobs_ended_total{charged="no",outcome="other"} 1"#,
                #"bananadrop_jobs_ended_total{charged="maybe",outcome="unknown-outcome"} 1"#,
                #"bananadrop_jobs_ended_total{charged="yes",outcome="done"} 1"#,
            ])
    }

    @Test func `the gauges show what there is`() throws {
        var facts = StatusBoard.Facts(startedAt: Samples.start)
        facts.pause = CircuitBreaker.Pause(
            trouble: ServiceTrouble(.tooFast, "slow down"), since: Samples.start, end: .probe(at: .now))
        facts.diskTrouble = "no space"
        facts.watching = .polling(.setting)
        let hold = Hold(reason: .repeated(.loop(times: 5)))
        let snapshot = GaugeSnapshot(
            facts: facts, queue: [("acme", 2)], oldest: Samples.start,
            activeJobs: ActiveJobs.Counts(jobs: [.fetching: 4], tasks: 3),
            holds: [
                Hold.Count(hold: hold, files: 2),
                Hold.Count(hold: Hold(reason: .repeated(.loop(times: 6))), jobs: 1),
            ], leftAlone: 7,
            spent: Budget.Spent(submits: 3, money: try #require(Amount("0.36")), submitsWithoutPrice: 1),
            at: Samples.later)
        let lines = Set(TextFormat.page(snapshot.families).split(separator: "\n").map(String.init))
        let shown = lines.filter { !$0.hasPrefix("#") && !$0.hasSuffix(" 0") }
        #expect(
            shown == [
                #"bananadrop_queue_length{lane="acme"} 2"#, "bananadrop_queue_oldest_seconds 60",
                #"bananadrop_jobs{stage="fetching"} 4"#, "bananadrop_tasks 3",
                #"bananadrop_held_files{reason="repeated"} 3"#, "bananadrop_left_alone_files 7",
                #"bananadrop_paused{reason="too-fast"} 1"#, "bananadrop_disk_trouble 1",
                #"bananadrop_watching{mode="polling"} 1"#, "bananadrop_today_submits 3",
                "bananadrop_today_submits_without_price 1", "bananadrop_today_spent 0.36",
            ])
        for series in [#"paused{reason="key"}"#, #"held_files{reason="limit"}"#, "inbox_gone", "sharing_trouble"] {
            #expect(lines.contains("bananadrop_\(series) 0"))
        }
    }

    @Test func `a clock that was set back makes no time negative`() {
        let registry = Registry(Metric.declarations)
        Counters(registry).taken(after: .seconds(-5))
        #expect(TextFormat.page(registry.families).contains("bananadrop_drop_to_submit_seconds_sum 0\n"))
    }

    struct Readied: Sendable {
        var phase: ServicePhase
        var isGone: Bool
        var reason: String?
    }

    private static let phases = [
        Readied(phase: .starting, isGone: false, reason: "not ready: the start is not over yet"),
        Readied(phase: .scanning, isGone: false, reason: "not ready: the inbox is looked through for the first time"),
        Readied(phase: .serving, isGone: false, reason: nil),
        Readied(phase: .serving, isGone: true, reason: "not ready: the inbox is not where it was"),
        Readied(phase: .stopping, isGone: true, reason: "not ready: the daemon stops"),
    ]

    @Test(arguments: phases)
    func `readiness is said in a line`(readied: Readied) {
        #expect(readied.phase.reasonNotReady(inboxIsGone: readied.isGone) == readied.reason)
    }

    @Test func `a stop is never taken back, as when it comes during the first scan`() {
        let healthEndpoints = HealthEndpoints(version: "1")
        #expect(Self.words(healthEndpoints.readiness) == "503 not ready: the start is not over yet\n")
        healthEndpoints.stops()
        healthEndpoints.serves()
        #expect(Self.words(healthEndpoints.readiness) == "503 not ready: the daemon stops\n")
    }

    private static func words(_ answer: WebResponse) -> String { "\(answer.status) \(answer.text ?? "")" }

    @Test func `silence is said in a line`() {
        #expect(Wording.silence(of: ["the committer"]) == "the committer does not answer")
        #expect(
            Wording.silence(of: ["the event loop", "the committer"])
                == "the event loop and the committer do not answer")
    }

    @Test(.idleLimit) func `health is what the watchdog asks`() async {
        let well = HealthCheck(part: "a") { $0() }
        let stuck = HealthCheck(part: "b") { _ in }
        let withDisk = HealthCheck(part: "c", ask: { _ in }, isWithTheDisk: { true })
        #expect(await Self.words(HealthEndpoints.health(of: [])) == "200 ok\n")
        #expect(await Self.words(HealthEndpoints.health(of: [well, withDisk])) == "200 ok\n")
        #expect(await Self.words(HealthEndpoints.health(of: [well, stuck, withDisk])) == "503 b does not answer\n")
    }
}
