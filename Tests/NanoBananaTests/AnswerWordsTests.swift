// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import NanoBanana

/// What the words of an answer speak of.
struct AnswerWordsTests {
    @Test(arguments: [
        "余额不足，请充值", "账户余额为零", "您的账户已欠费", "额度不足", "Insufficient funds", "insufficient balance",
        "insufficient account balance", "Your BALANCE is low", "not enough credits", "out of credits, quota exhausted",
        "insufficient_quota", "Your credit balance is too low to use this API", "balance: insufficient",
    ])
    func `a lack of money is understood`(message: String) {
        #expect(AnswerWords(message, prompt: "make it red").speakOfMoney)
    }

    @Test(arguments: [
        "", "balance", "the white balance is too low", "load balancer error",
        "insufficient GPU capacity, try again later",
        "insufficient resolution", "upstream load balancer: insufficient healthy hosts", "余额",
        "rejected: balance the bottle",
        "low quality picture", "empty prompt", "color balance insufficient",
    ])
    func `loose words are no lack of money`(message: String) {
        #expect(!AnswerWords(message, prompt: "make it red").speakOfMoney)
    }

    @Test(arguments: [
        ("rejected: a poster that says insufficient balance", "a poster that says insufficient balance"),
        ("insufficient detail: balance the bottle on a …", "balance the bottle on a fingertip"),
        ("违规: 海报上写着余额不足", "海报上写着余额不足"), ("refused: server busy, try again", "A sign: Server busy, try again"),
    ])
    func `what the prompt says itself decides nothing`(message: String, prompt: String) {
        let words = AnswerWords(message, prompt: prompt)
        #expect(!words.speakOfMoney && !words.speakOfService)
    }

    @Test(arguments: [
        "upstream busy", "Server overloaded", "request timed out", "insufficient GPU capacity, try again later",
        "internal error", "Service Unavailable", "rate limit reached", "系统繁忙，请稍后再试", "上游超时", "服务器错误", "当前负载过高，已限流",
    ])
    func `trouble of the service is understood`(message: String) {
        #expect(AnswerWords(message, prompt: "make it red").speakOfService)
    }

    @Test(arguments: [
        "content policy", "Reference picture 1 could not be read.", "违反服务条款", "图片内容不符合规范", "prompt is required",
        "I will not edit this: the label shows a registered trade mark.",
    ])
    func `a fault of the request is not the service's`(message: String) {
        #expect(!AnswerWords(message, prompt: "make it red").speakOfService)
    }

    private static func submit(_ status: Int, _ body: String, _ prompt: String = "make it red") -> SubmitError? {
        #expect(throws: SubmitError.self) {
            let request = try EditRequest(model: .pro, prompt: prompt, images: [ImageLink("https://a.example/1.png")])
            return try AnswerReader(status: status, body: ByteBuffer(string: body), asked: request).submitAnswer()
        }
    }

    @Test func `a refusal that repeats the prompt is the request's own`() {
        let prompt = "balance the bottle on a fingertip"
        for body in [#"{"code":422,"msg":"rejected: \#(prompt)"}"#, #"{"code":400,"msg":"insufficient: \#(prompt)"}"#] {
            guard case .refused(let refusal)? = Self.submit(200, body, prompt) else {
                Issue.record("not refused")
                continue
            }
            #expect(refusal.message.contains(prompt))
        }
    }

    @Test(arguments: [
        (200, #"{"code":500,"msg":"insufficient GPU capacity, try again later"}"#),
        (200, #"{"code":400,"msg":"系统繁忙，请稍后再试"}"#), (200, #"{"code":408,"msg":"too late"}"#),
        (400, #"{"code":400,"msg":"server busy"}"#),
    ])
    func `trouble of the service is no fault of the request`(status: Int, body: String) {
        #expect(Self.submit(status, body)?.reason == .service)
    }

    @Test(arguments: [
        "<html><title>Blocked</title><p>A rule of the firewall has stopped this request.</p></html>",
        "error code: 1020",
        "", "<html><script>var a = {\"token\":\"x\"};</script>Attention required</html>",
    ])
    func `a 403 that is not in the API's words blocks, and does not speak of the key`(page: String) {
        let error = Self.submit(403, page)
        #expect(error?.reason == .blocked)
        guard case .notAccepted(let why)? = error else { return }
        #expect(why.message.hasPrefix("HTTP 403, but not from the API itself"))
        #expect(Self.submit(403, #"{"code":403,"msg":"invalid key"}"#)?.reason == .key)
        let poll = #expect(throws: PollError.self) {
            try AnswerReader(status: 403, body: ByteBuffer(string: page)).taskReport()
        }
        guard case .trouble? = poll else {
            Issue.record("\(String(describing: poll))")
            return
        }
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func `a redirect is said with where it leads`(status: Int) {
        let reader = AnswerReader(status: status, location: "https://new.example/api?key=x", body: ByteBuffer())
        let words =
            "this address only redirects to https://new.example/api?*** (HTTP \(status)); set api-url to the API's "
            + "own address"
        #expect(throws: PingError.down(message: words, retryAfter: nil)) { try reader.pingAnswer() }
        let refusal = NotAccepted(reason: .service, message: words, retryAfter: nil)
        #expect(throws: SubmitError.notAccepted(refusal)) { try reader.submitAnswer() }
        #expect(throws: PollError.trouble(message: words, retryAfter: nil, answer: ByteBuffer())) {
            try reader.taskReport()
        }
    }
}
