// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import NanoBanana

/// What an answer to a submit means, without a network.
struct SubmitAnswerTests {
    private func read(_ status: Int, _ body: String, retryAfter: Duration? = nil) throws(SubmitError) -> SubmitAnswer {
        try AnswerReader(status: status, retryAfter: retryAfter, body: ByteBuffer(string: body)).submitAnswer()
    }

    private func failure(_ status: Int, _ body: String) -> SubmitError? {
        #expect(throws: SubmitError.self) { try read(status, body) }
    }

    @Test(arguments: [
        (200, #"{"code":200,"msg":"success","data":{"task_id":"t-1"}}"#),
        (200, #"{"code":"200","msg":"success","data":{"task_id":"t-1"}}"#),
        (201, #"{"code":200,"data":{"task_id":"t-1"}}"#),
        (200, #"{"data":{"task_id":"t-1"}}"#),
        (200, #"{"code":200,"msg":null,"data":{"task_id":"t-1","state":null,"status":null,"data":null}}"#),
        (200, #"{"code":200,"request_id":7,"data":{"task_id":"t-1","state":"pending","cost":{"a":[1.5]},"data":[]}}"#),
        (200, #"{"code":200,"data":{"task_id":"t-1","data":{"images":[]},"images":"none"}}"#),
        (200, #" {"code" : 200.0, "msg":{"a":1}, "data":{"task_id":"t-1"}} "#),
    ])
    func `a named task is taken`(status: Int, body: String) throws {
        let answer = try read(status, body)
        #expect(try answer.content == .task(Samples.task("t-1")))
        #expect(String(buffer: answer.body) == body)
    }

    @Test(arguments: ["400", "500", #""402""#, "0", #""no""#])
    func `a named task exists whatever the code says`(code: String) throws {
        let body = #"{"code":\#(code),"msg":"余额不足","data":{"task_id":"t-1"}}"#
        #expect(try read(200, body).content == .task(Samples.task("t-1")))
    }

    @Test func `a task may be named by a number`() throws {
        #expect(try read(200, #"{"code":200,"data":{"task_id":42}}"#).content == .task(Samples.task("42")))
    }

    @Test(arguments: [
        #"{"code":200,"data":{"images":[{"url":"https://p/1","file_name":"output.png"},{"url":"https://p/2"}]}}"#,
        #"{"code":200,"data":{"data":{"images":[{"url":"https://p/1","file_name":"output.png"},"https://p/2"]}}}"#,
        #"{"data":{"images":[],"data":{"images":[{"url":"https://p/1","file_name":"output.png"},"https://p/2"]}}}"#,
        #"{"data":{"task_id":"","images":[{"url":"https://p/1","file_name":"output.png"},null,7,"https://p/2"]}}"#,
        #"{"data":{"task_id":null,"images":[{"url":"https://p/1","file_name":"output.png"},{},["x"],"https://p/2"]}}"#,
    ])
    func `pictures that come straight away are taken in both shapes`(body: String) throws {
        let pictures = [PictureLink(url: "https://p/1", fileName: "output.png"), PictureLink(url: "https://p/2")]
        #expect(try read(200, body).content == .pictures(pictures))
    }

    @Test(arguments: [
        (200, #"{"code":400,"msg":"bad aspect_ratio"}"#, 400, "bad aspect_ratio"),
        (200, #"{"code":"400","msg":"参数错误","data":null}"#, 400, "参数错误"),
        (200, #"{"code":422,"message":"no"}"#, 422, "no"), (200, #"{"code":404,"data":{}}"#, 404, ""),
        (400, #"{"code":1001,"msg":"bad"}"#, 1001, "bad"), (400, "", 400, ""), (413, "<html>", 413, ""),
        (422, #"{"msg":7}"#, 422, "7"),
        (200, #"{"code":400,"msg":"the white balance is off"}"#, 400, "the white balance is off"),
        (400, #"{"code":400,"msg":"insufficient resolution"}"#, 400, "insufficient resolution"),
    ])
    func `a request at fault is refused with the reason`(status: Int, body: String, code: Int, message: String) {
        let refusal = Refusal(code: code, message: message, body: Array(body.utf8))
        #expect(throws: SubmitError.refused(refusal)) { try read(status, body) }
    }

    @Test(
        arguments: [
            (200, #"{"code":401,"msg":"invalid key"}"#, .key), (200, #"{"code":"403"}"#, .key), (401, "", .key),
            (403, "<html>Forbidden</html>", .blocked), (406, "<html>Not Acceptable</html>", .blocked),
            (418, "teapot", .blocked), (451, "", .blocked), (200, #"{"code":402}"#, .balance), (402, "", .balance),
            (200, #"{"code":400,"msg":"余额不足，请充值"}"#, .balance), (200, #"{"code":500,"msg":"账户余额为零"}"#, .balance),
            (200, #"{"code":400,"msg":"Insufficient funds"}"#, .balance),
            (400, #"{"msg":"Your BALANCE is low"}"#, .balance),
            (200, #"{"code":429,"msg":"slow"}"#, .tooFast),
            (429, "", .tooFast), (200, #"{"code":500,"msg":"busy"}"#, .service), (200, #"{"code":"503"}"#, .service),
            (404, "<html>", .service), (405, "", .service),
            (301, "", .service), (302, "", .service), (307, "", .service), (308, "", .service), (410, "", .service),
        ] as [(Int, String, NotAccepted.Reason)])
    func `a refusal for another reason may be sent again`(status: Int, body: String, reason: NotAccepted.Reason) {
        #expect(failure(status, body)?.reason == reason)
    }

    @Test func `a refusal passes on the API's words and its time to wait`() {
        let words = NotAccepted(reason: .balance, message: "余额不足", retryAfter: .seconds(7))
        #expect(throws: SubmitError.notAccepted(words)) {
            try read(200, #"{"code":400,"msg":"余额不足"}"#, retryAfter: .seconds(7))
        }
        let wordless = NotAccepted(reason: .tooFast, message: "HTTP 429", retryAfter: .seconds(7))
        #expect(throws: SubmitError.notAccepted(wordless)) { try read(429, "", retryAfter: .seconds(7)) }
    }

    @Test(arguments: [
        (500, #"{"code":400,"msg":"余额不足"}"#), (500, #"{"code":200,"data":{"task_id":"t-1"}}"#),
        (502, "<html><h1>502 Bad Gateway</h1></html>"), (503, ""), (504, "upstream timed out"), (408, ""), (425, ""),
        (524, ""), (418, #"{"code":418}"#), (499, "<html>"),
    ])
    func `a status that says nothing of the request leaves the outcome unknown`(status: Int, body: String) {
        let error = failure(status, body)
        #expect(error?.cause == .serverError(status: status))
        guard case .unknownOutcome(let outcome) = error else { return }
        #expect(outcome.body == Array(body.utf8))
    }

    @Test(arguments: [
        "", " ", "<html>welcome</html>", "null", "7", "[]", #""ok""#, "{", "{}", #"{"code":200}"#,
        #"{"code":200,"data":null}"#, #"{"code":200,"data":[]}"#,
        #"{"code":200,"data":{}}"#, #"{"code":200,"data":{"task_id":""}}"#, #"{"code":200,"data":{"task_id":"a\nb"}}"#,
        #"{"code":200,"data":{"images":[]}}"#, #"{"code":200,"data":{"images":[{"file_name":"x"}]}}"#,
        #"{"code":"ok","msg":"success"}"#,
    ])
    func `a success that names neither a task nor pictures leaves the outcome unknown`(body: String) {
        #expect(failure(200, body)?.cause == .unreadableAnswer)
    }
}
