// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// Failed parts of a batch are corrected while the batch stays where it is.
@Suite(.watched, .timeLimit(.minutes(10)))
struct RetryPartTests {
    private static let link = "https://example.com/bottle.png"
    private static let table =
        "sep=;\nName;Prompt;Image;Aspect ratio;meta.sku\nodd;one;\(link)?key=s3cret;7:5;=1\nred;two;\(link);;2\n"
        + "lost;[fault:poll=error];\(link);;3\n"

    /// Drops the table, of which the first row has a mistake and the last is charged and fails.
    private static func fail(_ spool: TestSpool, _ daemon: Program) async throws {
        try spool.drop(table, as: "acme/catalog.csv")
        #expect(await daemon.result(of: "acme/catalog")?.contains(" Failed ") == true)
    }

    @Test func `the rows that failed and cost nothing lie beside the batch, to be corrected and dropped`()
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try await Self.fail(spool, daemon)
                    let rows = try spool.text("failed/acme/catalog/catalog-failed.csv")
                    let lines = Self.table.split(separator: "\n").prefix(3).joined(separator: "\n") + "\n"
                    #expect(rows == "\u{FEFF}" + lines)
                    try spool.drop(rows.replacing("7:5", with: "4:5"), as: "acme/catalog-failed.csv")
                    #expect(await daemon.result(of: "acme/catalog-failed")?.contains(" Done ") == true)
                }
                #expect(spool.names(in: spool.failed.appendingPathComponent("acme")) == ["catalog"])
                #expect(spool.names(in: spool.done.appendingPathComponent("acme")) == ["catalog-failed"])
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
                #expect(simulator.ledger.snapshot.paid == 3)
                // As a part of the folder it asks for nothing, however slowly the folder is copied.
                let back = spool.inbox.appendingPathComponent("acme/catalog")
                try FileManager.default.createDirectory(at: back, withIntermediateDirectories: true)
                for name in ["batch.csv", "catalog-failed.csv"] {
                    try FileManager.default.copyItem(
                        at: spool.failed.appendingPathComponent("acme/catalog/\(name)"),
                        to: back.appendingPathComponent(name))
                }
                _ = try await spool.withDaemon(base) { _ in
                    try await spool.leavesAlone(["acme/catalog/batch.csv", "acme/catalog/catalog-failed.csv"])
                }
                #expect(simulator.ledger.snapshot.paid == 3)
            }
        }
    }

    @Test func `single parts are sent again, also with another prompt, and the batch stays`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try await Self.fail(spool, daemon)
                    let retry = ["retry", "--spool", spool.root.path, "acme/catalog"]
                    // A new charge has to be wanted, and a refusal changes nothing.
                    let request = try spool.data("failed/acme/catalog/003-lost/003-lost.json")
                    var result = try await Program.run(retry + ["--part", "3", "--prompt", "three"])
                    #expect(result.code == 65)
                    #expect(result.errors.contains { $0.contains("--accept-charge") }, "\(result.errors)")
                    #expect(try spool.data("failed/acme/catalog/003-lost/003-lost.json") == request)
                    result = try await Program.run(retry + ["--part", "3", "--prompt", "three", "--accept-charge"])
                    #expect(result.code == 0, "\(result.errors)")
                    #expect(result.output.hasPrefix("acme/catalog/003-lost: put back; sends 1 submit of a changed"))
                    #expect(await daemon.line(containing: " Done job=acme/catalog/003-lost ") != nil)
                }
                #expect(simulator.ledger.snapshot.paid("three") == 1)
                #expect(simulator.ledger.snapshot.paid("two") == 1)
                let folder = spool.failed.appendingPathComponent("acme/catalog")
                #expect(spool.names(in: folder).filter { $0.hasPrefix("0") } == ["001-odd", "002-red"])
                #expect(spool.names(in: spool.done.appendingPathComponent("acme")) == ["003-lost"])
                #expect(spool.places(of: "003-lost.json") == ["done/acme/003-lost/003-lost.json"])
            }
        }
    }

    struct Refusal: Sendable {
        var arguments: [String]
        var code: Int32
        var words: String
    }

    static let refusals = [
        Refusal(arguments: ["acme/catalog", "--part", "9"], code: 65, words: "has no part 9 in its folder"),
        Refusal(arguments: ["acme/catalog", "--part", "2"], code: 65, words: "002-red has not failed"),
        Refusal(arguments: ["acme/catalog", "--part", "1", "2"], code: 65, words: "002-red has not failed"),
        Refusal(arguments: ["acme/nobody", "--part", "1"], code: 66, words: "is not in failed/"),
        Refusal(arguments: ["acme/typo", "--part", "1"], code: 65, words: "is no batch, so it has no parts"),
        Refusal(arguments: ["acme/catalog", "--prompt", "x"], code: 64, words: "--prompt needs --part"),
        Refusal(arguments: ["acme/catalog", "--part", "1", "--prompt", " "], code: 65, words: "--prompt is empty"),
    ]

    @Test func `what cannot be sent again is said, and nothing is moved then`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try await Self.fail(spool, daemon)
                    try spool.drop("promt: x\n", as: "acme/typo.yaml")
                    #expect(await daemon.result(of: "acme/typo") != nil)
                }
                for refusal in Self.refusals {
                    let result = try await Program.run(["retry", "--spool", spool.root.path] + refusal.arguments)
                    #expect(result.code == refusal.code, "\(refusal.arguments)")
                    #expect(result.errors.contains { $0.contains(refusal.words) }, "\(result.errors)")
                }
                let parts = spool.names(in: spool.failed.appendingPathComponent("acme/catalog"))
                #expect(parts.count { $0.hasPrefix("0") } == 3)
                #expect(spool.names(in: spool.inbox.appendingPathComponent("acme")) == [])
            }
        }
    }
}
