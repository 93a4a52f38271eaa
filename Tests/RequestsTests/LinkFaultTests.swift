// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import Documents
@testable import Jobs
@testable import Requests

/// Links that are links by the letter and lead to no picture.
struct LinkFaultTests {
    /// 2026-11-28 14:02 UTC.
    private static let now = Timestamp(milliseconds: 1_795_874_520_000)

    private static func fault(_ text: String, _ addresses: AddressPolicy = .publicOnly) throws -> LinkFault? {
        LinkFault(of: try ImageLink(text), addresses, at: now)
    }

    static let offices = [
        "http://192.168.1.20/a.png", "http://10.0.0.5:9000/a.png", "http://172.16.0.1/a", "http://localhost:8000/a.png",
        "http://nas/a.png", "http://nas:5000/a.png", "http://printer.local/a.png", "http://NAS.Local./a.png",
        "http://[::1]/a.png", "http://[fd12:3456::1]/a.png", "http://[fe80::1]/a.png", "http://[::ffff:10.0.0.1]/a",
        "http://2130706433/a.png", "http://0x7f000001/a.png", "http://0x7f.1/a.png", "http://0177.0.0.1/a.png",
        "http://127.1/a.png", "http://169.254.169.254/a", "http://a.internal/a.png", "http://box.lan/a.png",
        "http://wiki.corp/a.png", "http://a.home.arpa/a.png", "http://\u{FF11}\u{FF10}\u{3002}0.0.1/a.png",
        "http://100.64.0.1/a.png", "http://0.0.0.0/a.png", "http://localhost./a.png", "http://a.localhost/a.png",
    ]

    @Test(arguments: offices)
    func `a link that only the office can open is refused, unless the API stands there, too`(text: String) throws {
        let link = try ImageLink(text)
        #expect(LinkFault(of: link, .publicOnly, at: Self.now) == .unreachable(host: link.host))
        for api in ["http://127.0.0.1:8787", "http://10.0.0.1/v1", "http://nano.internal", "http://localhost:1"] {
            #expect(LinkFault(of: link, .ofLinks(toAPIAt: api), at: Self.now) == nil)
        }
        #expect(AddressPolicy.ofLinks(toAPIAt: "https://api.example.com") == .publicOnly)
    }

    static let good = [
        "https://a.b/c.png", "https://8.8.8.8/a.png", "https://[2606:4700::1]/a.png", "https://müller.de/a.png",
        "https://a.b/c(1).png", "https://a.b/Foo_(bar)", "https://a.b/c.png?x=1&y=2", "https://a.b/c.png?",
        "https://a.b/c.",
        "https://a.b/c.png?amp=1&b=2", "https://a.b/c!", "https://172.32.0.1/a.png", "https://local.host.org/a.png",
        "https://a.b/expires?Expires=1", "https://a.b/a.png?Expires=1735689600", "https://a.b/a.png?se=2020-01-01",
        "https://b.s3.amazonaws.com/a.png?X-Amz-Date=20261128T130300Z&X-Amz-Expires=3600&X-Amz-Signature=0",
        "https://b.s3.amazonaws.com/a.png?X-Amz-Date=junk&X-Amz-Expires=3600", "https://a.b/?X-Amz-Expires=3600",
        "https://drive.google.com/uc?export=download&id=1Gb", "https://www.dropbox.com/s/abc/b.png?dl=1",
        "https://www.dropbox.com/s/abc/b.png?raw=1", "https://dl.dropboxusercontent.com/s/abc/b.png",
        "https://i.imgur.com/AbC.png", "https://imgur.com/AbC.png", "https://github.com/o/r/raw/main/b.png",
        "https://github.com/o/r/blob/main/b.png?raw=true", "https://raw.githubusercontent.com/o/r/main/b.png",
        "https://a.b/blob/x.png", "https://lh3.googleusercontent.com/a", "https://live.staticflickr.com/a.jpg",
        "https://x.sharepoint.com/:i:/s/a/b?download=1",
    ]

    @Test(arguments: good)
    func `a link that may lead to a picture is sent`(text: String) throws {
        #expect(try Self.fault(text) == nil)
    }

