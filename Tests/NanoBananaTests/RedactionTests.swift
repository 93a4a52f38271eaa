// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Testing

@testable import NanoBanana

/// What must not be written, and what must stay so that a line is of use.
struct RedactionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var given: String
        var clean: String
        var testDescription: String { given }

        init(_ given: String, _ clean: String) { (self.given, self.clean) = (given, clean) }

        /// A text that stays as it is.
        init(_ given: String) { (self.given, clean) = (given, given) }
    }

    static let links: [Case] = [
        // Scheme, host and path stay.
        Case("https://a.example/b.png"), Case("see http://a.example:8080/x/@2x.png, and more"),
        Case("https://a.example/?"), Case("Is it https://a.example/b.png?"), Case("https://[::1]:80/x"),
        Case("GET /a: what? 1=1, user@host, 10:30"), Case("a proxy such as http://host:port"), Case("why? #5 of 6"),
        // Queries and fragments go.
        Case("https://a.example/b.png?X-Amz-Signature=abc&x=1", "https://a.example/b.png?***"),
        Case("https://a.example?token=abc", "https://a.example?***"), Case("HTTPS://A/B?x", "HTTPS://A/B?***"),
        Case("https://a.example/#access_token=abc", "https://a.example/#***"),
        Case("https://a.example/b?a=1#c=2", "https://a.example/b?***"),
        Case(
            "(https://a.example/b?t=1), \"https://c.example/d?t=2\".",
            "(https://a.example/b?***), \"https://c.example/d?***\"."),
        Case("https://a.example/b?x=1,https://c.example/d?y=2", "https://a.example/b?***"),
        Case("https://a.example/b?x=\"abc\"def", "https://a.example/b?***"),
        Case("https://a.example/b?x=1,2;y='3')", "https://a.example/b?***')"),
        Case("https://a.example/b?\u{301}x=secret", "https://a.example/b?***"),
        Case("https://a.example/b?x=\u{A0}\u{2028}secret", "https://a.example/b?***"),
        Case("ftp://a/b?c https://d/e?f\nhttps://g/h?i", "ftp://a/b?*** https://d/e?***\nhttps://g/h?***"),
        Case("https://a.example/https://b.example/c?d=e", "https://a.example/https://b.example/c?***"),
        Case("a.example/b.png?token=abc looks like a link", "a.example/b.png?*** looks like a link"),
        // As JSON has them, once and twice.
        Case(
            #"{"url":"https://a/b?c=d","n":5,"v":"https://e/f?g"}"#,
            #"{"url":"https://a/b?***","n":5,"v":"https://e/f?***"}"#),
        Case(#"{"r":"{\"url\":\"https://a/b?c=d\",\"n\":5}"}"#, #"{"r":"{\"url\":\"https://a/b?***\",\"n\":5}"}"#),
        Case(#"{"url":"https:\/\/a\/b?c=d","n":5}"#, #"{"url":"https:\/\/a\/b?***","n":5}"#),
        // Credentials go.
        Case("https://me:secret@a.example/x", "https://***@a.example/x"), Case("https://token@a/x", "https://***@a/x"),
        Case("https://me:p%40ss@a.example:80/x?y=z", "https://***@a.example:80/x?***"),
        Case("https://me:p@ss@a.example/x", "https://***@a.example/x"),
        Case("https://me:pa/ss@a.example/x", "https://***@a.example/x"),
        Case("https://me:pa?ss@a.example/x", "https://***@a.example/x"),
        Case("socks5://me:secret@a:1080", "socks5://***@a:1080"), Case("me:secret@a.example:80", "***@a.example:80"),
        Case("\"me:secret@a.example/x.png\" is no link", "\"***@a.example/x.png\" is no link"),
        Case(#"{"a":"https:\/\/me:secret@b\/c","d":"e@f"}"#, #"{"a":"***@b\/c","d":"e@f"}"#),
        Case("https://me:secret@a/x https://me:secret@b/y", "https://***@a/x https://***@b/y"),
        Case("https://a/https://me:secret@b/y", "https://a/https://***@b/y"),
        // Cut short: nobody knows what it was.
        Case("\"https://me:secr…\" has", "\"https://***…\" has"),
        Case("\"https://averylonguser…\"", "\"https://***…\""),
        Case("\"https://a.example/b?x=ab…\" has", "\"https://a.example/b?***\" has"),
    ]

    @Test(arguments: links)
    func `a link keeps scheme, host and path, and nothing else`(item: Case) {
        #expect(Redaction().text(item.given) == item.clean)
        #expect(Redaction().text(item.clean) == item.clean, "once is enough")
    }

    static let credentials: [Case] = [
        Case("\"https://me:secret@a/x?y={z}\" has", "\"https://***@a/x?y={z}\" has"), Case("https://a/x?y=z#w"),
        Case("https://a/x?y=me:z@w"),
    ]

    @Test(arguments: credentials)
    func `where the query is what somebody has to correct, it stays`(item: Case) {
        #expect(Redaction.credentials(item.given) == item.clean)
    }

    private static let key = #"sk-Ab+9/x"=="#

    static let secrets: [Case] = [
        Case("nothing here"), Case("sk-Ab+9"), Case(#"key sk-Ab+9/x"== refused"#, "key *** refused"),
        Case(#"Bearer=sk-Ab+9/x"==,sk-Ab+9/x"=="#, "Bearer=***,***"), Case(#"SK-AB+9/X"=="#, "***"),
        Case(#"{"msg":"sk-Ab+9\/x\"=="}"#, #"{"msg":"***"}"#), Case(#"sk-Ab\u002B9\u002fx\u0022=\u003D"#, "***"),
        Case("a?k=sk-Ab%2b9%2Fx%22%3D%3D&b=1", "a?k=***&b=1"), Case("%73k-Ab+9/x\"==", "***"),
        Case("a password pass-word-9", "a password ***"), Case("pass%2Dword%2D9", "***"),
        Case("Proxy-Authorization: Basic b2ZmaWNlOnBhc3Mtd29yZC05", "Proxy-Authorization: Basic ***"),
    ]

    private static func redaction() throws -> Redaction {
        var redaction = Redaction()
        redaction.add(try #require(APIKey(key)))
        redaction.add(try ProxyRules(setting: "http://office:pass%2Dword%2D9@p:3128", environment: [:]))
        return redaction
    }

    @Test(arguments: secrets)
    func `a secret is found however it is spelled`(item: Case) throws {
        let redaction = try Self.redaction()
        #expect(redaction.secrets(in: item.given) == item.clean)
        #expect(redaction.secrets(in: ByteBuffer(string: item.given)) == ByteBuffer(string: item.clean))
    }

    @Test func `bytes that are no text stay as they are, and the secret among them goes`() throws {
        let around: [UInt8] = [0xFF, 0xC3, 0x00]
        let body = ByteBuffer(bytes: around + Array(Self.key.utf8) + around)
        #expect(try Self.redaction().secrets(in: body) == ByteBuffer(bytes: around + Array("***".utf8) + around))
    }

    @Test func `what is too short to be a secret is not looked for`() throws {
        var redaction = Redaction()
        redaction.add(try #require(APIKey("right")))
        #expect(redaction.text("the right one") == "the right one")
    }

    @Test func `it does not show what it hides`() throws {
        let redaction = try Self.redaction()
        #expect("\(redaction)" == "Redaction" && Mirror(reflecting: redaction).children.isEmpty)
    }

    struct Answer: Sendable {
        var status: Int
        var body: String
    }

    static let answers: [Answer] = [
        Answer(status: 200, body: #"{"code":400,"msg":"no \#(word) here","data":null}"#),
        Answer(status: 200, body: #"{"code":401,"msg":"bad key \#(word)","data":null}"#),
        Answer(status: 200, body: #"{"code":200,"msg":"","data":{"task_id":"t","x":"\#(word)"}}"#),
        Answer(status: 422, body: #"{"code":422,"msg":"\#(word)"}"#), Answer(status: 502, body: "<p>\(word)</p>"),
        Answer(status: 200, body: #"{"code":200,"data":{"state":"error","msg":"\#(word)"}}"#),
        Answer(status: 404, body: #"{"code":404,"msg":"\#(word)"}"#),
    ]
    private static let word = "very-secret-key"

    @Test(arguments: answers)
    func `a server that repeats the key does not bring it into an answer or an error`(answer: Answer) throws {
        var sent = Redaction()
        sent.add(try #require(APIKey(Self.word)))
        let reader = AnswerReader(status: answer.status, body: ByteBuffer(string: answer.body), sent: sent)
        var shown: [String] = []
        do throws(SubmitError) {
            shown.append(String(buffer: try reader.submitAnswer().body))
        } catch {
            shown.append(Self.words(error))
        }
        do throws(PingError) { try reader.pingAnswer() } catch { shown.append("\(error)") }
        do throws(PollError) {
            let report = try reader.taskReport()
            shown += ["\(report.state)", String(buffer: report.body)]
        } catch {
            shown.append("\(error)")
        }
        #expect(shown.contains { $0.contains("***") }, "it was there")
        #expect(!shown.contains { $0.contains(Self.word) })
    }

    private static func words(_ error: SubmitError) -> String {
        switch error {
        case .refused(let refusal): refusal.message + String(decoding: refusal.body, as: UTF8.self)
        case .notAccepted(let refusal): refusal.message
        case .notReachable(let trouble): trouble.message
        case .unknownOutcome(let outcome): outcome.message + String(decoding: outcome.body ?? [], as: UTF8.self)
        }
    }

    @Test func `the link of a picture works whatever stands in it`() throws {
        var sent = Redaction()
        sent.add(try #require(APIKey(Self.word)))
        let url = "https://p.example/1.png?key=\(Self.word)"
        let body = #"{"code":200,"data":{"images":[{"url":"\#(url)"}]}}"#
        let answer = try AnswerReader(status: 200, body: ByteBuffer(string: body), sent: sent).submitAnswer()
        #expect(answer.content == .pictures([PictureLink(url: url)]))
    }
}
