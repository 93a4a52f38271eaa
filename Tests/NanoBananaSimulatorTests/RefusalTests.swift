// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import NanoBananaSimulator

@Suite struct RefusalTests {
    private func api(_ style: SimulatorConfiguration.ErrorStyle = .code, keys: Set<String> = []) -> SimulatedAPI {
        var configuration = SimulatorConfiguration()
        configuration.errorStyle = style
        configuration.keys = keys
        return SimulatedAPI(configuration)
    }

    private func refused(_ reply: Reply) throws -> (status: Int, answer: Refused)? {
        guard case .json(let status, let text, _) = reply else { return nil }
        let answer = SimulatorClient.Answer(status: UInt(status), headers: [:], body: [UInt8](text.utf8))
        return (status, try answer.decoded())
    }

    static let links = ["https://example.com/a.png"]

    static let bad: [[UInt8]] = [
        [], [0xFF], Array("null".utf8), Array("[]".utf8), Array(#"{"model":1}"#.utf8),
        Submit(model: nil).body, Submit(model: "gpt").body, Submit(prompt: nil).body, Submit(prompt: " \n").body,
        Submit(image_urls: nil).body, Submit(image_urls: []).body,
        Submit(image_urls: (0...10).map { "https://example.com/\($0)" }).body,
        Submit(image_urls: ["data:image/png;base64,AAAA"]).body, Submit(image_urls: links + ["ftp://a/b"]).body,
        Submit(aspect_ratio: "7:5").body, Submit(image_size: "2k").body, Submit(image_size: "8K").body,
        Submit(model: "gemini-2.5-flash-image", image_size: "1K").body,
        Submit(model: "nano-banana", image_size: "1K").body,
    ]

    @Test(arguments: bad, SimulatorConfiguration.ErrorStyle.allCases)
    func `what the vendor's page does not allow is refused in either style`(
        body: [UInt8], style: SimulatorConfiguration.ErrorStyle
    ) throws {
        let api = api(style)
        let refused = try #require(try refused(api.submit(body, key: "k", base: "", now: 0).reply))
        #expect(refused.answer.code == 400 && !refused.answer.msg.isEmpty)
        #expect(refused.status == (style == .code ? 200 : 400))
        #expect(api.ledger.snapshot.submits == 1 && api.ledger.snapshot.paid == 0)
    }

    static let good: [Submit] = [
        Submit(), Submit(model: "nano-banana-pro", image_size: "4K"), Submit(model: "nano-banana", aspect_ratio: ""),
        Submit(model: "gemini-2.5-flash-image", image_size: ""), Submit(aspect_ratio: "auto"),
        Submit(image_urls: (0...9).map { "http://example.com/\($0)" }, aspect_ratio: "21:9", image_size: "2K"),
    ]

    @Test(arguments: good) func `what the vendor's page allows is taken`(submit: Submit) {
        let api = api()
        _ = api.submit(submit.body, key: "k", base: "", now: 0)
        #expect(api.ledger.snapshot.paid == 1)
    }

    @Test(
        arguments: [
            (nil, [], false), ("", [], false), ("any", [], true), ("one", ["one", "two"], true),
            ("three", ["one", "two"], false), ("Bearer one", ["one", "two"], false), (nil, ["one"], false),
        ] as [(String?, Set<String>, Bool)])
    func `a key is taken or not, for a submit and for a question alike`(key: String?, keys: Set<String>, isTaken: Bool)
        throws
    {
        let api = api(.http, keys: keys)
        let submitted = api.submit(Submit().body, key: key, base: "", now: 0).reply
        #expect(api.ledger.snapshot.paid == (isTaken ? 1 : 0))
        _ = api.submit(Submit().body, key: keys.first ?? "k", base: "", now: 0)
        let id = try #require(api.state.withLock { $0.tasks.keys.first })
        let report = api.poll(id, key: key, base: "", now: 0)
        for reply in [submitted, report] {
            let answer = try #require(try refused(reply))
            #expect(answer.status == (isTaken ? 200 : 401))
            #expect(answer.answer.code == (isTaken ? 200 : 401))
        }
    }

    @Test(arguments: SimulatorConfiguration.ErrorStyle.allCases)
    func `an unknown task is a code 400`(style: SimulatorConfiguration.ErrorStyle) throws {
        let refused = try #require(try refused(api(style).poll("nobody", key: "k", base: "", now: 0)))
        #expect(refused.answer.code == 400)
        #expect(refused.status == (style == .code ? 200 : 400))
    }
}
