// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import Documents
@testable import Jobs
@testable import Requests
@testable import TestSupport

/// Links that are links by the letter and lead to no picture.
@Suite(.zoneStays)
struct LinkFaultTests {
    /// 2026-11-28 14:02 UTC.
    static let now = Timestamp(milliseconds: 1_795_874_520_000)

    /// A link, and what is wrong with it.
    struct Case: Sendable {
        var link: String
        var fault: LinkFault?

        init(_ link: String, _ fault: LinkFault? = nil) {
            (self.link, self.fault) = (link, fault)
        }
    }

    static let cases: [Case] = good.map { Case($0) } + copied + pages + others

    @Test(arguments: cases.indices)
    func `a link is sent that may lead to a picture, and no other`(index: Int) throws {
        let item = Self.cases[index]
        #expect(LinkFault(of: try ImageLink(item.link), .publicOnly, at: Self.now) == item.fault, "\(item.link)")
    }

    @Test(arguments: cases.indices)
    func `the link that is advised is none of those`(index: Int) throws {
        let works: String
        switch Self.cases[index].fault {
        case .surrounded(let link), .page(.works(_, let link)): works = link
        default: return
        }
        #expect(LinkFault(of: try ImageLink(works), .publicOnly, at: Self.now) == nil, "\(works)")
    }

    @Test(arguments: within.indices)
    func `what is no link for what stands around it is told with the link`(index: Int) {
        let item = Self.within[index]
        #expect(LinkFault(around: item.link) == item.fault, "\(item.link)")
    }

    @Test(arguments: offices)
    func `a link that only the office can open is refused, unless the API stands there, too`(text: String) throws {
        let link = try ImageLink(text)
        #expect(LinkFault(of: link, .publicOnly, at: Self.now) == .unreachable(host: link.host))
        for api in ["http://127.0.0.1:8787", "http://10.0.0.1/v1", "http://nano.internal", "http://localhost:1"] {
            #expect(LinkFault(of: link, .ofLinks(toAPIAt: api), at: Self.now) == nil)
        }
        #expect(AddressPolicy.ofLinks(toAPIAt: "https://api.example.com") == .publicOnly)
    }

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
                == "Picture 2's link expired at \(String("\(LocalTime(end))".dropLast(3))), before it was the "
                + "request's turn, so nothing was sent.")
    }

    static let moments: [String: Int64] = [
        "20261128T140200Z": 0, "2026-11-28T14:02:00Z": 0, "2026-11-28T14:02:00.0000000Z": 0, "2026-11-28T14:02Z": 0,
        "2026-11-28T15:02:00+01:00": 0, "2026-11-28T15:02:00 0100": 0, "2026-11-28T08:32:00-05:30": 0,
        "2026-11-28 14:02:00": 0, "2026-11-28": -50_520, "2026-11-28T00:00:00+00:00": -50_520,
    ]

    @Test(arguments: moments)
    func `a moment is read in whatever way a link may have it`(text: String, seconds: Int64) {
        #expect(ISOTime.moment(text) == Timestamp(milliseconds: Self.now.milliseconds + seconds * 1000))
    }

    @Test(arguments: [
        "", "20261128", "2026-13-01", "2026-11-28T", "2026-11-28Tx", "2026-11-28T14:02:00X", "now", "0", "T",
    ])
    func `what is no moment is none`(text: String) {
        #expect(ISOTime.moment(text) == nil)
    }
}
