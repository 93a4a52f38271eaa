// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import NanoBanana

/// Links as they come in answers, read as a browser reads them.
struct PictureAddressTests {
    private func address(_ link: String, from base: String = "https://api.example/v1") throws -> String? {
        let base = try #require(PictureAddress(base: base))
        return PictureAddress(link, relativeTo: base)?.url
    }

    @Test(arguments: [
        // Whole ones stay what they are.
        ("https://h.example/p/1.png", "https://h.example/p/1.png"),
        ("https://h.example/p/1.png?X-Sig=a%2Fb%3D&t=1+2", "https://h.example/p/1.png?X-Sig=a%2Fb%3D&t=1+2"),
        ("https://h.example", "https://h.example/"), ("https://h.example?x=1", "https://h.example/?x=1"),
        ("http://127.0.0.1:8799/p", "http://127.0.0.1:8799/p"),
        ("http://[2001:DB8::1]:81/p", "http://[2001:db8::1]:81/p"),
        ("https://h.example:443/p", "https://h.example/p"), ("http://h.example:443/p", "http://h.example:443/p"),
        ("https://h.example:/p", "https://h.example/p"), ("https://h.example/p#top", "https://h.example/p"),
        // Blanks and what is invisible around it; line breaks and tabs anywhere.
        ("https://h.example/1.png\r\n", "https://h.example/1.png"),
        (" \u{FEFF}https://h.example/1", "https://h.example/1"),
        ("https://h.exa\nmple/a\tb", "https://h.example/ab"), ("https://h.example/1\u{0}\u{A0}", "https://h.example/1"),
        ("\"https://h.example/1\"", "https://h.example/1"), ("<https://h.example/1>", "https://h.example/1"),
        ("https%3A%2F%2Fh.example%2Fp%2F1.png", "https://h.example/p/1.png"),
        ("http%3a//h.example/a%20b", "http://h.example/a%20b"),
        // What may not stand in it is encoded, once.
        ("https://h.example/my output 1.png", "https://h.example/my%20output%201.png"),
        ("https://h.example/a%20b c", "https://h.example/a%20b%20c"),
        ("https://h.example/a|b{1}^`\"<>", "https://h.example/a%7Cb%7B1%7D%5E%60%22%3C%3E"),
        ("https://h.example/a\u{1}b\u{7F}", "https://h.example/a%01b"),
        ("https://h.example/\u{56FE}\u{E9}.png?n=\u{56FE}", "https://h.example/%E5%9B%BE%C3%A9.png?n=%E5%9B%BE"),
        ("https://h.example/100%/50%2/x%zz%41", "https://h.example/100%25/50%252/x%25zz%41"),
        ("https://h.example/a[1].png?b[]=2", "https://h.example/a%5B1%5D.png?b%5B%5D=2"),
        ("https://h.example/a?b=c?d", "https://h.example/a?b=c?d"),
        // Scheme and host in any case; slashes in any number and direction.
        ("HTTPS://H.Example/P", "https://h.example/P"), ("https:/h.example/p", "https://h.example/p"),
        ("https:h.example/p", "https://h.example/p"), ("https:////h.example/p", "https://h.example/p"),
        ("https:\\\\h.example\\a\\b?c=\\d", "https://h.example/a/b?c=%5Cd"),
        ("https:\\/\\/h.example\\/a", "https://h.example/a"),
        ("https://h.example/?a=1\\u0026b=2", "https://h.example/?a=1&b=2"),
        ("https://h.example/?a=1&amp;b=2", "https://h.example/?a=1&b=2"),
        // Dots.
        ("https://h.example/a/./b/../c", "https://h.example/a/c"), ("https://h.example/../../a", "https://h.example/a"),
        ("https://h.example/a/%2e%2E/b/..", "https://h.example/"), ("https://h.example/a//b", "https://h.example/a//b"),
        // Names beyond ASCII, and numbers in every spelling.
        ("https://b\u{FC}cher.example/x", "https://xn--bcher-kva.example/x"),
        ("https://h%2Eexample/x", "https://h.example/x"), ("http://2130706433/x", "http://127.0.0.1/x"),
        ("http://0x7f.1/x", "http://127.0.0.1/x"), ("http://0177.0.0.1/x", "http://127.0.0.1/x"),
        ("http://127.0.0.1./x", "http://127.0.0.1/x"), ("http://\u{FF11}27.0.0.1/x", "http://127.0.0.1/x"),
        ("http://1.2.3/x", "http://1.2.0.3/x"),
    ])
    func `a link that says all by itself`(link: String, url: String) throws {
        #expect(try address(link) == url)
        // The same again changes nothing.
        #expect(try address(url) == url)
    }

