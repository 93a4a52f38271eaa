// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import DropFolder
@testable import Jobs
@testable import Requests
@testable import TestSupport

/// Links that a command has printed, as they are sent.
struct PrintedLinksTests {
    private static func picture(_ text: String) throws -> SharedPicture {
        SharedPicture(device: 1, inode: 2, bytes: 3, modified: 4, link: try ImageLink(text))
    }

    @Test func `links that were printed anew are to be recorded once, before the next submit`() throws {
        let first = try Self.picture("https://a.b/c?sig=1")
        let renewed = try Self.picture("https://a.b/c?sig=2")
        let (job, _) = try Samples.job(after: [.read(try Samples.request(locals: 1)), .sharing, .shared([first])])
        let links = PrintedLinks(of: job)
        #expect(links.takeRenewed() == nil)
        links.set([PrintedLink(try ImageLink("https://a.b/c?sig=2"), at: Samples.later)], renewing: [renewed])
        #expect(links.takeRenewed() == [renewed])
        #expect(links.takeRenewed() == nil)
    }

    @Test func `those of the first time are recorded with what was shared`() throws {
        let (job, _) = try Samples.job(after: [.read(try Samples.request(locals: 1)), .sharing])
        let links = PrintedLinks(of: job)
        links.set([PrintedLink(try ImageLink("https://a.b/c?sig=1"), at: Samples.start)])
        #expect(links.takeRenewed() == nil)
    }
}
