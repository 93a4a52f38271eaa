// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import SpoolPage

/// What an address leads to.
struct RouteTests {
    private static func route(_ target: String) -> Route? {
        let path = target.prefix { $0 != "?" }
        return Route(path: path, query: target.dropFirst(path.count + 1))
    }

    private static let hero = JobPlace(.done, "acme/hero")

    struct Address: Sendable {
        var target: String
        var route: Route?
    }

    private static let addresses = [
        Address(target: "/", route: .overview),
        Address(target: "/gallery", route: .gallery(GalleryQuery())),
        Address(target: "/job/done/acme/hero", route: .job(hero, page: 1)),
        Address(target: "/job/done/acme/hero?page=3", route: .job(hero, page: 3)),
        Address(target: "/job/processing/hero.1x2", route: .job(JobPlace(.processing, "hero.1x2"), page: 1)),
        Address(target: "/file/done/acme/hero/hero-1.png", route: .file(hero, "hero-1.png")),
        Address(target: "/file/done/a%0Ab/x%20y.png", route: .file(JobPlace(.done, "a\nb"), "x y.png")),
        Address(target: "/file/done/%3Cimg%3E/x.png", route: .file(JobPlace(.done, "<img>"), "x.png")),
        Address(target: "/input/failed/hero/2", route: .input(JobPlace(.failed, "hero"), 2)),
        Address(target: "/page.css", route: .asset(.style)),
        Address(target: "/login?to=%2Fgallery", route: .login(to: .gallery)),
        Address(target: "/login?to=https%3A%2F%2Fevil", route: .login(to: .overview)),
        Address(target: "/login?to=%2F%2Fevil", route: .login(to: .overview)),
        Address(target: "/login?to=%2F%5Cevil", route: .login(to: .overview)),
        Address(target: "/login?to=%2Fa%0D%0ASet-Cookie%3Ax", route: .login(to: .overview)),
        // None of these is a place.
        Address(target: "/file/done/../failed/hero/x.png", route: nil),
        Address(target: "/file/done/%2e%2e/x.png", route: nil),
        Address(target: "/file/done/a/%2E%2E%2Fx.png", route: nil),
        Address(target: "/file/done/a%2Fb/x.png", route: nil),
        Address(target: "/file/done/./x.png", route: nil),
        Address(target: "/file/done//x.png", route: nil),
        Address(target: "/file/done/hero/.hidden.png", route: nil),
        Address(target: "/file/done/.git/x.png", route: nil),
        Address(target: "/file/done/hero/x%00.png", route: nil),
        Address(target: "/file/done/hero/x%zz.png", route: nil),
        Address(target: "/file/done/x.png", route: nil),
        Address(target: "/file/processing/hero.1x2/x.png", route: nil),
        Address(target: "/file/inbox/hero/x.png", route: nil),
        Address(target: "/file/ledger/2026/11.csv", route: nil),
        Address(target: "/job/done", route: nil), Address(target: "/job", route: nil),
        Address(target: "/input/done/hero/0", route: nil), Address(target: "/input/done/hero/x", route: nil),
        Address(target: "/done/acme/hero", route: .place(hero)),
        Address(target: "/failed/../done/x", route: nil), Address(target: "/processing/x", route: nil),
        Address(target: "/under-way?name=acme%2Fhero", route: .underWay("acme/hero")),
        Address(target: "/status.json", route: nil), Address(target: "//", route: nil),
        Address(target: "", route: nil), Address(target: "*", route: nil), Address(target: "/gallery/", route: nil),
        Address(target: "http://x/", route: nil),
    ]

    @Test(arguments: addresses)
    func `an address leads to one place, or to none`(address: Address) {
        #expect(Self.route(address.target) == address.route)
    }

    @Test func `an address has at most forty folders and names of 255 bytes`() {
        let deep = String(repeating: "/a", count: 40)
        #expect(Self.route("/job/done\(deep)") != nil)
        #expect(Self.route("/job/done\(deep)/a") == nil)
        #expect(Self.route("/job/done/" + String(repeating: "x", count: 256)) == nil)
    }

    @Test(arguments: ["plain", "a\nb", "x y+z&?#%", "ü", "<img onerror=x>", "\"'"])
    func `a link leads to what it was made of`(name: String) throws {
        let name = try #require(FilePath.Component(name))
        let place = JobPlace(.failed, FilePath(root: nil, ["lane", name]))
        #expect(Self.route(PageLink("/job", place).text) == .job(place, page: 1))
        #expect(Self.route(PageLink("/file", place, name).text) == .file(place, name))
        #expect(Self.route(PageLink("/input", place, number: 3).text) == .input(place, 3))
    }

    @Test func `a name that is no text is linked by its bytes`() throws {
        let bytes: [CChar] = [0x61, CChar(bitPattern: 0xE9), 0]
        let name = try bytes.withUnsafeBufferPointer { buffer in
            let start = try #require(buffer.baseAddress)
            return try #require(FilePath.Component(platformString: start))
        }
        let place = JobPlace(.done, FilePath(root: nil, [name]))
        #expect(PageLink("/job", place).text == "/job/done/a%E9")
        #expect(Self.route("/job/done/a%E9") == .job(place, page: 1))
    }

    @Test func `a gallery's search goes with its pages`() {
        let query = GalleryQuery(["q": " red & <b> ", "page": "2", "kind": "failed"])
        #expect(query.words == "red & <b>")
        #expect(query.link(page: 3).text == "/gallery?q=red%20%26%20%3Cb%3E&kind=failed&page=3")
        #expect(GalleryQuery(["page": "-4"]).page == 1)
        #expect(GalleryQuery(["page": "99999999999999999999"]).page == 1)
    }

    @Test func `a form is read as browsers write it`() {
        #expect(
            PercentCoding.fields("a=1+2&b=%C3%BC&a=3&c&%zz=1&d=x=y") == ["a": "1 2", "b": "ü", "c": "", "d": "x=y"])
    }

    @Test func `what a click asks for is read whole, or not at all`() throws {
        let retry = try #require(Action.read("retry /job/failed/acme/hero"))
        #expect(retry.action == .retry)
        #expect(retry.subject == .job(JobPlace(.failed, "acme/hero")))
        let pause = try #require(Action.read("pause "))
        #expect(pause.subject == .name(""))
        #expect(Action.read("cancel a b/c d")?.subject == .name("a b/c d"))
        for text in ["", "delete x", "retry /job/failed/../x", "retry /job/inbox/x", "cancel a\0b"] {
            #expect(Action.read(text) == nil, "\(text)")
        }
        for action in Action.allCases {
            let subject = Action.Subject.job(JobPlace(.failed, "a b"))
            #expect(Action.read("\(action.rawValue) \(subject.value)")?.subject == subject)
        }
    }
}
