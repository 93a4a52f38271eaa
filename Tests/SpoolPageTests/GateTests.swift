// SPDX-License-Identifier: Apache-2.0

import HTTPListener
import SystemPackage
import Testing

@testable import SpoolPage

/// A value that changes as it is asked, which `#expect` does not do.
private final class Tries {
    private var value = LoginTries()
    func mayTry(_ peer: String, at now: ContinuousClock.Instant) -> Bool { value.mayTry(peer, at: now) }
    func failed(_ peer: String, at now: ContinuousClock.Instant) { value.failed(peer, at: now) }
}

/// The same.
private final class Held {
    private var value = Sessions()
    func open(id: String, formToken: String, at now: ContinuousClock.Instant) {
        value.open(id: id, formToken: formToken, at: now)
    }
    func find(_ id: String, at now: ContinuousClock.Instant) -> Sessions.Session? { value.find(id, at: now) }
    func close(_ id: String) { value.close(id) }
}

/// Who is let in.
struct GateTests {
    private static let token = "correct-horse-battery"
    private static let now = ContinuousClock.now

    @Test(arguments: [
        ("127.0.0.1:9465", true), ("[::1]:9465", true), ("localhost", true), ("LOCALHOST:1", true), ("10.1.2.3", true),
        ("pictures.example", true), ("studio.lan:9465", true), ("studio.lan", false), ("evil.example", false),
        ("pictures.example.evil", false), ("127.0.0.1.evil.example", false), ("localhost.evil", false), ("", false),
        ("127.0.0.1:9465, evil", false), ("[::1]evil", false), ("127.0.0.1:x", false), ("[evil]", false),
        ("pictures.example:443", false),
    ])
    func `a name that is none of its own is refused`(host: String, isKnown: Bool) throws {
        let addresses = try #require(PageAddresses(["https://Pictures.example/", "http://studio.lan:9465"]))
        #expect(addresses.knows(host: host) == isKnown)
        #expect(!addresses.knows(host: nil))
    }

    @Test(arguments: [
        "pictures.example", "ftp://x", "https://", "https://a/b", "https://a b", "https://u@a", "https://a?b",
    ])
    func `an address is a scheme, a host and a port`(text: String) {
        #expect(PageAddresses([text]) == nil)
    }

    struct Sending: Sendable {
        var headers: [String: String]
        var isOwn: Bool
        var isNotForeign: Bool
    }

    private static let sendings = [
        Sending(headers: [:], isOwn: false, isNotForeign: true),
        Sending(headers: ["Origin": "http://127.0.0.1:9465"], isOwn: true, isNotForeign: true),
        Sending(headers: ["Origin": "https://pictures.example"], isOwn: true, isNotForeign: true),
        Sending(headers: ["Sec-Fetch-Site": "same-origin"], isOwn: true, isNotForeign: true),
        Sending(headers: ["Origin": "null"], isOwn: false, isNotForeign: false),
        Sending(headers: ["Origin": "http://evil.example"], isOwn: false, isNotForeign: false),
        Sending(headers: ["Origin": "http://127.0.0.1:9466"], isOwn: false, isNotForeign: false),
        Sending(headers: ["Sec-Fetch-Site": "cross-site"], isOwn: false, isNotForeign: false),
        Sending(headers: ["Sec-Fetch-Site": "same-site"], isOwn: false, isNotForeign: false),
        Sending(headers: ["Sec-Fetch-Site": "none"], isOwn: false, isNotForeign: false),
        Sending(
            headers: ["Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:9465"], isOwn: false,
            isNotForeign: false),
        Sending(
            headers: ["Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"], isOwn: false,
            isNotForeign: false),
    ]

    @Test(arguments: sendings)
    func `a form counts that one of its own pages has sent`(sending: Sending) throws {
        let addresses = try #require(PageAddresses(["https://pictures.example"]))
        let headers = sending.headers.map { (name: $0.key, value: $0.value) } + [("Host", "127.0.0.1:9465")]
        let request = WebRequest(method: "POST", target: "/act", headers: headers)
        #expect(addresses.sentItself(request) == sending.isOwn)
        #expect(addresses.isNotForeign(request) == sending.isNotForeign)
    }

    @Test func `a secret is itself and nothing else, and is never shown`() {
        let secret = SecretText(Self.token)
        #expect(secret.isSame(as: Self.token))
        for other in ["", "c", Self.token + "x", String(Self.token.dropLast()), Self.token + Self.token, "CORRECT"] {
            #expect(!secret.isSame(as: other))
        }
        #expect(!SecretText("").isSame(as: "x"))
        var shown = ""
        dump(secret, to: &shown)
        #expect(!"\(secret) \(String(reflecting: secret)) \(shown)".contains("horse"))
    }

