// SPDX-License-Identifier: Apache-2.0

import NanoBananaSimulator
import Testing

@testable import TestSupport

/// Each fault as an unrelated client meets it.
@Suite(.idleLimit) struct FaultTests {
    @Test(arguments: [("http400", 400), ("http500", 500), ("http502", 502), ("http429", 429)] as [(String, UInt)])
    func `a submit is answered with a status and is not paid`(fault: String, status: UInt) async throws {
        try await withSimulator { simulator, base in
            let prompt = "[fault:submit=\(fault)]"
            let answer = try await SimulatorClient(base: base).submit(prompt)
            #expect(answer.status == status)
            #expect(answer.headers["retry-after"] == (status == 429 ? "1" : nil))
            #expect(answer.text.hasPrefix("<html>") == (status >= 500))
            #expect(simulator.ledger.snapshot.prompts[prompt]?.submits == 1)
            #expect(simulator.ledger.snapshot.paid(prompt) == 0)
        }
    }

    @Test func `a submit is answered with a code and is not paid`() async throws {
        try await withSimulator { simulator, base in
            let answer = try await SimulatorClient(base: base).submit("[fault:submit=code402]")
            #expect(answer.status == 200)
            #expect(try answer.decoded() == Refused(code: 402, msg: "余额不足"))
            #expect(simulator.ledger.snapshot.paid == 0)
        }
    }

    @Test(arguments: [("echo400", 200), ("echo502", 502)] as [(String, UInt)])
    func `a submit is refused in words that repeat the key and the links`(fault: String, status: UInt) async throws {
        try await withSimulator { simulator, base in
            let answer = try await SimulatorClient(base: base, key: "a+key").submit("[fault:submit=\(fault)]")
            #expect(answer.status == status)
            #expect(answer.text.contains("the key a+key may not use https://"))
            #expect(simulator.ledger.snapshot.paid == 0)
        }
    }

    @Test func `a task ends in words that repeat the key and the links`() async throws {
        try await withSimulator { simulator, base in
            let client = SimulatorClient(base: base, key: "a+key")
            let task = try await client.task("[fault:poll=echo401x1][fault:poll=echo]")
            let refused = try await client.poll(task)
            #expect(try refused.decoded() == Refused(code: 401, msg: "the key a+key may not use "))
            let failed = try await client.poll(task).decoded(Report.self).data
            #expect(failed.state == "error" && failed.msg.hasPrefix("the key a+key may not use https://"))
            #expect(simulator.ledger.snapshot.underWay == 0)
        }
    }

    @Test func `links to pictures have behind them what the configuration says`() async throws {
        var configuration = SimulatorConfiguration()
        configuration.linkQuery = "?signature=abc"
        try await withSimulator(configuration) { _, base in
            let client = SimulatorClient(base: base)
            let link = try await client.pictureLink("p")
            #expect(link.hasSuffix("/output.png?signature=abc"))
            #expect(try await client.get(link).status == 200)
        }
    }

    @Test(arguments: [("drop", 0), ("lost", 1)])
    func `a submit's connection is dropped, before or after the work was taken`(fault: String, paid: Int) async throws {
        try await withSimulator { simulator, base async throws in
            let prompt = "[fault:submit=\(fault)]"
            await #expect(throws: (any Error).self) { try await SimulatorClient(base: base).submit(prompt) }
            #expect(simulator.ledger.snapshot.submits == 1)
            #expect(simulator.ledger.snapshot.paid(prompt) == paid)
            #expect(try await SimulatorClient(base: base).submit("fine").status == 200)
        }
    }

    @Test func `a submit is paid and its answer is no JSON`() async throws {
        try await withSimulator { simulator, base in
            let answer = try await SimulatorClient(base: base).submit("[fault:submit=garbage]")
            #expect(answer.status == 200)
            #expect(throws: (any Error).self) { try answer.decoded(Submitted.self) }
            #expect(simulator.ledger.snapshot.paid == 1)
        }
    }

    @Test func `a submit is paid at once and answered late`() async throws {
        try await withSimulator { simulator, base in
            let time = try await ContinuousClock().measure {
                _ = try await SimulatorClient(base: base).task("[fault:submit=slow300]")
            }
            #expect(time >= .milliseconds(300))
            #expect(simulator.ledger.snapshot.paid == 1)
        }
    }

