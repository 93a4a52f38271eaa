// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import NIOCore
import Testing

@testable import NanoBanana

/// Bodies that are not quite JSON, or not quite whole.
struct AnswerTextTests {
    private static let json = #"{"code":200,"msg":"任务","data":{"task_id":"t-1"}}"#

    private static func task(_ body: some Sequence<UInt8>) -> SubmitAnswer.Content? {
        try? AnswerReader(status: 200, body: ByteBuffer(bytes: body)).submitAnswer().content
    }

    @Test(arguments: [
        "\u{FEFF}\(json)", "\0\(json)", "\(json)\0\0", "callback(\(json));", "/**/cb(\(json))", ")]}',\n\(json)",
        "<!-- cache -->\n\(json)", "\(json)<!-- 0.3 ms -->", "<br />\n<b>Warning</b>: x[0] in {a} \(json)",
        "[2026-11-28 16:00:00] notice: \(json)", "[12345] \(json)", "data: \(json)\n\n", "200 OK\n\(json)",
        #"{"code":200,"data":{"task_id":"t-1","score":NaN,"x":-Infinity,"y":undefined,}}"#,
        #"{"code":200,"msg":"he said "no"","data":{"task_id":"t-1"}}"#,
        "{\"code\":200,\"msg\":\"a\u{0}b\nc\",\"data\":{\"task_id\":\"t-1\"}}",
        "{'code': 200, 'msg': None, 'data': {'task_id': 't-1'}}",
        #"{"code":200,"data":{"task_id":"t-1"}"#, #"{"code":200,"data":{"task_id":"t-1"},"msg":"succ"#,
        #"{"code":200,"data":{"task_id":"\u0074-1","msg":"\ud83d\ude00 \ud83d \q"}}"#,
    ])
    func `a task is read whatever stands around it`(body: String) throws {
        #expect(try Self.task(body.utf8) == .task(Samples.task("t-1")))
    }

    @Test(arguments: [
        String.Encoding.utf16LittleEndian, .utf16BigEndian, .utf16, .utf32LittleEndian, .utf32BigEndian,
        String.Encoding(rawValue: 0x8000_0632),
    ])
    func `other alphabets than UTF-8 are read`(encoding: String.Encoding) throws {
        #expect(try Self.task(#require(Self.json.data(using: encoding))) == .task(Samples.task("t-1")))
        let refusal = try #require(#"{"code":400,"msg":"余额不足"}"#.data(using: encoding))
        let error = #expect(throws: SubmitError.self) {
            try AnswerReader(status: 200, body: ByteBuffer(bytes: refusal)).submitAnswer()
        }
        #expect(error?.reason == .balance)
    }

    @Test func `bytes that are no alphabet spoil only the text that they stand in`() throws {
        let body = Array(#"{"msg":"caf"#.utf8) + [0xE9] + Array(#"","data":{"task_id":"t-1"}}"#.utf8)
        #expect(try Self.task(body) == .task(Samples.task("t-1")))
    }

    @Test(arguments: [
        String(repeating: "[", count: 300_000), String(repeating: "{", count: 300_000),
        String(repeating: #"{""#, count: 300_000), String(repeating: #"{"a":"#, count: 100_000),
        "[" + String(repeating: "0,", count: 1_000_000) + "0]",
        String(repeating: "[0,", count: 300_000), "{\"a\":\"" + String(repeating: "{", count: 300_000),
    ])
    func `a body that is made to take long is given up soon`(body: String) {
        let start = Self.processorTime
        #expect(Self.task(body.utf8) == nil)
        // Minutes, where it grew by the square.
        #expect(Self.processorTime - start < .seconds(20))
    }

    /// Of this thread, which says nothing of how busy the machine is: clock_gettime(2).
    private static var processorTime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    @Test(
        arguments: [
            (InflaterTests.gzip, nil), (InflaterTests.gzip, "gzip"), (InflaterTests.zlib, "deflate"),
            (InflaterTests.raw, "deflate"),
        ] as [(CInt, String?)])
    func `what is compressed though nobody asked is read, and kept as it was before`(head: CInt, encoding: String?)
        throws
    {
        let packed = InflaterTests.packed(Array(Self.json.utf8), head: head)
        let answer = try AnswerReader(status: 200, body: packed, encoding: encoding).submitAnswer()
        #expect(try answer.content == .task(Samples.task("t-1")))
        #expect(String(buffer: answer.body) == Self.json)
        let cut = packed.getSlice(at: packed.readerIndex, length: packed.readableBytes - 1) ?? packed
        #expect(try AnswerReader(status: 200, body: cut, encoding: encoding).submitAnswer().body == answer.body)
        // Said to be compressed, and is not.
        #expect(try AnswerReader(status: 200, body: answer.body, encoding: encoding).submitAnswer() == answer)
    }

    @Test func `a bomb is unpacked to the limit only`() {
        let bomb = InflaterTests.packed([UInt8](repeating: 0x20, count: 10_000_000), head: InflaterTests.gzip)
        let reader = AnswerReader(status: 200, body: bomb, limit: 100_000)
        #expect(reader.keptBody.readableBytes < 200_000)
    }

    @Test func `a text of many megabytes is read`() throws {
        let picture = "iVBORw0KGgo" + String(repeating: "abcd", count: 2_000_000)
        let body = ByteBuffer(
            string: #"{"code":200,"data":{"state":"succeeded","images":[{"b64_json":"\#(picture)"}]}}"#)
        let state = try AnswerReader(status: 200, body: body).taskReport().state
        #expect(state == .succeeded([PictureLink(url: "data:;base64,\(picture)")]))
    }

    @Test(arguments: [
        ("plain", "plain"), ("a\r\n\tb\0c", "a b c"), ("", ""),
        (String(repeating: "x", count: 900), String(repeating: "x", count: 300) + "…"),
    ])
    func `an answer is quoted in a line of what can be printed`(body: String, quote: String) {
        #expect(AnswerQuote.start(of: ByteBuffer(string: body)) == quote)
    }

    @Test func `a web page is quoted without its tags and scripts`() {
        let page = "<html><style>a{}</style><script>let x = 1</script><title>Blocked</title><p>By a rule.</p></html>"
        #expect(AnswerQuote.words(of: ByteBuffer(string: page)) == "Blocked By a rule.")
    }

    @Test func `what is kept secret is in no quote`() throws {
        var sent = Redaction()
        sent.add(try #require(APIKey(Samples.key)))
        let body = ByteBuffer(string: "<p>\(Samples.key) is refused</p>")
        let error = #expect(throws: SubmitError.self) {
            try AnswerReader(status: 200, body: body, sent: sent).submitAnswer()
        }
        guard case .unknownOutcome(let outcome) = error else { return }
        #expect(outcome.message == "the API's answer could not be read: \"<p>*** is refused</p>\"")
    }
}