    @Test(arguments: [
        ("//cdn.example/p/1.png", "https://cdn.example/p/1.png"), ("\\\\cdn.example\\p", "https://cdn.example/p"),
        ("///cdn.example/p", "https://cdn.example/p"), ("//127.0.0.1:8799/p", "https://127.0.0.1:8799/p"),
        ("cdn.example/p/1.png", "https://cdn.example/p/1.png"), ("cdn.example:8080/p", "https://cdn.example:8080/p"),
        ("localhost:8799/p", "https://localhost:8799/p"), ("10.1.2.3/p", "https://10.1.2.3/p"),
        ("[2001:db8::1]/p", "https://[2001:db8::1]/p"),
        ("a.b\u{FC}cher.xn--p1ai/p", "https://a.xn--bcher-kva.xn--p1ai/p"),
        ("/p/1.png", "https://api.example/p/1.png"), ("p/1.png", "https://api.example/v1/p/1.png"),
        ("1.png", "https://api.example/v1/1.png"), ("output.png?x=1", "https://api.example/v1/output.png?x=1"),
        ("v1.2/1.png", "https://api.example/v1/v1.2/1.png"), ("./a/../b", "https://api.example/v1/b"),
        ("../b", "https://api.example/b"), ("?id=1", "https://api.example/v1/?id=1"),
        ("/p/a:b.png", "https://api.example/p/a:b.png"), ("p/https://x", "https://api.example/v1/p/https://x"),
    ])
    func `what a link lacks comes from the API's address`(link: String, url: String) throws {
        #expect(try address(link) == url)
    }

    @Test func `an API without encryption gives its scheme, its port and its path`() throws {
        #expect(try address("//cdn.example/1", from: "http://10.0.0.1:8799") == "http://cdn.example/1")
        #expect(try address("/p/1", from: "http://10.0.0.1:8799") == "http://10.0.0.1:8799/p/1")
        #expect(try address("p/1", from: "http://10.0.0.1:8799/a/b/") == "http://10.0.0.1:8799/a/b/p/1")
    }

    @Test(arguments: [
        "", " ", "\r\n", "ftp://h.example/1", "file:///etc/passwd", "s3://bucket/1", "javascript:alert(1)", "https://",
        "https:///", "https://?x", "https://h.example:99999/", "https://h.example:0/", "https://h.example:8a/",
        "https://h ost/", "https://h|ost/", "https://a[b]/", "https://[::1/", "https://[zz]/", "https://1.2.3.4.5/",
        "https://256.256.256.256/", "https://h%00.example/", "#",
    ])
    func `what leads to no HTTP server is none`(link: String) throws {
        #expect(try address(link) == nil)
    }

    @Test func `credentials are kept apart from the link`() throws {
        let base = try #require(PictureAddress(base: "https://api.example"))
        let address = try #require(PictureAddress("https://me:p%40w@h.example/1", relativeTo: base))
        #expect(address.credentials == "me:p%40w")
        #expect(address.url == "https://h.example/1")
        #expect(PictureAddress("https://@h.example/1", relativeTo: base)?.credentials == nil)
        #expect(PictureAddress("/2", relativeTo: address)?.credentials == "me:p%40w")
        #expect(PictureAddress("//i.example/2", relativeTo: address)?.credentials == nil)
    }

    @Test(
        arguments: [
            ("https://CDN.example/1", "cdn.example"), ("//cdn.example/1", "cdn.example"), ("/p/1.png", nil),
            ("data:image/png;base64,AAAA", nil), ("ftp://h.example/1", nil),
        ] as [(String, String?)])
    func `a link tells the host that it names`(link: String, host: String?) {
        #expect(PictureLink(url: link).host == host)
    }
}