    @Test func `questions go wrong and a later one is answered`() async throws {
        try await withSimulator { simulator, base in
            let client = SimulatorClient(base: base)
            let task = try await client.task("p")
            simulator.script([PollFault.http(502), .unknownState, .drop, .never, .taskError])
            let html = try await client.poll(task)
            #expect(html.status == 502 && html.text.hasPrefix("<html>"))
            #expect(try await client.poll(task).decoded(Report.self).data.state == "dreaming")
            await #expect(throws: (any Error).self) { try await client.poll(task) }
            #expect(try await client.poll(task).decoded(Report.self).data.state == "running")
            #expect(simulator.ledger.snapshot.underWay == 1)
            let failed = try await client.poll(task).decoded(Report.self).data
            #expect(failed.state == "error" && failed.status == "2" && failed.msg.contains("图片"))
            #expect(simulator.ledger.snapshot.underWay == 0)
            #expect(try await client.poll(task).decoded(Report.self).data.state == "succeeded")
            #expect(simulator.ledger.snapshot.polls == 6)
        }
    }

    @Test(arguments: ["http404", "http500"]) func `a picture is answered with a status`(fault: String) async throws {
        try await withSimulator { simulator, base in
            let client = SimulatorClient(base: base)
            let link = try await client.pictureLink("[fault:picture=\(fault)x1]")
            #expect(try await client.get(link).status == UInt(fault.dropFirst(4)))
            #expect(try await client.get(link).status == 200)
            #expect(simulator.ledger.snapshot.fetches == 2)
        }
    }

    @Test(arguments: [nil, 3 << 20]) func `a picture breaks off in the middle`(size: Int?) async throws {
        var configuration = SimulatorConfiguration()
        configuration.pictureBytes = size
        try await withSimulator(configuration) { _, base in
            let client = SimulatorClient(base: base)
            let link = try await client.pictureLink("[fault:picture=truncatedx1]")
            await #expect(throws: (any Error).self) { try await client.get(link) }
            #expect(try await client.get(link).status == 200)
        }
    }

    @Test func `a picture is a web page`() async throws {
        try await withSimulator { _, base in
            let client = SimulatorClient(base: base)
            let answer = try await client.get(client.pictureLink("[fault:picture=html]"))
            #expect(answer.status == 200 && answer.headers["content-type"] == "text/html")
            #expect(answer.text.hasPrefix("<html>"))
        }
    }

    @Test func `a picture comes slowly and whole`() async throws {
        try await withSimulator { _, base in
            let client = SimulatorClient(base: base)
            let link = try await client.pictureLink("[fault:picture=slow300x1]")
            let clock = ContinuousClock()
            let start = clock.now
            let slow = try await client.get(link)
            #expect(clock.now - start >= .milliseconds(300))
            #expect(try await client.get(link).body == slow.body)
        }
    }

    @Test func `a picture has no end, and hanging up ends it`() async throws {
        try await withSimulator { _, base in
            let client = SimulatorClient(base: base)
            let link = try await client.pictureLink("[fault:picture=endlessx1]")
            #expect(try await client.first(8 << 20, of: link) >= 8 << 20)
            #expect(try await client.get(link).status == 200)
        }
    }

    @Test func `scripted faults come one after the other, each once`() async throws {
        try await withSimulator { simulator, base in
            let client = SimulatorClient(base: base)
            simulator.script([SubmitFault.http(500), .code(429)])
            simulator.script([PictureFault.http(404)])
            #expect(try await client.submit("p").status == 500)
            #expect(try await client.submit("p").decoded(Refused.self).code == 429)
            let link = try await client.pictureLink("p")
            #expect(try await client.get(link).status == 404)
            #expect(try await client.get(link).status == 200)
        }
    }

    @Test func `a marker holds as often as it says, for its own prompt alone`() async throws {
        try await withSimulator { simulator, base async throws in
            let client = SimulatorClient(base: base)
            let prompt = "bottle [fault:submit=http500x2] on a table"
            #expect(try await client.submit(prompt).status == 500)
            #expect(try await client.submit("another").status == 200)
            #expect(try await client.submit(prompt).status == 500)
            #expect(try await client.submit(prompt).status == 200)
            #expect(simulator.ledger.snapshot.prompts[prompt]?.submits == 3)
            #expect(simulator.ledger.snapshot.paid(prompt) == 1)
        }
    }
}
