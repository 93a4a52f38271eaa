// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// Many requests in one file: what a person gets who drops a spreadsheet.
@Suite(.watched, .timeLimit(.minutes(15)))
struct BatchTests {
    private static let link = "https://example.com/bottle.png"

    struct Form: Sendable, CustomTestStringConvertible {
        var name: String
        var content: Data
        var testDescription: String { name }

        init(_ name: String, _ text: String, _ encoding: String.Encoding = .utf8, mark: [UInt8] = []) {
            self.name = name
            content = Data(mark) + (text.data(using: encoding) ?? Data())
        }
    }

    /// The same three requests, as people and programs write them.
    static let forms: [Form] = [
        Form("comma.csv", "prompt,image,name\nred one,\(link),Red\n\"two, \"\"blue\"\"\",\(link),\nthree,\(link),\n"),
        Form("semicolon.csv", "Name;Prompt;Image 1\r\nRed;red one;\(link)\r\n;two;\(link)\r\n;three;\(link)\r\n"),
        Form(
            "unicode.csv", "prompt\timage\tname\r\nred ü\t\(link)\tRed\r\ntwo\t\(link)\t\r\nthree\t\(link)\t\r\n",
            .utf16LittleEndian, mark: [0xFF, 0xFE]),
        Form(
            "list.json",
            "[\(["one", "two", "three"].map { "{\"prompt\":\"\($0)\",\"url\":\"\(link)\"}" }.joined(separator: ","))]"),
        Form("lines.jsonl", ["one", "two", "three"].map { "{\"prompt\":\"\($0)\",\"url\":\"\(link)\"}\n" }.joined()),
        Form(
            "papers.yaml",
            ["one", "two", "three"].map { "---\nprompt: \"\($0)\"\nimages: [\"\(link)\"]\n" }.joined()),
    ]

    @Test(arguments: forms)
    func `a batch comes back as one folder with a folder for each part`(form: Form) async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(form.content, as: "acme/\(form.name)")
                    let stem = form.name.prefix { $0 != "." }
                    let line = await daemon.result(of: "acme/\(stem)")
                    #expect(line?.contains(" Done ") == true, "\(line ?? "the daemon ended")")
                }
                let stem = String(form.name.prefix { $0 != "." })
                let folder = spool.done.appendingPathComponent("acme/\(stem)")
                let parts = spool.names(in: folder).filter { $0.hasPrefix("0") }
                #expect(parts.count == 3)
                #expect(
                    spool.names(in: folder)
                        == (parts + ["batch.csv", "batch.json", form.name, "index.html", "journal.jsonl"]).sorted())
                #expect(try spool.data("done/acme/\(stem)/\(form.name)") == form.content)
                for part in parts {
                    let names = ["\(part)-1.png", "\(part).json", "journal.jsonl", "response.json", "result.json"]
                    #expect(spool.names(in: folder.appendingPathComponent(part)) == names.sorted())
                    #expect(PNGFile.isWhole(try spool.data("done/acme/\(stem)/\(part)/\(part)-1.png")))
                }
                let summary = try spool.json("done/acme/\(stem)/batch.json")
                #expect(summary["outcome"] as? String == "done")
                #expect(summary["parts_done"] as? Int == 3)
                #expect(summary["submits_charged"] as? Int == 3)
                let table = try spool.text("done/acme/\(stem)/batch.csv").split(separator: "\n")
                #expect(table.count == 4)
                #expect(table[1].contains("\(parts[0]),done,\(parts[0])/\(parts[0])-1.png,yes"))
                #expect(simulator.ledger.snapshot.paid == 3)
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
                #expect(spool.names(in: spool.processing) == [])
            }
        }
    }

    @Test func `a broken row fails alone, and the batch put back goes on with it, paid once each`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    let rows =
                        "prompt,image,aspect_ratio\none,\(Self.link),\ntwo,\(Self.link),7:5\nthree,\(Self.link),1:1\n"
                    try spool.drop(rows, as: "catalog.csv")
                    #expect(await daemon.result(of: "catalog")?.contains(" Failed ") == true)
                }
                let error = try spool.prose("failed/catalog/error.txt")
                #expect(error.contains("1 of the 3 parts of this batch failed; the others are done."))
                #expect(error.contains("Was it charged? Yes: 2 submits."))
                #expect(
                    error.contains("so nothing was sent. catalog.csv, row 3, column \"aspect_ratio\": `aspect_ratio`"))
                #expect(try spool.text("failed/catalog/batch.csv").contains(",two,3,"))
                let own = try spool.prose("failed/catalog/002/error.txt")
                #expect(own.contains("catalog.csv, row 3, column") && own.contains("Was it charged? No."))
                #expect(simulator.ledger.snapshot.paid == 2)

                // Corrected in its own folder, and dragged back.
                let part = try spool.text("failed/catalog/002/002.json")
                try Data(part.replacing("7:5", with: "4:5").utf8)
                    .write(to: spool.failed.appendingPathComponent("catalog/002/002.json"))
                try FileManager.default.moveItem(
                    at: spool.failed.appendingPathComponent("catalog"),
                    to: spool.inbox.appendingPathComponent("catalog"))
                try await spool.withDaemon(base) { daemon in
                    #expect(await daemon.result(of: "catalog")?.contains(" Done ") == true)
                }
                #expect(simulator.ledger.snapshot.paid == 3)
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
                #expect(try spool.json("done/catalog/batch.json")["parts_done"] as? Int == 3)
                #expect(!spool.names(in: spool.done.appendingPathComponent("catalog")).contains("error.txt"))
            }
        }
    }

    @Test func `a row that was cut apart is sent when somebody has looked at it, and not before`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let file = spool.failed.appendingPathComponent("cut/001/001.json")
                func putBack() throws {
                    try FileManager.default.moveItem(
                        at: spool.failed.appendingPathComponent("cut"), to: spool.inbox.appendingPathComponent("cut"))
                }
                try await spool.withDaemon(base) { daemon in
                    try spool.drop("prompt,image\none, softly,\(Self.link)\n", as: "cut.csv")
                    #expect(await daemon.result(of: "cut")?.contains(" Failed ") == true)
                    let next = try spool.prose("failed/cut/001/error.txt")
                    #expect(next.contains("Correct 001.json in this folder, delete its line `as_written`, and put"))
                    let before = daemon.lines.count
                    try putBack()
                    #expect(await daemon.line(containing: "the values in this file may not be what you meant") != nil)
                    #expect(await daemon.line(after: before) { $0.contains(" Failed job=cut ") } != nil)
                }
                #expect(simulator.ledger.snapshot.submits == 0)
                var lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
                lines.removeAll { $0.contains("as_written") }
                let text = lines.joined(separator: "\n").replacing("\"softly\"", with: "\"\(Self.link)\"")
                try Data(text.utf8).write(to: file)
                try putBack()
                try await spool.withDaemon(base) { daemon in
                    #expect(await daemon.result(of: "cut")?.contains(" Done ") == true)
                }
                #expect(simulator.ledger.snapshot.paid == 1)
            }
        }
    }

    @Test func `a part that was taken out goes on alone, and the rest of the batch without it`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    let lost = "[fault:picture=http404x4]"
                    try spool.drop("prompt,image\n\(lost) a,\(Self.link)\n\(lost) b,\(Self.link)\n", as: "two.csv")
                    #expect(await daemon.result(of: "two")?.contains(" Failed ") == true)
                    try FileManager.default.moveItem(
                        at: spool.failed.appendingPathComponent("two/001"),
                        to: spool.inbox.appendingPathComponent("001"))
                    #expect(await daemon.line { $0.contains(" Done job=two/001 ") } != nil)
                    try FileManager.default.moveItem(
                        at: spool.failed.appendingPathComponent("two"), to: spool.inbox.appendingPathComponent("two"))
                    #expect(await daemon.line { $0.contains(" Done job=two ") } != nil)
                }
                #expect(spool.names(in: spool.done) == ["001", "two"])
                #expect(try spool.json("done/two/batch.json")["parts_taken_out"] as? Int == 1)
                #expect(simulator.ledger.snapshot.paid == 2)
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
            }
        }
    }

    static let unreadable: [(name: String, content: String, word: String)] = [
        ("latin.csv", "prompt,image\ncaf\u{E9},x\n", "not UTF-8"), ("quote.csv", "prompt,image\n\"a,b\n", "quote"),
        ("column.csv", "promt,image\na,b\n", "`prompt`"), ("list.json", "[{\"prompt\":", "ends too early"),
    ]

    @Test func `a batch that cannot be read fails as a whole and costs nothing`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    for (name, content, _) in Self.unreadable {
                        let bytes = content.data(using: .isoLatin1) ?? Data()
                        try spool.drop(bytes, as: "\(name.prefix { $0 != "." })/\(name)")
                    }
                    for (name, _, word) in Self.unreadable {
                        let stem = name.prefix { $0 != "." }
                        #expect(await daemon.result(of: "\(stem)/\(stem)")?.contains(" Failed ") == true)
                        #expect(try spool.prose("failed/\(stem)/\(stem)/error.txt").contains(word), "\(name)")
                    }
                }
                #expect(simulator.ledger.snapshot.paid == 0)
            }
        }
    }

    @Test func `a batch of many takes turns with the files beside it`() async throws {
        // Two rows are under way, and no more until the daemon knows of the single file.
        try await withSimulator(SimulatorConfiguration().heldWork) { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--max-in-flight", "2"] + Scraper.options) { daemon in
                    let scraper = try await Scraper(daemon)
                    let rows = (1...120).map { "row \($0),\(Self.link)\n" }.joined()
                    try spool.drop("prompt,image\n" + rows, as: "big.csv")
                    for row in 1...2 { #expect(await daemon.line(containing: "Submitted job=big/00\(row) ") != nil) }
                    try spool.drop(TestSpool.request("single"), as: "single.yaml")
                    // Of files only: no part counts here.
                    _ = try await scraper.page { $0.value("bananadrop_queue_oldest_seconds") ?? 0 > 0 }
                    try await simulator.finishesWork {
                        #expect(await daemon.result(of: "single")?.contains(" Done ") == true)
                        #expect(await daemon.result(of: "big")?.contains(" Done ") == true)
                    }
                    let before = simulator.ledger.submitBodies.prefix {
                        !String(decoding: $0, as: UTF8.self).contains("\"single\"")
                    }
                    #expect(before.count < 60, "the single file did not wait for the batch")
                }
                #expect(simulator.ledger.snapshot.paid == 121)
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
                #expect(try spool.json("done/big/batch.json")["parts_done"] as? Int == 120)
            }
        }
    }

    @Test func `a day's limit holds the parts that are over it, and says so`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--daily-submits", "2"]) { daemon in
                    let rows = (1...4).map { "row \($0),\(Self.link)\n" }.joined()
                    try spool.drop("prompt,image\n" + rows, as: "four.csv")
                    #expect(await daemon.line(containing: "submit limit (daily-submits: 2) is used up") != nil)
                    await simulator.ledger.wait { $0.fetches >= 2 }
                }
                #expect(simulator.ledger.snapshot.paid == 2)
                #expect(spool.names(in: spool.processing).count == 1)
                try await spool.withDaemon(base) { daemon in
                    #expect(await daemon.result(of: "four")?.contains(" Done ") == true)
                }
                #expect(simulator.ledger.snapshot.paid == 4)
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
            }
        }
    }

    @Test func `variants work inside a batch`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop("prompt;image;variants\na;\(Self.link);3\n", as: "v.csv")
                    #expect(await daemon.result(of: "v")?.contains(" Done ") == true)
                }
                let names = spool.names(in: spool.done.appendingPathComponent("v/001")).filter { $0.hasSuffix("png") }
                #expect(names == ["001-1.png", "001-2.png", "001-3.png"])
                #expect(simulator.ledger.snapshot.paid("a") == 3)
            }
        }
    }
}
