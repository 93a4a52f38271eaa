// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// `again`: another round that is paid for, beside the old result, which stays.
@Suite(.watched, .timeLimit(.minutes(15)))
struct AgainTests {
    private static let table = "name,prompt,image\nred,one,https://a.b/1.png\nblue,two,https://a.b/2.png\n"

    @Test func `each round is paid for and comes beside the ones before it, with the same request or another prompt`()
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--repeats", "hold"]) { daemon in
                    try spool.drop("prompt: as the {kind|request} {{says}\n", as: "acme/_defaults.yaml")
                    try spool.drop(
                        "images: https://a.b/c.png\nmodel: nano-banana-pro\nimage_size: 4K\naspect_ratio: 16:9\n"
                            + "variants: 2\nmeta: {sku: A-1}\n", as: "acme/hero.yaml")
                    #expect(await daemon.line(containing: "Done job=acme/hero") != nil)
                    let before = try spool.data("done/acme/hero/result.json")
                    // What the lane supplies by now is not what was sent.
                    try spool.drop("prompt: something else\n", as: "acme/_defaults.yaml")
                    let again = ["again", "--spool", spool.root.path, "--wait"]
                    for (number, name) in [(2, "acme/hero"), (3, "acme/hero-2"), (4, "done/acme/hero")] {
                        let result = try await Program.run(again + [name])
                        #expect(result.code == 0, "\(result.errors)")
                        let folder = spool.done.resolvingSymlinksInPath().appendingPathComponent("acme/hero-\(number)")
                        #expect(
                            result.output.split(separator: "\n").map(String.init).sorted()
                                == (1...2).map { folder.appendingPathComponent("hero-\($0).png").path })
                        #expect(simulator.ledger.snapshot.paid("as the request {says}") == 2 * number)
                    }
                    let result = try await Program.run(again + ["acme/hero", "--prompt", "on \"white\" marble"])
                    #expect(result.code == 0, "\(result.errors)")
                    #expect(simulator.ledger.snapshot.paid("on \"white\" marble") == 2)
                    #expect(try spool.data("done/acme/hero/result.json") == before)
                }
                for folder in ["hero-2", "hero-5"] {
                    let summary = try spool.json("done/acme/\(folder)/result.json")
                    let request = try #require(summary["request"] as? [String: Any])
                    #expect(request["image_size"] as? String == "4K")
                    #expect(request["aspect_ratio"] as? String == "16:9")
                    #expect((summary["meta"] as? [String: String]) == ["sku": "A-1"])
                }
            }
        }
    }

    @Test func `a request that is dropped into the folder again is paid for again, and comes beside the old result`()
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let published = spool.root.appendingPathComponent("published")
                try FileManager.default.createDirectory(at: published, withIntermediateDirectories: true)
                let share = ["--publish-directory", published.path, "--publish-base-url", "https://pictures.example/x"]
                try await spool.withDaemon(base, ["--repeats", "hold"] + share) { daemon in
                    func isDone(_ job: String) async {
                        #expect(await daemon.result(of: job)?.contains(" Done ") == true)
                    }
                    try spool.drop("prompt: softer in {lane}\n", as: "acme/_defaults.yaml")
                    try spool.drop(PNGFile.small, as: "acme/pics/bottle.png")
                    try spool.drop("images: pics/bottle.png\n", as: "acme/hero.yaml")
                    await isDone("acme/hero")
                    let before = try spool.data("done/acme/hero/result.json")
                    // As it was, and then with other words: the picture lies where it lay, and the lane's defaults hold.
                    try spool.drop("images: pics/bottle.png\n", as: "acme/again/hero.yaml")
                    _ = await daemon.line {
                        $0.contains("Done job=acme/again/hero ") && $0.contains("done/acme/hero-2")
                    }
                    try spool.drop("prompt: harder\nimages: pics/bottle.png\n", as: "acme/Again/hero.yaml")
                    _ = await daemon.line {
                        $0.contains("Done job=acme/Again/hero ") && $0.contains("done/acme/hero-3")
                    }
                    #expect(simulator.ledger.snapshot.paid("softer in acme") == 2)
                    #expect(simulator.ledger.snapshot.paid("harder") == 1)
                    #expect(try spool.data("done/acme/hero/result.json") == before)
                    // One that fails lies beside the others, too.
                    try spool.drop("promt: x\n", as: "again/wrong.yaml")
                    #expect(await daemon.result(of: "again/wrong")?.contains(" Failed ") == true)
                    #expect(spool.places(of: "wrong.yaml") == ["failed/wrong/wrong.yaml"])
                    // A whole table, and a picture where that is a request.
                    try spool.drop(Self.table, as: "catalog.csv")
                    await isDone("catalog")
                    try spool.drop(Self.table, as: "again/catalog.csv")
                    await isDone("again/catalog")
                    try spool.drop("pictures: each\nprompt: on white\n", as: "shop/_defaults.yaml")
                    try spool.drop(PNGFile.small, as: "shop/cup.png")
                    await isDone("shop/cup")
                    try spool.drop(PNGFile.small, as: "shop/again/cup.png")
                    await isDone("shop/again/cup")
                    let refused = try await Program.run(["again", "--spool", spool.root.path, "shop/cup"])
                    #expect(refused.code == 65)
                    let advice = "shop/cup was a picture alone; drop the picture into a folder `again` in its lane"
                    #expect(refused.errors.contains { $0.contains(advice) }, "\(refused.errors)")
                    #expect(simulator.ledger.snapshot.paid("one") == 2)
                    #expect(simulator.ledger.snapshot.paid("on white") == 2)
                }
                let names = spool.names(in: spool.done.appendingPathComponent("acme"))
                #expect(names == ["hero", "hero-2", "hero-3"])
                #expect(spool.names(in: spool.done) == ["acme", "catalog", "catalog-2", "shop"])
                #expect(spool.names(in: spool.done.appendingPathComponent("shop")) == ["cup", "cup-2"])
            }
        }
    }

    @Test func `of a batch it sends single rows, or all of it`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--repeats", "hold"]) { daemon in
                    try spool.drop(Self.table, as: "catalog.csv")
                    #expect(await daemon.result(of: "catalog") != nil)
                    let again = ["again", "--spool", spool.root.path, "--wait", "catalog"]
                    var result = try await Program.run(again + ["--part", "2"])
                    #expect(result.code == 0, "\(result.errors)")
                    #expect(simulator.ledger.snapshot.paid("two") == 2)
                    #expect(spool.names(in: spool.done) == ["catalog", "catalog-002-blue"])
                    result = try await Program.run(again + ["--part", "1", "2", "--prompt", "three"])
                    #expect(result.code == 0, "\(result.errors)")
                    #expect(simulator.ledger.snapshot.paid("three") == 2)
                    result = try await Program.run(again)
                    #expect(result.code == 0, "\(result.errors)")
                    #expect(simulator.ledger.snapshot.paid("one") == 2)
                    #expect(simulator.ledger.snapshot.paid("two") == 3)
                    #expect(spool.names(in: spool.done).contains("catalog-2"))
                }
            }
        }
    }

    struct Refusal: Sendable {
        var arguments: [String]
        var code: Int32
        var words: String
    }

    static let refusals = [
        Refusal(arguments: ["nobody"], code: 66, words: "nobody is neither in done/ nor in failed/"),
        Refusal(arguments: ["../inbox/hero"], code: 66, words: "is neither in done/ nor in failed/"),
        Refusal(arguments: ["hero", "--part", "1"], code: 65, words: "hero is no batch, so it has no parts"),
        Refusal(arguments: ["catalog", "--part", "3"], code: 65, words: "catalog has no part 3: its 2 parts"),
        Refusal(arguments: ["catalog", "--prompt", "x"], code: 65, words: "say with --part which of them"),
        Refusal(arguments: ["typo"], code: 65, words: "typo was never read as a request"),
        Refusal(arguments: ["hero", "--prompt", " "], code: 65, words: "`prompt` is empty"),
        Refusal(arguments: ["hero", "nobody"], code: 66, words: "nobody is neither in done/ nor in failed/"),
        Refusal(arguments: ["hero", "done/hero"], code: 64, words: "two of them would be called hero.json"),
        Refusal(arguments: ["catalog", "--part", "2", "2"], code: 64, words: "would be called catalog-002-blue.json"),
        Refusal(arguments: ["shop/one"], code: 65, words: "supplies what it had left out"),
        Refusal(arguments: ["hero", "--timeout", "3s"], code: 64, words: "--timeout works only with --wait"),
    ]

    @Test func `what cannot be sent again is said, and nothing is dropped then`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("good"), as: "hero.yaml")
                    try spool.drop(Self.table, as: "catalog.csv")
                    try spool.drop("promt: wrong\n", as: "typo.yaml")
                    try spool.drop(TestSpool.request("sized"), as: "shop/one.yaml")
                    for job in ["hero", "catalog", "typo", "shop/one"] {
                        #expect(await daemon.result(of: job) != nil)
                    }
                }
                try spool.drop("model: nano-banana-pro\nimage_size: 4K\n", as: "shop/_defaults.yaml")
                for refusal in Self.refusals {
                    let result = try await Program.run(["again", "--spool", spool.root.path] + refusal.arguments)
                    #expect(result.code == refusal.code, "\(refusal.arguments)")
                    #expect(result.errors.contains { $0.contains(refusal.words) }, "\(result.errors)")
                    #expect(spool.names(in: spool.inbox) == ["shop"])
                    #expect(spool.names(in: spool.inbox.appendingPathComponent("shop")) == ["_defaults.yaml"])
                }
            }
        }
    }

    @Test func `what still waits under that name is not replaced`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("good"), as: "hero.yaml")
                    #expect(await daemon.line(containing: "Done job=hero") != nil)
                }
                let again = ["again", "--spool", spool.root.path, "hero"]
                #expect(try await Program.run(again).output == "hero\n")
                let result = try await Program.run(again)
                #expect(result.code == 73)
                #expect(result.errors.contains { $0.contains("has not been taken yet") }, "\(result.errors)")
            }
        }
    }
}
