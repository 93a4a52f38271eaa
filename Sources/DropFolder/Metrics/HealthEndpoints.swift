// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
package import HTTPListener
internal import Intake
internal import PrometheusExport
internal import Synchronization

/// How the daemon is, for whoever asks over HTTP: `/metrics`, `/healthz`, `/readyz`. Reads where things stand at the
/// moment of the question, under locks that are held for moments only; nothing is done while nobody asks.
package final class HealthEndpoints: Sendable {
    /// Where to look while the pipeline runs.
    struct Sources: Sendable {
        var context: JobContext
        var leftAlone: LeftAloneFiles
        var healthChecks: [HealthCheck]
    }

    private struct State {
        var phase = ServicePhase.starting
        var sources: Sources?
        var lanes = LaneLabels()

        mutating func advance(to phase: ServicePhase) { self.phase = max(self.phase, phase) }
    }

    let counters: Counters
    private let version: String
    private let startedAt = Timestamp.now
    private let registry = Registry(Metric.declarations)
    private let state = Mutex(State())

    /// How long the parts may take to answer.
    private static let patience = Duration.seconds(2)

    /// - Parameter version: of the program.
    package init(version: String) {
        self.version = version
        counters = Counters(registry)
    }

    /// The three pages.
    package var pages: PageTable {
        PageTable([
            "/metrics": { WebResponse(status: 200, contentType: TextFormat.contentType, body: self.metrics()) },
            "/healthz": { await self.health() },
            "/readyz": { self.readiness },
        ])
    }

    func begins(_ sources: Sources) {
        state.withLock { state in
            state.sources = sources
            state.advance(to: .scanning)
        }
    }

    /// The inbox is watched, and its first scan is done.
    func serves() { state.withLock { $0.advance(to: .serving) } }

    /// A stop has begun.
    func stops() { state.withLock { $0.advance(to: .stopping) } }

    /// The pipeline has ended: there is nobody left to ask.
    func ended() { state.withLock { $0.sources = nil } }

    private func health() async -> WebResponse {
        await Self.health(of: state.withLock { $0.sources?.healthChecks } ?? [])
    }

    /// The watchdog's own question.
    static func health(of healthChecks: [HealthCheck]) async -> WebResponse {
        let silent = await healthChecks.silent(within: patience)
        return silent.isEmpty ? .line(200, "ok") : .line(503, Wording.silence(of: silent))
    }

    private var reasonNotReady: String? {
        let (phase, sources) = state.withLock { ($0.phase, $0.sources) }
        return phase.reasonNotReady(inboxIsGone: sources?.context.board.snapshot.inboxIsGone ?? false)
    }

    var readiness: WebResponse {
        reasonNotReady.map { .line(503, $0) } ?? .line(200, "ready")
    }

    private func metrics() -> String {
        let process = [
            Metric.buildInfo.gauge(by: "version", [(version, 1)]),
            Metric.processStart.gauge(Double(startedAt.milliseconds) / 1000),
            Metric.ready.gauge(reasonNotReady == nil),
        ]
        let gauges = state.withLock { $0.sources }.map { gaugeSnapshot($0).families } ?? []
        return TextFormat.page(process + gauges + registry.families)
    }

    private func gaugeSnapshot(_ sources: Sources) -> GaugeSnapshot {
        let (context, now) = (sources.context, Timestamp.now)
        let waiting = context.queue
        return GaugeSnapshot(
            facts: context.board.snapshot, queue: state.withLock { $0.lanes.counts(waiting.lanes) },
            oldest: waiting.oldest, activeJobs: context.activeJobs.counts, holds: context.held,
            leftAlone: sources.leftAlone.count, spent: context.spending.spent(at: now), at: now)
    }
}

extension Wording {
    /// Parts of the pipeline that do not answer; never empty.
    static func silence(of parts: [String]) -> String {
        parts.joined(separator: " and ") + (parts.count == 1 ? " does not answer" : " do not answer")
    }
}
