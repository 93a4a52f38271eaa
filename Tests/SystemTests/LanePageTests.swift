// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// `index.html` in the folders of results.
@Suite(.watched, .timeLimit(.minutes(5)))
struct LanePageTests {
    /// Waits until a page says all of that.
    private static func page(_ path: String, in spool: TestSpool, says words: [String]) async throws -> String {
        while true {
            let page = (try? spool.text(path)) ?? ""
            if words.allSatisfy(page.contains) { return page }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func `each lane has a page of what came back, also after a restart`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let prices = ["--prices", "nano-banana-pro = 0.12"]
                try await spool.withDaemon(base, prices) { daemon in
                    try spool.drop(TestSpool.request("\"on <b>marble</b>\""), as: "acme/hero.yaml")
                    try spool.drop("promt: x\n", as: "acme/wrong.yaml")
                    try spool.drop("name,prompt,image\na,x,https://a.b/a.png\n", as: "acme/table.csv")
                    for job in ["hero", "wrong", "table"] { #expect(await daemon.result(of: "acme/\(job)") != nil) }
                    let page = try await Self.page(
                        "done/acme/index.html", in: spool,
                        says: [
                            "href=\"./hero\"", "src=\"./hero/hero-1.png\"", "bottle.png",
                            "on &lt;b&gt;marble&lt;/b&gt;",
                            "Charged: 1 submit (0.12).", "href=\"../../failed/acme/wrong\"", "invalid-request",
                            "href=\"./table/index.html\"",
                        ])
                    #expect(!page.contains("<b>"))
                }
                try await spool.withDaemon(base, prices) { daemon in
                    try spool.drop(TestSpool.request("cup"), as: "acme/cup.yaml")
                    #expect(await daemon.result(of: "acme/cup") != nil)
                }
                // The last word of a calm stop.
                let page = try spool.text("done/acme/index.html")
                #expect(page.contains("href=\"./cup\"") && page.contains("href=\"./hero\""))
                #expect(!FileManager.default.fileExists(atPath: spool.done.path + "/index.html"), "nothing came there")
            }
        }
    }

    @Test func `without pages for browsers there is none`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--status-page", "false"]) { daemon in
                    try spool.drop(TestSpool.request("hero"), as: "acme/hero.yaml")
                    #expect(await daemon.result(of: "acme/hero") != nil)
                }
                let names = try FileManager.default.contentsOfDirectory(atPath: spool.done.path + "/acme")
                #expect(names == ["hero"])
            }
        }
    }
}
