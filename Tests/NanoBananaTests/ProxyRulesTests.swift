// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import NanoBanana

struct ProxyRulesTests {
    struct Case: Sendable {
        var setting: String
        var environment: [String: String]
        var link: String
        /// The kind of way and the proxy; `nil` is straight there.
        var way: String?

        init(_ setting: String, _ environment: [String: String], _ link: String, _ way: String?) {
            (self.setting, self.environment, self.link, self.way) = (setting, environment, link, way)
        }
    }

    private static let web = "http://api.example.com/x"
    private static let safe = "https://api.example.com/x"

    private static let environment: [Case] = [
        Case("", [:], safe, nil),
        Case("", ["https_proxy": "http://p:1"], safe, "tunnel p:1"),
        Case("", ["HTTPS_PROXY": "http://p:1"], safe, "tunnel p:1"),
        Case("", ["https_proxy": "p:1"], safe, "tunnel p:1"),
        Case("", ["https_proxy": "http://p:1/"], safe, "tunnel p:1"),
        Case("", ["https_proxy": "http://low:1", "HTTPS_PROXY": "http://up:1"], safe, "tunnel low:1"),
        Case("", ["https_proxy": "", "HTTPS_PROXY": "http://up:1"], safe, "tunnel up:1"),
        Case("", ["https_proxy": "http://p:1"], web, nil),
        Case("", ["http_proxy": "http://p:1"], web, "forward p:1"),
        Case("", ["HTTP_PROXY": "http://p:1"], web, "forward p:1"),
        Case("", ["http_proxy": "http://p:1"], safe, nil),
        Case("", ["all_proxy": "http://a:1"], safe, "tunnel a:1"),
        Case("", ["ALL_PROXY": "http://a:1"], web, "forward a:1"),
        Case("", ["all_proxy": "http://a:1", "https_proxy": "http://p:1"], safe, "tunnel p:1"),
        // httpoxy: the header `Proxy:` of a request to a CGI program.
        Case("", ["HTTP_PROXY": "http://evil:1", "REQUEST_METHOD": "GET"], web, nil),
        Case("", ["http_proxy": "http://p:1", "REQUEST_METHOD": "GET"], web, "forward p:1"),
        // What is not used need not be right.
        Case("", ["all_proxy": "socks5://s:1080", "https_proxy": "p:1", "http_proxy": "q:2"], safe, "tunnel p:1"),
    ]

    private static let setting: [Case] = [
        Case("http://s:3128", [:], safe, "tunnel s:3128"),
        Case("http://s:3128", [:], web, "forward s:3128"),
        Case("http://s:3128", ["https_proxy": "http://p:1"], safe, "tunnel s:3128"),
        Case("http://s:3128", ["https_proxy": "nonsense"], safe, "tunnel s:3128"),
        Case("none", ["https_proxy": "http://p:1"], safe, nil),
        Case("None", ["https_proxy": "socks5://p:1"], safe, nil),
        Case("http://s:3128", ["NO_PROXY": "example.com"], safe, nil),
        Case("http://s:3128", ["no_proxy": "a.org", "NO_PROXY": "example.com"], safe, "tunnel s:3128"),
        Case("http://[2001:db8::7]:3128", [:], safe, "tunnel [2001:db8::7]:3128"),
    ]

    private static let here: [Case] = [
        "http://localhost:8080", "https://LOCALHOST", "https://localhost.", "http://a.localhost", "http://127.0.0.1:9",
        "http://127.9.9.9", "https://[::1]:8443", "https://[::ffff:127.0.0.1]",
    ].map { Case("http://s:3128", [:], $0, nil) }

    @Test(arguments: environment + setting + here)
    func `the setting, then the environment, say which way a link goes`(which: Case) throws {
        let rules = try ProxyRules(setting: which.setting, environment: which.environment)
        let way: String? =
            switch rules.route(to: try #require(Destination(which.link))) {
            case .direct: nil
            case .tunnel(let proxy): "tunnel \(proxy)"
            case .forward(let proxy): "forward \(proxy)"
            }
        #expect(way == which.way, "\(which)")
    }

    struct Wrong: Sendable {
        var text: String
        var reason: ProxyAddressError

        init(_ text: String, _ reason: ProxyAddressError) { (self.text, self.reason) = (text, reason) }
    }

    private static let wrong: [Wrong] = [
        Wrong("socks5://p:1080", .otherKind("socks5")), Wrong("SOCKS5h://u:secret@p:1080", .otherKind("socks5h")),
        Wrong("https://p:443", .otherKind("https")), Wrong("secret://p:1", .noAddress), Wrong("http://", .noAddress),
        Wrong("http://p", .noPort), Wrong("p", .noPort), Wrong("http://p:", .noPort), Wrong("http://p:0", .noPort),
        Wrong("http://p:65536", .noPort), Wrong("http://p:+80", .noPort), Wrong("http://p:80x", .noPort),
        Wrong("http://[::1]", .noPort), Wrong("http://[p]:1", .noAddress), Wrong("http://::1:3128", .noAddress),
        Wrong("http://:3128", .noAddress), Wrong("http://p/secret:1", .noAddress), Wrong("http://p q:1", .noAddress),
        Wrong("http://p:1/path", .noPort), Wrong("http://:secret@p:1", .badCredentials),
        Wrong("http://u:100%@p:1", .badCredentials), Wrong("http://u%3Ax:y@p:1", .badCredentials),
        Wrong("http://u:a%0Ab@p:1", .badCredentials),
    ]

    @Test(arguments: wrong)
    func `what is no proxy's address says why, and not what it was`(which: Wrong) {
        let error = #expect(throws: ProxyRulesError.self) { try ProxyRules(setting: which.text, environment: [:]) }
        #expect(error == ProxyRulesError(variable: nil, reason: which.reason))
        #expect(error.map { "\($0)" }?.contains("secret") == false)
        let variable = #expect(throws: ProxyRulesError.self) {
            try ProxyRules(setting: "", environment: ["HTTPS_PROXY": which.text])
        }
        #expect(variable?.variable == "HTTPS_PROXY")
    }

    @Test func `user and password are read, and shown nowhere`() throws {
        let address = try ProxyAddress("http://us%40er:s%3Aecret%2F@proxy.example:3128")
        #expect(address.credentials == ProxyAddress.Credentials(user: "us@er", password: "s:ecret/"))
        #expect("\(address)" == "proxy.example:3128")
        var dumped = ""
        dump(Route.tunnel(address), to: &dumped)
        let rules = try ProxyRules(setting: "http://us%40er:s%3Aecret%2F@proxy.example:3128", environment: [:])
        dump(rules, to: &dumped)
        for shown in ["\(address)", "\(Route.tunnel(address))", "\(rules)", String(reflecting: rules), dumped] {
            #expect(shown.contains("proxy.example:3128"))
            #expect(!shown.contains("ecret") && !shown.contains("us@er"), "\(shown)")
        }
        #expect(try ProxyAddress("http://user@p:1").credentials == .init(user: "user", password: ""))
        #expect(try ProxyAddress("http://user:a@b@p:1").credentials == .init(user: "user", password: "a@b"))
    }
}
