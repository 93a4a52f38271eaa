// SPDX-License-Identifier: Apache-2.0

import Testing

/// The reader that judges the daemon's page: it reads what is good and refuses what is not.
struct ExpositionParserTests {
    private static let gauge = "# HELP g A gauge.\n# TYPE g gauge\n"
    private static let histogram = "# HELP h A histogram.\n# TYPE h histogram\n"
    private static let whole = histogram + "h_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 3\nh_sum 9.5\nh_count 3\n"

    @Test func `it reads what is good`() throws {
        let text = Self.gauge + "g{a=\"x \\\"y\\\" \\\\ \\n}\",b=\"\"} -1.5e+3\ng 0\n" + Self.whole
        let page = try ExpositionParser(text)
        #expect(page.value("g", ["a": "x \"y\" \\ \n}", "b": ""]) == -1500)
        #expect(page.value("g") == 0)
        #expect(page.value("h_bucket", ["le": "1"]) == 2)
        #expect(page.families["h"] == ExpositionParser.Family(kind: "histogram", help: "A histogram."))
        #expect(try ExpositionParser(Self.gauge).values.isEmpty)
    }

    @Test(arguments: [
        "", "g 1", gauge + "g 1", "g 1\n", "# TYPE g gauge\n", "# HELP g A.\n", "# HELP g A.\n# HELP g A.\n",
        "# HELP g A.\n# TYPE h gauge\n", "# HELP g A.\n# TYPE g number\n", "# a comment\n", gauge + gauge,
        gauge + "h 1\n", gauge + "g  1\n", gauge + "g\n", gauge + "g one\n", gauge + "g 1 1795597654\n",
        gauge + "g 1\n\n", gauge + "g 1\r\n", gauge + "g 0x1\n", gauge + "g NaN\n", gauge + "g 1\ng 2\n",
        gauge + "g{} 1\n", gauge + "g{a=\"1\",} 1\n", gauge + "g{a=\"1\" } 1\n", gauge + "g{a=1} 1\n",
        gauge + "g{a=\"1} 1\n", gauge + "g{a=\"\\t\"} 1\n", gauge + "g{1a=\"1\"} 1\n", gauge + "g{a-b=\"1\"} 1\n",
        gauge + "g{a=\"1\",a=\"2\"} 1\n", gauge + "g{__name__=\"1\"} 1\n", gauge + "g{a=\"\"\"} 1\n",
        gauge + "1g 1\n", "# HELP g a\\b\n# TYPE g gauge\n", "# HELP c C.\n# TYPE c counter\nc -1\n",
        histogram, histogram + "h 1\n", histogram + "h_bucket{le=\"1\"} 2\nh_sum 1\nh_count 2\n",
        whole.replacing("le=\"1\"} 2", with: "le=\"1\"} 4"), whole.replacing("h_count 3", with: "h_count 2"),
        whole.replacing("h_sum 9.5\n", with: ""), whole.replacing("h_sum", with: "h_sum{le=\"1\"}"),
        whole.replacing("le=\"1\"", with: "le=\"one\""), whole.replacing("{le=\"1\"}", with: ""),
    ])
    func `it refuses what is not`(text: String) {
        #expect(throws: ExpositionParser.Bad.self) { try ExpositionParser(text) }
    }
}
