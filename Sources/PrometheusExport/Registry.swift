// SPDX-License-Identifier: Apache-2.0

public import CoreMetrics
internal import Synchronization

/// Keeps what is counted by swift-metrics, for the Prometheus page.
///
/// Only what was declared is kept: nobody else in the process can make the page grow. Whoever counts holds on to its
/// instrument, which costs one atomic addition a call for a counter, and a short lock for a histogram.
public final class Registry: MetricsFactory {
    private enum Series: Sendable {
        case counter(Counter)
        case histogram(Histogram)
        case gauge(Gauge)
    }

    private struct Key: Hashable {
        var name: String
        /// By name.
        var labels: [String]
    }

    private let declarations: [Declaration]
    private let series = Mutex<[Key: (labels: [Family.Label], Series)]>([:])

    /// Keeps the metrics that are declared.
    public init(_ declarations: [Declaration]) {
        self.declarations = declarations
    }

    /// What was counted so far, in the order of the declarations.
    public var families: [Family] {
        let all = series.withLock { Array($0) }.sorted { $0.key.labels.lexicographicallyPrecedes($1.key.labels) }
        return declarations.map { declaration in
            let samples = all.filter { $0.key.name == declaration.name }.flatMap { _, series in
                Self.samples(series.1, series.labels)
            }
            return Family(declaration.name, declaration.help, declaration.kind.family, samples)
        }
    }

    private static func samples(_ series: Series, _ labels: [Family.Label]) -> [Family.Sample] {
        switch series {
        case .counter(let counter): [Family.Sample(Double(counter.count), labels)]
        case .gauge(let gauge): [Family.Sample(gauge.value, labels)]
        case .histogram(let histogram): histogram.buckets.samples(labels)
        }
    }

    /// The series of that name and these labels, made where there is none; `nil` where it was not declared so.
    private func find(_ name: String, _ dimensions: [(String, String)], _ make: (Declaration.Kind) -> Series?)
        -> Series?
    {
        guard let kind = declarations.first(where: { $0.name == name })?.kind else { return nil }
        let labels = dimensions.sorted { $0.0 < $1.0 }
        let key = Key(name: name, labels: labels.flatMap { [$0.0, $0.1] })
        return series.withLock { series in
            if let known = series[key] { return known.1 }
            guard let new = make(kind) else { return nil }
            series[key] = (labels.map { Family.Label($0.0, $0.1) }, new)
            return new
        }
    }

    /// A counter that was declared; for any other, one that counts for nobody.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let found = find(label, dimensions) { $0 == .counter ? .counter(Counter()) : nil }
        if case .counter(let counter)? = found { return counter }
        return NOOPMetricsHandler.instance
    }

    /// A histogram or a gauge that was declared; for any other, one that records for nobody.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        let found = find(label, dimensions) { kind in
            switch kind {
            case .histogram(let bounds) where aggregate: .histogram(Histogram(bounds))
            case .gauge where !aggregate: .gauge(Gauge())
            case .histogram, .gauge, .counter: nil
            }
        }
        switch found {
        case .histogram(let histogram)?: return histogram
        case .gauge(let gauge)?: return gauge
        case .counter?, nil: return NOOPMetricsHandler.instance
        }
    }

    /// A histogram of seconds that was declared; for any other, one that records for nobody.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let found = find(label, dimensions) { kind in
            if case .histogram(let bounds) = kind { .histogram(Histogram(bounds)) } else { nil }
        }
        if case .histogram(let histogram)? = found { return histogram }
        return NOOPMetricsHandler.instance
    }

    /// What was counted stays on the page: a counter that vanished and came back would seem to have been reset.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// What was recorded stays on the page.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// What was recorded stays on the page.
    public func destroyTimer(_ handler: any TimerHandler) {}
}

extension Declaration.Kind {
    fileprivate var family: Family.Kind {
        switch self {
        case .counter: .counter
        case .histogram: .histogram
        case .gauge: .gauge
        }
    }
}
