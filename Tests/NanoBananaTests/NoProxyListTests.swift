// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import NanoBanana

struct NoProxyListTests {
    struct Case: Sendable {
        var list: String
        var link: String
        var isListed: Bool

        init(_ list: String, _ link: String, _ isListed: Bool) {
            (self.list, self.link, self.isListed) = (list, link, isListed)
        }
    }

    private static let names: [Case] = [
        Case("", "https://a.example.com", false),
        Case("example.com", "https://example.com", true),
        Case("example.com", "https://a.example.com", true),
        Case("example.com", "https://a.b.example.com/x?y", true),
        Case("example.com", "https://nonexample.com", false),
        Case("example.com", "https://example.com.evil.org", false),
        Case(".example.com", "https://a.example.com", true),
        Case(".example.com", "https://example.com", true),
        Case("*.example.com", "https://a.example.com", true),
        Case("*.example.com", "https://example.com", true),
        Case("EXAMPLE.com", "https://A.Example.COM", true),
        Case("example.com.", "https://example.com", true),
        Case("example.com", "https://example.com.", true),
        Case("*", "https://example.com", true),
        Case("a.org, *", "https://example.com", true),
        Case("a.org,b.org", "https://b.org", true),
        Case(" a.org ,\tb.org ", "https://b.org", true),
        Case("a.org b.org", "https://b.org", true),
        Case(",,a.org,,", "https://a.org", true),
        Case("ample.com", "https://example.com", false),
        Case("intranet", "http://intranet/x", true),
    ]

    private static let ports: [Case] = [
        Case("example.com:8443", "https://example.com:8443", true),
        Case("example.com:8443", "https://example.com", false),
        Case("example.com:443", "https://example.com", true),
        Case("example.com:80", "http://example.com", true),
        Case("example.com:80", "https://example.com", false),
        Case(".example.com:8443", "https://a.example.com:8443", true),
        Case("10.0.0.1:8080", "http://10.0.0.1:8080", true),
        Case("10.0.0.1:8080", "http://10.0.0.1", false),
        Case("[2001:db8::1]:443", "https://[2001:db8::1]", true),
        Case("[2001:db8::1]:443", "https://[2001:db8::1]:8443", false),
        Case("[2001:db8::1]", "https://[2001:db8::1]:8443", true),
    ]

    private static let addresses: [Case] = [
        Case("10.0.0.1", "http://10.0.0.1", true),
        Case("10.0.0.1", "http://10.0.0.10", false),
        Case("10.0.0.0/8", "https://10.255.1.2", true),
        Case("10.0.0.0/8", "https://11.0.0.1", false),
        Case("192.168.4.0/22", "https://192.168.7.255", true),
        Case("192.168.4.0/22", "https://192.168.8.0", false),
        Case("192.168.4.7/22", "https://192.168.5.1", true),
        Case("0.0.0.0/0", "https://1.2.3.4", true),
        Case("0.0.0.0/0", "https://[2001:db8::1]", false),
        Case("1.2.3.4/32", "https://1.2.3.4", true),
        Case("10.0.0.0/33", "https://10.0.0.0", false),
        Case("10.0.0.0/-1", "https://10.0.0.0", false),
        Case("10.0.0.0/x", "https://10.0.0.0", false),
        Case("2001:db8::/32", "https://[2001:db8:ffff::1]", true),
        Case("2001:db8::/33", "https://[2001:db8:8000::1]", false),
        Case("2001:DB8::1", "https://[2001:db8:0::1]", true),
        Case("10.0.0.0/8", "https://[::ffff:10.1.2.3]", true),
        // A name is not looked up, and digits at its end are no address.
        Case("10.0.0.0/8", "https://ten.example.com", false),
        Case("0.1", "https://10.0.0.1", false),
        Case("1", "https://10.0.0.1", false),
    ]

    @Test(arguments: names + ports + addresses)
    func `a list says what goes without a proxy`(which: Case) throws {
        let destination = try #require(Destination(which.link))
        #expect(NoProxyList(which.list).contains(destination) == which.isListed, "\(which)")
    }
}
