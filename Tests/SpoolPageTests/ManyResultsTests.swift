// SPDX-License-Identifier: Apache-2.0

import Spool
import Testing

@testable import FileIO
@testable import SpoolPage
@testable import TestSupport

/// A spool that has been at work for months.
struct ManyResultsTests {
    @Test func `of ten thousand results the newest are found at once, and no more than a thousand are kept`()
        async throws
    {
        try await Scratch.with { scratch in
            let spool = Spool(root: scratch.path)
            _ = try spool.make()
            for number in 0..<10_000 {
                let folder = "done/lane-\(number % 7)/job-\(number)"
                try scratch.folder(folder)
                try scratch.write(
                    Array(#"{"version": 1, "job": "x", "outcome": "done"}"#.utf8), to: folder + "/result.json")
            }
            let results = RecentResults(ResultFiles(spool: spool))
            let found = results.find(GalleryQuery())
            #expect(found.count == RecentResults.limit)
            #expect(found.isCut)
            #expect(found.cards.count == RecentResults.cardsOnPage)
            // By the files' own times, which a file system may tell in steps.
            let newest = try #require(found.cards.first.flatMap { Int($0.place.name.split(separator: "-").last ?? "") })
            #expect(newest > 9_000)
            #expect(results.find(GalleryQuery(["page": "2"])).cards.count == RecentResults.cardsOnPage)
            let none = results.find(GalleryQuery(["q": "nothing of that name"]))
            #expect(none.count == 0)
        }
    }
}