    @Test func `after ten wrong tokens a place waits a minute, and others do not`() {
        let tries = Tries()
        for _ in 0..<LoginTries.limit {
            #expect(tries.mayTry("192.0.2.1", at: Self.now))
            tries.failed("192.0.2.1", at: Self.now)
        }
        #expect(!tries.mayTry("192.0.2.1", at: Self.now))
        #expect(tries.mayTry("192.0.2.2", at: Self.now))
        #expect(tries.mayTry("192.0.2.1", at: Self.now + LoginTries.pause))
    }

    @Test func `a network of IPv6 is one place, and so are all beyond the table`() {
        let tries = Tries()
        for host in 0..<LoginTries.limit { tries.failed("2001:db8:1:2::\(host)", at: Self.now) }
        #expect(!tries.mayTry("2001:db8:1:2:a::b", at: Self.now))
        #expect(tries.mayTry("2001:db8:1:3::1", at: Self.now))
        for host in 0..<1000 { tries.failed("192.0.\(host / 250).\(host % 250)", at: Self.now) }
        #expect(!tries.mayTry("203.0.113.9", at: Self.now))
    }

    @Test func `a session ends when it is not used, when it is closed, and when too many come behind it`() {
        let sessions = Held()
        sessions.open(id: "a", formToken: "fa", at: Self.now)
        sessions.open(id: "b", formToken: "fb", at: Self.now)
        let half = Self.now + Sessions.lifetime / 2
        #expect(sessions.find("a", at: half)?.formToken == "fa")
        let late = half + Sessions.lifetime / 2 + .seconds(1)
        #expect(sessions.find("b", at: late) == nil)
        #expect(sessions.find("a", at: late) != nil)
        sessions.close("a")
        #expect(sessions.find("a", at: late) == nil)
        for number in 0..<Sessions.limit { sessions.open(id: "\(number)", formToken: "", at: late + .seconds(number)) }
        let end = late + .seconds(Sessions.limit)
        #expect(sessions.find("0", at: end) != nil)
        sessions.open(id: "one more", formToken: "", at: end)
        #expect(sessions.find("1", at: end) == nil)
        #expect(sessions.find("0", at: end) != nil)
        #expect(sessions.find("", at: end) == nil)
    }

    @Test(arguments: [
        ("correct-horse-battery\n", true), ("  correct-horse-battery  ", true), ("short", false), ("", false),
        ("two words that are long enough", false), ("ünprintable-and-long-enough", false),
    ])
    func `a token is one line that nobody can guess`(text: String, isOne: Bool) {
        #expect(((try? PageToken.text(in: Array(text.utf8), "f")) != nil) == isOne)
    }

    @Test func `by TLS alone the cookie is the host's own`() throws {
        for (urls, start, end) in [
            (["https://a.example"], "__Host-bananadrop=", "; Secure"), (["http://a.example"], "bananadrop=", ""),
            ([], "bananadrop=", ""), (["https://a.example", "http://b"], "bananadrop=", ""),
        ] {
            let gate = Gate(SecretText(Self.token), try #require(PageAddresses(urls)))
            let cookie = try #require(gate.logIn(Self.token, from: ""))
            #expect(cookie.hasPrefix(start))
            #expect(cookie.hasSuffix("; Path=/; HttpOnly; SameSite=Strict; Max-Age=43200\(end)"))
            #expect(!cookie.contains("horse"))
        }
    }

    @Test func `too many wrong tokens shut out the right one as well, whichever way it is shown`() {
        let gate = Gate(SecretText(Self.token), .numbersOnly)
        func visit(_ token: String) -> Gate.Visitor {
            gate.visitor(
                WebRequest(
                    method: "GET", target: "/", headers: [("Authorization", "Bearer \(token)")], peer: "192.0.2.1"))
        }
        guard case .script = visit(Self.token) else { return #expect(Bool(false), "the token lets in") }
        for _ in 0..<LoginTries.limit { #expect(gate.logIn("wrong", from: "192.0.2.1") == nil) }
        #expect(gate.logIn(Self.token, from: "192.0.2.1") == nil)
        guard case .guesser = visit(Self.token) else { return #expect(Bool(false), "nothing is looked at") }
        #expect(gate.logIn(Self.token, from: "192.0.2.2") != nil)
    }
}
