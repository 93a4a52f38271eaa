// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Testing

@testable import PrometheusExport

/// swift-metrics as it comes out on the page.
struct RegistryTests {
    private static let declarations = [
        Declaration("a_total", "A.", .counter), Declaration("b_seconds", "B.", .histogram(bounds: [0.5, 2])),
        Declaration("c", "C.", .gauge),
    ]

    private static func sample(_ name: String, in registry: Registry) -> [Family.Sample] {
        registry.families.first { $0.name == name }?.samples ?? []
    }

    @Test func `what is declared is on the page, in the order of the declarations`() {
        let registry = Registry(Self.declarations)
        CoreMetrics.Gauge(label: "c", factory: registry).record(-2.5)
        Timer(label: "b_seconds", factory: registry).recordMilliseconds(700)
        Recorder(label: "b_seconds", factory: registry).record(3)
        CoreMetrics.Counter(label: "a_total", dimensions: [("x", "2")], factory: registry).increment(by: 4)
        _ = CoreMetrics.Counter(label: "a_total", dimensions: [("x", "1")], factory: registry)
        #expect(
            TextFormat.page(registry.families) == """
                # HELP a_total A.
                # TYPE a_total counter
                a_total{x="1"} 0
                a_total{x="2"} 4
                # HELP b_seconds B.
                # TYPE b_seconds histogram
                b_seconds_bucket{le="0.5"} 0
                b_seconds_bucket{le="2"} 1
                b_seconds_bucket{le="+Inf"} 2
                b_seconds_sum 3.7
                b_seconds_count 2
                # HELP c C.
                # TYPE c gauge
                c -2.5

                """)
    }

    @Test func `what is not declared, or is another kind, counts for nobody`() {
        let registry = Registry(Self.declarations)
        CoreMetrics.Counter(label: "z_total", factory: registry).increment()
        CoreMetrics.Counter(label: "c", factory: registry).increment()
        Timer(label: "a_total", factory: registry).recordSeconds(1)
        Recorder(label: "c", factory: registry).record(1)
        #expect(registry.families.map(\.samples) == [[], [], []])
        #expect(registry.families.map(\.name) == Self.declarations.map(\.name))
    }

    @Test func `the same labels in another order are the same series, and destroyed ones stay`() {
        let registry = Registry(Self.declarations)
        let first = CoreMetrics.Counter(label: "a_total", dimensions: [("x", "1"), ("y", "2")], factory: registry)
        first.increment()
        first.destroy()
        CoreMetrics.Counter(label: "a_total", dimensions: [("y", "2"), ("x", "1")], factory: registry).increment()
        let labels = [Family.Label("x", "1"), Family.Label("y", "2")]
        #expect(Self.sample("a_total", in: registry) == [Family.Sample(2, labels)])
    }

    @Test func `a counter never falls`() {
        let counter = PrometheusExport.Counter()
        counter.increment(by: 3)
        counter.increment(by: -2)
        #expect(counter.count == 3)
    }

    @Test func `nothing is lost when many count at once, and a page read meanwhile is whole`() async {
        let registry = Registry(Self.declarations)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    // Each its own instrument of the same series.
                    let counter = CoreMetrics.Counter(label: "a_total", factory: registry)
                    let timer = Timer(label: "b_seconds", factory: registry)
                    for _ in 0..<5000 {
                        counter.increment()
                        timer.recordSeconds(1)
                    }
                }
            }
            group.addTask {
                for _ in 0..<200 {
                    let values = Self.sample("b_seconds", in: registry).map(\.value)
                    // Buckets, sum and count of one moment: each observation is 1 s.
                    #expect(values.isEmpty || values[1...] == [values[1], values[1], values[1], values[1]])
                }
            }
        }
        #expect(Self.sample("a_total", in: registry) == [Family.Sample(40_000)])
        #expect(Self.sample("b_seconds", in: registry).map(\.value) == [0, 40_000, 40_000, 40_000, 40_000])
    }
}
