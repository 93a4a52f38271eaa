// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import PrometheusExport

/// The page, byte for byte.
struct TextFormatTests {
    @Test func `a page is families of help, type and samples`() {
        let lanes = [("acme", 3.0), (".", 0)].map { Family.Sample($0.1, [Family.Label("lane", $0.0)]) }
        let page = TextFormat.page([
            Family("drop_queue", "What waits.", .gauge, lanes),
            Family("drop_done_total", "What is done.", .counter, [Family.Sample(1.5)]),
            Family("drop_none", "Nothing.", .gauge, []),
        ])
        #expect(
            page == """
                # HELP drop_queue What waits.
                # TYPE drop_queue gauge
                drop_queue{lane="acme"} 3
                drop_queue{lane="."} 0
                # HELP drop_done_total What is done.
                # TYPE drop_done_total counter
                drop_done_total 1.5
                # HELP drop_none Nothing.
                # TYPE drop_none gauge

                """)
    }

    @Test func `what would end a line or a value is escaped`() {
        let sample = Family.Sample(
            1, [Family.Label("a", "say \"hi\"\\\n"), Family.Label("b", "größe\r"), Family.Label("c", "")])
        let page = TextFormat.page([Family("x", "a \"b\" \\ c\nd", .gauge, [sample])])
        #expect(
            page == "# HELP x a \"b\" \\\\ c\\nd\n# TYPE x gauge\n"
                + "x{a=\"say \\\"hi\\\"\\\\\\n\",b=\"größe\r\",c=\"\"} 1\n")
    }

    struct Number: Sendable {
        var value: Double
        var text: String
    }

    private static let numbers = [
        Number(value: 0, text: "0"), Number(value: -3, text: "-3"), Number(value: 0.005, text: "0.005"),
        Number(value: 1_795_597_654.455, text: "1795597654.455"), Number(value: 1e-7, text: "1e-07"),
        Number(value: 9_007_199_254_740_992, text: "9007199254740992.0"), Number(value: 1e300, text: "1e+300"),
        Number(value: .infinity, text: "+Inf"), Number(value: -.infinity, text: "-Inf"),
        Number(value: .nan, text: "NaN"),
    ]

    @Test(arguments: numbers)
    func `numbers are written as Go reads them`(number: Number) {
        #expect(TextFormat.number(number.value) == number.text)
        if !number.value.isNaN, number.value.isFinite { #expect(Double(number.text) == number.value) }
    }

    @Test func `buckets are cumulative, a bound belongs to its bucket, and what is no number is not counted`() {
        var buckets = Buckets([0.1, 1, 10])
        for value in [0.05, 0.1, 0.11, 1, 10, 10.5, 1e9, .nan] { buckets.observe(value) }
        let page = TextFormat.page([
            Family("t_seconds", "Time.", .histogram, buckets.samples([Family.Label("lane", "a")]))
        ])
        #expect(
            page == """
                # HELP t_seconds Time.
                # TYPE t_seconds histogram
                t_seconds_bucket{lane="a",le="0.1"} 2
                t_seconds_bucket{lane="a",le="1"} 4
                t_seconds_bucket{lane="a",le="10"} 5
                t_seconds_bucket{lane="a",le="+Inf"} 7
                t_seconds_sum{lane="a"} 1000000021.76
                t_seconds_count{lane="a"} 7

                """)
    }
}