    static let over = [
        "https://b.s3.amazonaws.com/a.png?X-Amz-Date=20261128T120000Z&X-Amz-Expires=3600&X-Amz-Signature=0",
        "https://storage.googleapis.com/b/a.png?X-Goog-Date=20261128T120000Z&X-Goog-Expires=60&X-Goog-Signature=0",
        "https://a.b/a.png?x-tos-date=20261128T120000Z&x-tos-expires=60",
        "https://storage.googleapis.com/b/a.png?GoogleAccessId=x&Expires=1735689600&Signature=00",
        "https://d1.cloudfront.net/a.png?Expires=1735689600&Signature=x&Key-Pair-Id=K",
        "https://a.b/a.png?token=abc&expires=1735689600", "https://a.b/a.png?md5=abc&expires=1735689600",
        "https://a.blob.core.windows.net/c/a.png?sv=2022-11-02&se=2026-01-01T00%3A00%3A00Z&sig=00",
        "https://a.blob.core.windows.net/c/a.png?se=2026-01-01&sig=00",
        "https://cdn.discordapp.com/a/b/c.png?ex=65f0a000&is=65e0a000&hm=00ff",
        "https://scontent.xx.fbcdn.net/a.jpg?oh=00_x&oe=65F0A000",
        "https://x.supabase.co/a.png?token=eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3MzU2ODk2MDB9.sig",
        "https://a.b/a.png?q-sign-time=1480932292;1735689600&q-signature=00", "https://a.b/a.png?e=1735689600&token=00",
        "https://x.imgix.net/a.png?expires=1735689600&s=00", "https://a.b/a.png?hdnts=exp=1735689600~acl=/*~hmac=00",
        "https://d1.cloudfront.net/a.png?Policy="
            + "eyJTdGF0ZW1lbnQiOlt7IkNvbmRpdGlvbiI6eyJEYXRlTGVzc1RoYW4iOnsiQVdTOkVwb2NoVGltZSI6MTczNTY4OTYwMH19fV19"
            + "&Signature=x&Key-Pair-Id=K",
    ]

    @Test(arguments: over)
    func `a signed link that says it has run out is refused from that moment on`(text: String) throws {
        let link = try ImageLink(text)
        let end = try #require(SignedLink.end(of: link))
        #expect(LinkFault(of: link, .publicOnly, at: Self.now) == .ranOut(end))
        #expect(LinkFault(of: link, .publicOnly, at: end) == .ranOut(end))
        #expect(LinkFault(of: link, .publicOnly, at: Timestamp(milliseconds: end.milliseconds - 1)) == nil)
    }

