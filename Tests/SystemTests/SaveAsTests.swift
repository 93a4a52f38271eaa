// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// Results that are called as somebody needs them, where somebody needs them.
@Suite(.watched, .timeLimit(.minutes(15)))
struct SaveAsTests {
    private static let link = "https://example.com/bottle.png"

    /// What a shop exports, and what stands in the folder for it.
    private static func shop(_ name: String) throws -> String {
        let file = DocumentPage.root.appendingPathComponent("examples/shop/\(name)")
        return try String(contentsOf: file, encoding: .utf8)
    }

    @Test func `a shop's table yields files by article number in one folder, each under a price that was shown before`()
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let prices = ["--prices", "nano-banana-pro = 0.12", "--hold-above", "0.3"]
                try spool.drop(Self.shop("_defaults.yaml"), as: "shop/_defaults.yaml")
                try spool.drop(Self.shop("spring.csv"), as: "shop/spring.csv")
                // What it will cost, before anything is dropped where a daemon runs.
                let check = try await Program.run(
                    ["check", "--spool", spool.root.path] + prices + [spool.inbox.path + "/shop/spring.csv"])
                let shown = check.output + check.errors.joined()
                #expect(check.code == 0)
                #expect(shown.contains("would cost 0.36") && shown.contains("waits for `approve`"), "\(shown)")
                #expect(shown.contains(#""save_as":"4711_16x9_{n}""#), "\(shown)")
                #expect(shown.contains("spring.csv: image_size, prompt, save_as from "), "\(shown)")
                try await spool.withDaemon(base, prices) { daemon in
                    // Nothing is paid before somebody has seen the price.
                    let page = try await spool.status { !(($0["held"] as? [[String: Any]])?.isEmpty ?? true) }
                    #expect("\(page)".contains("0.36"), "\(page)")
                    #expect(simulator.ledger.snapshot.submits == 0)
                    try spool.put(at: "inbox/shop/spring.approve")
                    #expect(await daemon.result(of: "shop/spring")?.contains(" Done ") == true)
                }
                let folder = "done/shop/spring"
                let names = ["4711_16x9_1.png", "4711_16x9_1-2.png", "4712_1x1_1.png"]
                #expect(
                    spool.names(in: spool.done.appendingPathComponent("shop/spring/delivered")) == names.sorted())
                for name in names { #expect(PNGFile.isWhole(try spool.data("\(folder)/delivered/\(name)"))) }
                let parts = try spool.json("\(folder)/batch.json")["parts"] as? [[String: Any]] ?? []
                #expect(parts.map { $0["pictures"] as? [String] } == [0, 2, 1].map { ["delivered/\(names[$0])"] })
                // It joins with the sheet that it came from.
                let rows = try spool.text("\(folder)/batch.csv").split(separator: "\n")
                #expect(rows[1].hasPrefix("001,done,delivered/4711_16x9_1.png,yes") && rows[1].contains(",2,"))
                #expect(rows[2].contains("4712,the blue lamp,slate"))
                let days = spool.names(in: spool.root.appendingPathComponent("ledger"))
                let lines = try days.flatMap { try spool.text("ledger/\($0)").split(separator: "\n") }
                #expect(lines.count { $0.contains("0.12") } == 3, "\(lines)")
                #expect(simulator.ledger.snapshot.paid == 3 && simulator.ledger.snapshot.paidMoreThanOnce == [])
            }
        }
    }

    @Test func `names stand wherever a result is told of`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try await Receiver.run { receiver in
                    try await spool.withDaemon(base, ["--notify-url", receiver.url, "--notify-events", "all"]) { _ in
                        try spool.drop(
                            TestSpool.request("\"two\"", more: "variants: 2\nsave_as: CON\n"), as: "hero.yaml")
                        let told = try #require(await receiver.post("done", of: "hero"))
                        // Whichever variant is answered first.
                        #expect((told.object["pictures"] as? [String])?.sorted() == ["CON_-2.png", "CON_.png"])
                    }
                }
                let found = spool.names(in: spool.done.appendingPathComponent("hero")).filter { $0.hasSuffix(".png") }
                #expect(found == ["CON_-2.png", "CON_.png"])
                let pictures = try spool.json("done/hero/result.json")["pictures"] as? [[String: Any]] ?? []
                #expect(pictures.compactMap { $0["name"] as? String }.sorted() == found)
            }
        }
    }

    @Test func `a bad name is a mistake of its row, or put right, and leads nowhere`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let long = String(repeating: "x", count: 300)
                let names = ["../../etc/x", "CON", long, " ", "..", ".hidden.png ", "a:b?"]
                let rows = names.map { "p,\(Self.link),\"\($0)\"\n" }.joined()
                try await spool.withDaemon(base) { daemon in
                    try spool.drop("prompt,image,save as\n" + rows, as: "bad.csv")
                    #expect(await daemon.result(of: "bad")?.contains(" Failed ") == true)
                }
                let parts = try spool.json("failed/bad/batch.json")["parts"] as? [[String: Any]] ?? []
                let pictures = parts.map { ($0["pictures"] as? [String])?.first }
                let given = [
                    nil, "002/CON_.png", "003/\(long.prefix(200)).png", "004/004-1.png", nil,
                    "006/_hidden.png", "007/a_b_.png",
                ]
                #expect(pictures == given)
                for name in given.compactMap(\.self) { #expect(PNGFile.isWhole(try spool.data("failed/bad/\(name)"))) }
                #expect(try spool.prose("failed/bad/001/error.txt").contains("it is a name and no place"))
                #expect(try spool.prose("failed/bad/005/error.txt").contains("no name comes of it"))
                #expect(simulator.ledger.snapshot.paid == 5)
            }
        }
    }

    @Test func `each prompt in each ratio is a submit of its own, shown before, counted, and named in the result`()
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let text = """
                    prompt: [in the morning, "at {time}"]
                    aspect_ratio: [1:1, 9:16]
                    image: \(Self.link)
                    save_as: "lamp_{ratio}_{n}"
                    meta: {time: night}

                    """
                let options = ["--prices", "nano-banana-pro = 0.12", "--daily-submits", "3", "--repeats", "hold"]
                let file = spool.root.path + "/lamp.yaml"
                try text.write(toFile: file, atomically: true, encoding: .utf8)
                let check = try await Program.run(["check", "--spool", spool.root.path] + options + [file])
                #expect(check.output.contains("would cost 0.48 for 4 submits"), "\(check)")
                let asked = [
                    ("in the morning", "1:1"), ("in the morning", "9:16"), ("at night", "1:1"), ("at night", "9:16"),
                ]
                for (prompt, ratio) in asked { #expect(check.output.contains(prompt) && check.output.contains(ratio)) }
                // More than a day's limit takes is never begun.
                try await spool.withDaemon(base, options) { daemon in
                    try spool.drop(text, as: "lamp.yaml")
                    _ = try await spool.status { page in
                        page["held_count"] as? Int == 1 || !spool.names(in: spool.failed).isEmpty
                    }
                    #expect(simulator.ledger.snapshot.submits == 0)
                }
            }
            try await TestSpool.with { spool in
                let options = ["--repeats", "hold"]
                let text =
                    "prompt: [a, b]\naspect_ratio: [1:1, 9:16]\nimage: \(Self.link)\nsave_as: \"{ratio}_{n}\"\n"
                try await spool.withDaemon(base, options) { daemon in
                    try spool.drop(text, as: "lamp.yaml")
                    #expect(await daemon.result(of: "lamp")?.contains(" Done ") == true)
                    // The guard knows the whole of it.
                    try spool.drop(text, as: "lamp.yaml")
                    _ = try await spool.status { $0["held_count"] as? Int == 1 }
                }
                #expect(simulator.ledger.snapshot.paid("a") == 2 && simulator.ledger.snapshot.paid("b") == 2)
                let bodies = simulator.ledger.submitBodies.map { String(decoding: $0, as: UTF8.self) }
                for ratio in ["1:1", "9:16"] {
                    #expect(bodies.count { $0.contains("\"aspect_ratio\":\"\(ratio)\"") } == 2, "\(bodies)")
                }
                let variants = try spool.json("done/lamp/result.json")["variants"] as? [[String: Any]] ?? []
                #expect(variants.map { $0["prompt"] as? String } == ["a", "a", "b", "b"])
                for variant in variants {
                    let ratio = (variant["aspect_ratio"] as? String ?? "").replacing(":", with: "x")
                    #expect((variant["pictures"] as? [String])?.first?.hasPrefix(ratio + "_") == true, "\(variants)")
                }
            }
        }
    }

    @Test func `a batch of which a part fails keeps all in its parts, and comes into one folder when it is put back`()
        async throws
    {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try spool.drop("deliver: flat\nsave_as: \"{sku}\"\n", as: "shop/_defaults.yaml")
                let lost = "[fault:picture=http404x4] b"
                let rows = "prompt,image,meta.sku\na,\(Self.link),1\n\(lost),\(Self.link),2\n"
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(rows, as: "shop/two.csv")
                    #expect(await daemon.result(of: "shop/two")?.contains(" Failed ") == true)
                    let failed = spool.failed.appendingPathComponent("shop/two")
                    #expect(!spool.names(in: failed).contains("delivered"))
                    #expect(spool.names(in: failed.appendingPathComponent("001")).contains("1.png"))
                    let before = daemon.lines.count
                    try FileManager.default.moveItem(
                        at: failed, to: spool.inbox.appendingPathComponent("shop/two"))
                    #expect(await daemon.line(after: before) { $0.contains(" Done job=shop/two ") } != nil)
                }
                #expect(
                    spool.names(in: spool.done.appendingPathComponent("shop/two/delivered")) == ["1.png", "2.png"])
                #expect(simulator.ledger.snapshot.paid == 2 && simulator.ledger.snapshot.paidMoreThanOnce == [])
            }
        }
    }

    @Test func `a picture that is a request is not written over, and its result comes back under its own name`()
        async throws
    {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                let folder = spool.root.path + "/public"
                let options = ["--publish-directory", folder, "--publish-base-url", "https://p.example/x"]
                try FileManager.default.createDirectory(
                    at: spool.root.appendingPathComponent("public"), withIntermediateDirectories: true)
                try spool.drop("pictures: each\nprompt: x\nsave_as: \"{name}\"\n", as: "lane/_defaults.yaml")
                try await spool.withDaemon(base, options) { daemon in
                    try spool.drop(PNGFile.small, as: "lane/bottle.png")
                    #expect(await daemon.result(of: "lane/bottle")?.contains(" Done ") == true)
                }
                #expect(try spool.data("done/lane/bottle/bottle.png") == PNGFile.small)
                #expect(PNGFile.isWhole(try spool.data("done/lane/bottle/bottle-2.png")))
            }
        }
    }

    @Test func `the page shows pictures where they have come to`() async throws {
        try await withSimulator { _, base in
            try await TestSpool.with { spool in
                try spool.drop(Self.shop("_defaults.yaml"), as: "shop/_defaults.yaml")
                try await spool.withDaemon(base, try PageVisitor.options(in: spool)) { daemon in
                    try spool.drop(Self.shop("spring.csv"), as: "shop/spring.csv")
                    #expect(await daemon.result(of: "shop/spring")?.contains(" Done ") == true)
                    try await PageVisitor.with(daemon) { visitor in
                        let link = "/file/done/shop/spring/delivered/4711_16x9_1-2.png"
                        for page in ["/job/done/shop/spring", "/job/done/shop/spring/003"] {
                            #expect(try await visitor.ask(page).text.contains(link), "\(page)")
                        }
                        #expect(try await visitor.ask("/gallery").text.contains("delivered/4711_16x9_1.png"))
                        let picture = try await visitor.ask(link)
                        #expect(picture.body == (try spool.data("done/shop/spring/delivered/4711_16x9_1-2.png")))
                    }
                }
            }
        }
    }
}
