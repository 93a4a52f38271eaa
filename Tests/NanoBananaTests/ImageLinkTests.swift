// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

struct ImageLinkTests {
    @Test(arguments: [
        "https://a.example/1.png", "http://a.example", "HTTPS://A.EXAMPLE/x", "https://a.example:1/x",
        "https://a.example:65535/x", "http://[2001:db8::1]/x", "http://[::1]:8080/x", "http://127.0.0.1/x",
        "https://a.example/%E5%9B%BE.png?a=b&c=d#part", "https://a.example/@name/1.png", "https://a.example?x=a:b@c",
        "https://bücher.example/größe.png", "https://b%C3%BCcher.example/x", "http://a_b.example/x",
        "https://a.example./x", "https://b\u{FC}cher.example./x",
        "https://\(String(repeating: "a", count: 63)).example/x", "https://\(String(repeating: "a.", count: 126))a/x",
        "https://\(String(repeating: "a.", count: 126))a./x",
    ])
    func `a link that the API could fetch is kept as it was given`(text: String) throws {
        #expect(try ImageLink(text).text == text)
    }

    @Test(arguments: [" https://a.example/1.png", "https://a.example/1.png\r\n", "\t https://a.example/1.png \n"])
    func `space around a link is taken away`(text: String) throws {
        #expect(try ImageLink(text).text == "https://a.example/1.png")
    }

    @Test(arguments: [
        ("", ImageLinkError.empty), (" \n", .empty), ("a.example/1.png", .notALink), ("//a.example/x", .notALink),
        ("https:/a.example", .notALink), ("https:a.example", .notALink), (":https//a", .notALink),
        ("1https://a", .notALink), ("data:image/png;base64,AAAA", .scheme("data")), ("FTP://a.example", .scheme("ftp")),
        ("file:///etc/passwd", .scheme("file")), ("https://", .noHost), ("https:///x", .noHost),
        ("https://:80/x", .noHost), ("https://?x", .noHost), ("https://[]/x", .noHost), ("https://[::1", .noHost),
        ("https://a:0", .badPort), ("https://a:65536", .badPort), ("https://a:x/", .badPort), ("https://a:", .badPort),
        ("https://a:+80/", .badPort), ("https://a:-1/", .badPort), ("https://a:b:80/", .badPort),
        ("https://[nobody]/x", .badHost), ("https://[::1]80/", .badPort), ("https://me@a.example/x", .credentials),
        ("https://me:secret@a.example/x", .credentials),
        ("https://a.\u{EFBC}/c.png", .badHost), ("https://\u{1F34C}.example/x", .badHost), ("https://a!b/x", .badHost),
        ("https://a%20b/x", .badHost), ("https://1.2.3.4.5/x", .badHost), ("https://[1.2.3.4]/x", .badHost),
        ("https://.a.example/x", .badHost), ("https://a..example/x", .badHost), ("https://./x", .badHost),
        ("https://.\u{EF}\u{61BC}/c.png", .badHost), ("https://a..b\u{FC}cher.example/x", .badHost),
        ("https://\(String(repeating: "a", count: 64)).example/x", .badHost),
        ("https://\(String(repeating: "a.", count: 126))ab/x", .badHost),
    ])
    func `a text that is no link says why`(text: String, error: ImageLinkError) {
        #expect(throws: error) { try ImageLink(text) }
    }

    @Test(
        arguments: [
            (" ", " "), ("\n", "\n"), ("\r\n", "\r"), ("\u{0}", "\u{0}"), ("\u{7F}", "\u{7F}"), ("\u{A0}", "\u{A0}"),
            ("\u{200B}", "\u{200B}"), ("\u{202E}", "\u{202E}"), ("\u{2028}", "\u{2028}"), ("<", "<"), ("\"", "\""),
            ("\\", "\\"), ("`", "`"), ("{", "{"), ("%", "%"), ("%4", "%"), ("%4g", "%"), ("%%41", "%"),
        ] as [(String, Unicode.Scalar)])
    func `a character that must be encoded is named`(part: String, scalar: Unicode.Scalar) {
        #expect(throws: ImageLinkError.forbiddenCharacter(scalar)) { try ImageLink("https://a.example/x\(part)/y") }
    }

    @Test(arguments: [("a.[/x", "["), ("a]/x", "]"), ("a[::1]/x", "[")] as [(String, Unicode.Scalar)])
    func `a bracket in a host stands around an address only`(rest: String, bracket: Unicode.Scalar) {
        #expect(throws: ImageLinkError.forbiddenCharacter(bracket)) { try ImageLink("https://\(rest)") }
    }
}