    @Test func `the first of a request's links that has run out is told`() throws {
        let links = ["https://a.b/1.png", Self.over[0], Self.over[3]].map { try! ImageLink($0) }
        let edit = try EditRequest(model: .pro, prompt: "x", images: links)
        let request = Request(edit: edit, variants: 1, meta: nil)
        let end = Timestamp(milliseconds: 1_795_870_800_000)
        #expect(request.expiredLink(at: Self.now) == ExpiredLink(number: 2, end: end))
        #expect(request.expiredLink(at: Timestamp(milliseconds: 1_735_689_599_999)) == nil)
        let why = Wording.explain(ExpiredLink(number: 2, end: end))
        #expect(why.code == "invalid-request" && why.charge == .no)
        #expect(
            why.what
                == "Picture 2's link was good until \(String("\(LocalTime(end))".dropLast(3))), and the request's turn came "
                + "later, so nothing was sent.")
    }

    static let entities = [
        "https://a.b/a.png?x=1&amp;y=2": "&amp;", "https://a.b/a.png?x=1&AMP;y=2": "&amp;",
        "https://a.b/a.png?x=1&#38;y=2": "&#38;", "https://a.b/a.png?x=1&#x26;y=2": "&#x26;",
        "https://a.b/a.png?x=1%26amp%3By=2": "%26amp%3b",
    ]

    @Test(arguments: entities)
    func `an ampersand as HTML writes it is named`(text: String, spelling: String) throws {
        #expect(try Self.fault(text) == .entity(spelling, meant: "&"))
    }

    static let punctuated = [
        "https://a.b/c.png,": "https://a.b/c.png", "https://a.b/c.png)": "https://a.b/c.png",
        "https://a.b/c.png.": "https://a.b/c.png", "https://a.b/c.png);": "https://a.b/c.png",
        "https://a.b/c.JPG!": "https://a.b/c.JPG", "https://a.b/c?x=1,": "https://a.b/c?x=1",
        "https://a.b/c.png'": "https://a.b/c.png",
    ]

    @Test(arguments: punctuated)
    func `punctuation of the text around is no part of a link`(text: String, works: String) throws {
        #expect(try Self.fault(text) == .punctuation(works: works))
        #expect(LinkFault(around: text) == .punctuation(works: works))
    }

    static let wrapped = [
        "<https://a.b/c.png>": "https://a.b/c.png", "(https://a.b/c)": "https://a.b/c",
        "\"https://a.b/c.png\"": "https://a.b/c.png", "![a bottle](https://a.b/c.png)": "https://a.b/c.png",
        "[https://a.b/c.png](https://a.b/c.png)": "https://a.b/c.png", "https://a.b/c.png>": "https://a.b/c.png",
        "https://a.b/c.png\"": "https://a.b/c.png",
    ]

    @Test(arguments: wrapped)
    func `what is no link for what stands around it is told with the link`(text: String, works: String) {
        #expect(LinkFault(around: text) == .punctuation(works: works))
    }

    @Test(arguments: ["a.png", "ftp://a.b/c.png", "(a.png)", "https:/a.b", ""])
    func `what is no link within, either, is left to others`(text: String) {
        #expect(LinkFault(around: text) == nil)
    }

    static let pages: [(String, SharePage)] = [
        (
            "https://drive.google.com/file/d/1GbzcZXO0lN2FUb6pyMxzNrw/view?usp=sharing",
            .works(
                site: "Google Drive",
                link: "https://drive.google.com/uc?export=download&id=1GbzcZXO0lN2FUb6pyMxzNrw")
        ),
        (
            "https://drive.google.com/open?id=1Gb&usp=drive_copy",
            .works(site: "Google Drive", link: "https://drive.google.com/uc?export=download&id=1Gb")
        ),
        ("https://docs.google.com/document/d/1Gb/edit", .noLink(site: "Google Docs")),
        ("https://drive.google.com/drive/folders/1Gb", .noLink(site: "Google Drive")),
        (
            "https://www.dropbox.com/s/abc123/bottle.png?dl=0",
            .works(site: "Dropbox", link: "https://www.dropbox.com/s/abc123/bottle.png?dl=1")
        ),
        (
            "https://www.dropbox.com/scl/fi/x/b.png?rlkey=y&st=z&dl=0",
            .works(site: "Dropbox", link: "https://www.dropbox.com/scl/fi/x/b.png?rlkey=y&st=z&dl=1")
        ),
        ("https://www.dropbox.com/scl/fo/x/y?dl=0", .noLink(site: "Dropbox")),
        ("https://imgur.com/a/AbC", .ownLink(site: "imgur", example: "https://i.imgur.com/….png")),
        ("https://imgur.com/AbC", .ownLink(site: "imgur", example: "https://i.imgur.com/….png")),
        (
            "https://github.com/o/r/blob/main/bottle.png",
            .works(site: "github.com", link: "https://github.com/o/r/raw/main/bottle.png")
        ),
        (
            "https://git.example.org/o/r/-/blob/main/bottle.png",
            .works(site: "git.example.org", link: "https://git.example.org/o/r/-/raw/main/bottle.png")
        ),
        ("https://1drv.ms/i/s!Abc", .noLink(site: "OneDrive")),
        (
            "https://x.sharepoint.com/:i:/s/team/Abc?e=1",
            .works(site: "SharePoint", link: "https://x.sharepoint.com/:i:/s/team/Abc?e=1&download=1")
        ),
        ("https://photos.app.goo.gl/Abc", .noLink(site: "Google Photos")),
        ("https://share.icloud.com/photos/0abc", .noLink(site: "iCloud")),
        (
            "https://www.google.com/imgres?imgurl=https%3A%2F%2Fa.b%2Fc.png&tbnid=x",
            .works(site: "Google", link: "https://a.b/c.png")
        ),
        ("https://we.tl/t-abc", .noLink(site: "WeTransfer")),
        ("https://www.flickr.com/photos/a/1", .ownLink(site: "Flickr", example: "https://live.staticflickr.com/….jpg")),
    ]

    @Test(arguments: pages)
    func `a page that shows a picture is told from the picture, with the link that works`(
        text: String, page: SharePage
    ) throws {
        #expect(try Self.fault(text) == .page(page))
    }

    @Test(arguments: pages)
    func `the link that is advised is none of those`(text: String, page: SharePage) throws {
        guard case .works(_, let link) = page else { return }
        #expect(try Self.fault(link) == nil)
    }
}
