// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import NanoBananaSimulator
@testable import TestSupport

@Suite(.idleLimit) struct WireTests {
    private static let start = 1_777_968_682.0

    private func api(_ change: (inout SimulatorConfiguration) -> Void = { _ in }) -> SimulatedAPI {
        var configuration = SimulatorConfiguration()
        change(&configuration)
        return SimulatedAPI(configuration)
    }

    private func json(_ reply: Reply) throws -> SimulatorClient.Answer {
        guard case .json(let status, let text, _) = reply else { throw SimulatorClient.NoPicture() }
        return .init(status: UInt(status), headers: [:], body: [UInt8](text.utf8))
    }

    @Test func `a task is submitted, asked for, and its picture fetched`() async throws {
        try await withSimulator { _, base in
            let client = SimulatorClient(base: base)
            let submitted = try await client.submit("a red bottle")
            #expect(submitted.status == 200)
            #expect(submitted.headers["content-type"]?.hasPrefix("application/json") == true)
            let id = try submitted.decoded(Submitted.self).data.task_id
            #expect(UUID(uuidString: id) != nil)
            let report = try await client.poll(id)
            #expect(report.status == 200)
            let image = try #require(try report.decoded(Report.self).data.data.images.first)
            #expect(image == Image(url: "\(base)/pictures/\(id)/1/output.png", file_name: "output.png"))
            var stranger = client
            stranger.key = nil
            let picture = try await stranger.get(image.url)
            #expect(picture.status == 200)
            #expect(picture.headers["content-type"] == "image/png")
            #expect(picture.headers["content-length"] == "\(picture.body.count)")
            #expect(picture.body.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        }
    }

    @Test(arguments: [
        (0.0, "pending", "0"), (1.9, "pending", "0"), (2.0, "running", "1"), (7.9, "running", "1"),
        (8.0, "succeeded", "3"), (1_000.0, "succeeded", "3"),
    ])
    func `a task of eight seconds passes through its states`(after: Double, state: String, status: String) throws {
        let api = api { $0.workTime = .seconds(8)...(.seconds(8)) }
        let submitted = try json(api.submit(Submit().body, key: "k", base: "http://b", now: Self.start).reply)
        let id = try submitted.decoded(Submitted.self).data.task_id
        let report = try json(api.poll(id, key: "k", base: "http://b", now: Self.start + after)).decoded(Report.self)
        #expect(report.code == 200 && report.msg == "success")
        #expect(report.data.task_id == id && report.data.action == "generate" && report.data.msg == "")
        #expect(report.data.state == state && report.data.status == status)
        #expect(report.data.create_time == "1777968682")
        #expect(report.data.update_time == (state == "succeeded" ? "1777968690" : "1777968682"))
        #expect(report.data.data.images.count == (state == "succeeded" ? 1 : 0))
    }

    @Test func `the answers have the fields that are seen on the wire and no others`() throws {
        let api = api()
        let submitted = try json(api.submit(Submit().body, key: "k", base: "", now: Self.start).reply)
        #expect(try submitted.object().keys.sorted() == ["code", "data", "msg"])
        #expect((try submitted.object()["data"] as? [String: Any])?.keys.sorted() == ["task_id"])
        let id = try submitted.decoded(Submitted.self).data.task_id
        let task = try json(api.poll(id, key: "k", base: "", now: Self.start)).object()["data"] as? [String: Any]
        #expect(
            task?.keys.sorted() == [
                "action", "create_time", "data", "msg", "state", "status", "task_id", "update_time",
            ])
        #expect((task?["data"] as? [String: Any])?.keys.sorted() == ["description", "images"])
    }

    @Test(arguments: [1, 3]) func `the pictures may come straight away, without a task`(count: Int) async throws {
        var configuration = SimulatorConfiguration()
        configuration.straightAway = true
        configuration.picturesPerTask = count
        try await withSimulator(configuration) { simulator, base in
            struct Straight: Decodable {
                struct Content: Decodable { var images: [Image] }
                var data: Content
            }
            let client = SimulatorClient(base: base)
            let images = try await client.submit("at once").decoded(Straight.self).data.images
            #expect(Set(images.map(\.url)).count == count)
            for image in images { #expect(try await client.get(image.url).status == 200) }
            #expect(simulator.ledger.snapshot.paid("at once") == 1)
            #expect(simulator.ledger.snapshot.maxUnderWay == 0)
        }
    }

    @Test func `a task may give several pictures, each of its own`() async throws {
        var configuration = SimulatorConfiguration()
        configuration.picturesPerTask = 3
        try await withSimulator(configuration) { _, base in
            let client = SimulatorClient(base: base)
            let images = try await client.poll(client.task("three")).decoded(Report.self).data.data.images
            var bodies: Set<[UInt8]> = []
            for image in images { bodies.insert(try await client.get(image.url).body) }
            #expect(images.count == 3 && bodies.count == 3)
        }
    }

    @Test func `each body is kept byte for byte`() async throws {
        try await withSimulator { simulator, base in
            let body = Array(#"{ "prompt":"ü\u00fc", "model":"nano-banana","image_urls":["http://a/b"]}"#.utf8)
            _ = try await SimulatorClient(base: base).post("/api/gemini/nano-banana-edit", body)
            #expect(simulator.ledger.submitBodies == [body])
            #expect(simulator.ledger.snapshot.paid("üü") == 1)
        }
    }

    @Test(arguments: ["/samples/bottle.png", "/samples/shoe.png", "/samples/lamp.png"])
    func `there are sample inputs`(path: String) async throws {
        try await withSimulator { _, base async throws in
            let client = SimulatorClient(base: base)
            #expect(try await client.get(path).body.starts(with: [0x89, 0x50, 0x4E, 0x47]))
            #expect(try await client.get("/samples/other.png").status == 404)
            #expect(try await client.get("/").text.contains(path.dropFirst("/samples/".count)))
        }
    }

    @Test func `a port that is taken is told to whoever waits for the address`() async throws {
        try await withSimulator { _, base in
            var configuration = SimulatorConfiguration()
            configuration.port = try #require(URL(string: base)?.port)
            let taken = configuration
            await #expect(throws: (any Error).self) { try await withSimulator(taken) { _, _ in } }
        }
    }
}
