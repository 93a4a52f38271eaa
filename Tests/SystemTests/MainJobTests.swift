// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NanoBananaSimulator
import Testing

/// What a user gets: requests in, pictures out.
@Suite(.watched, .timeLimit(.minutes(15)))
struct MainJobTests {
    struct Case: Sendable {
        var name: String
        var content: String
        var ratio = "1:1"
    }

    private static let ratios = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]

    private static func cases(_ base: String) -> [Case] {
        let one = "\(base)/samples/bottle.png"
        let ten = (1...10).map { "\"\(one)?\($0)\"" }.joined(separator: ",")
        var cases = [
            Case(name: "json-one.json", content: #"{"prompt":"json one","image_url":"\#(one)"}"#),
            Case(name: "json-ten.json", content: #"{"prompt":"json ten","image_urls":[\#(ten)]}"#),
            Case(name: "yaml-ten.yml", content: "prompt: yaml ten\nurls: [\(ten)]\n"),
            Case(name: "crlf.yaml", content: "prompt: crlf\r\nimage: \(one)\r\n"),
            Case(name: "bom.json", content: "\u{FEFF}{\"prompt\":\"bom\",\"url\":\"\(one)\"}"),
            Case(name: "windows.yaml.txt", content: "prompt: windows\nurl: \(one)\n"),
            Case(name: "auto.yaml", content: "prompt: auto\nurl: \(one)\naspect_ratio: auto\n"),
            Case(name: "empty.yaml", content: "prompt: adapted\nurl: \(one)\naspect_ratio: \"\"\n"),
        ]
        for ratio in ratios {
            for size in ["", "1K", "2K", "4k"] {
                let name = "pro-\(ratio.replacing(":", with: "x"))-\(size)"
                let content = "prompt: \(name)\nurl: \(one)\naspect_ratio: \(ratio)\n"
                let more = size.isEmpty ? "" : "image_size: \(size)\n"
                cases.append(
                    Case(name: "\(name).yaml", content: content + "model: nano-banana-pro\n" + more, ratio: ratio))
            }
            let name = "flash-\(ratio.replacing(":", with: "x"))"
            let content = #"{"prompt":"\#(name)","url":"\#(one)","aspect_ratio":"\#(ratio)","model":"nano-banana"}"#
            cases.append(Case(name: "\(name).json", content: content, ratio: ratio))
        }
        return cases
    }

    @Test func `every ratio and size of both models comes back as the design lays it out`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let cases = Self.cases(base)
                try await spool.withDaemon(base, ["--max-in-flight", "16"]) { daemon in
                    for item in cases { try spool.drop(item.content, as: item.name) }
                    for item in cases {
                        let stem = item.name.prefix { $0 != "." }
                        let line = await daemon.result(of: String(stem))
                        #expect(line?.contains("Done") == true, "\(line ?? "the daemon ended")")
                    }
                }
                for item in cases { try await Self.check(item, spool) }
                #expect(simulator.ledger.snapshot.paid == cases.count)
                #expect(simulator.ledger.snapshot.paidMoreThanOnce == [])
                #expect(spool.names(in: spool.processing) == [])
                #expect(spool.names(in: spool.inbox) == [])
            }
        }
    }

    private static func check(_ item: Case, _ spool: TestSpool) async throws {
        let stem = String(item.name.prefix { $0 != "." })
        let files = ["\(stem)-1.png", item.name, "journal.jsonl", "response.json", "result.json"].sorted()
        #expect(spool.names(in: spool.done.appendingPathComponent(stem)) == files)
        #expect(try spool.data("done/\(stem)/\(item.name)") == Data(item.content.utf8))
        let result = try spool.json("done/\(stem)/result.json")
        #expect(result["outcome"] as? String == "done")
        #expect(result["charged"] as? String == "yes")
        let response = try spool.json("done/\(stem)/response.json")
        let task = (response["data"] as? [String: Any])?["task_id"] as? String
        let variants = result["variants"] as? [[String: Any]]
        #expect(variants?.first?["task_id"] as? String == task)
        let png = Array(try spool.data("done/\(stem)/\(stem)-1.png"))
        #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        let (width, height) = (number(png[16..<20]), number(png[20..<24]))
        let ratio = item.ratio.split(separator: ":").compactMap { Int($0) }
        #expect(width * ratio[1] == height * ratio[0], "\(width)x\(height) is not \(item.ratio)")
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    @Test(arguments: [false, true])
    func `response.json is byte for byte what the API said last`(straightAway: Bool) async throws {
        var configuration = SimulatorConfiguration()
        configuration.straightAway = straightAway
        try await withSimulator(configuration) { _, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base) { daemon in
                    try spool.drop(TestSpool.request("umlaut ä 余额 \\ /"), as: "a.yaml")
                    #expect(await daemon.line(containing: "Done") != nil)
                }
                let saved = try spool.text("done/a/response.json")
                let data = try spool.json("done/a/response.json")["data"] as? [String: Any]
                if straightAway {
                    let images = data?["images"] as? [[String: Any]]
                    let url = images?.first?["url"] as? String ?? ""
                    let expected =
                        #"{"code":200,"msg":"success","data":{"images":[{"url":"\#(url)","#
                        + #""file_name":"output.png"}],"description":""}}"#
                    #expect(saved == expected)
                } else {
                    let task = data?["task_id"] as? String ?? ""
                    var request = HTTPClientRequest(url: "\(base)/api/gemini/nano-banana/\(task)")
                    request.headers.add(name: "authorization", value: "k")
                    let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
                    #expect(saved == String(buffer: try await answer.body.collect(upTo: 1 << 20)))
                }
            }
        }
    }

    @Test func `variants are paid one by one and land in one folder`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                try await spool.withDaemon(base, ["--max-in-flight", "2"]) { daemon in
                    try spool.drop(TestSpool.request("four", more: "variants: 4\nmeta: {client: x}\n"), as: "v.yaml")
                    #expect(await daemon.line(containing: "Done") != nil)
                }
                let pictures = (1...4).map { "v-\($0).png" }
                #expect(
                    spool.names(in: spool.done.appendingPathComponent("v")).filter { $0.hasSuffix("png") } == pictures)
                #expect(simulator.ledger.snapshot.paid("four") == 4)
                #expect(simulator.ledger.snapshot.maxUnderWay <= 2)
                let meta = try spool.json("done/v/result.json")["meta"] as? [String: String]
                #expect(meta == ["client": "x"])
            }
        }
    }

    @Test func `three hundred requests moved in at once are each submitted once`() async throws {
        try await withSimulator { simulator, base in
            try await TestSpool.with { spool in
                let options = ["--max-in-flight", "32", "--log-level", "warning"]
                let daemon = try spool.run(base, options)
                let many = spool.root.appendingPathComponent("many")
                try FileManager.default.createDirectory(at: many, withIntermediateDirectories: true)
                for number in 0..<300 {
                    let content = Data(TestSpool.request("number \(number)").utf8)
                    try content.write(to: many.appendingPathComponent("\(number).yaml"))
                }
                for number in 0..<300 {
                    let name = "\(number).yaml"
                    rename(many.appendingPathComponent(name).path, spool.inbox.appendingPathComponent(name).path)
                }
                await simulator.ledger.wait { $0.fetches >= 300 }
                daemon.send(SIGTERM)
                #expect(await daemon.end() == 0)
                let seen = simulator.ledger.snapshot
                #expect(seen.paid == 300)
                #expect(seen.paidMoreThanOnce == [])
                #expect(seen.maxUnderWay <= 32)
                #expect(seen.maxUnderWay > 8, "the counter sees that many are under way at once")
                // What was being published when the daemon stopped is published at the next start, and nothing is paid.
                let again = try spool.run(base, ["--max-in-flight", "32"])
                // Before it is ready a signal ends it as it ends any program (signal(7)).
                await again.line(containing: "Watching")
                while spool.names(in: spool.processing).count > 0 { try await Task.sleep(for: .milliseconds(20)) }
                again.send(SIGTERM)
                #expect(await again.end() == 0)
                #expect(spool.names(in: spool.done).count == 300)
                #expect(simulator.ledger.snapshot.paid == 300)
            }
        }
    }
}
