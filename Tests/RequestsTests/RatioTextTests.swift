// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import Requests

/// Ratios, and what spreadsheets make of them.
struct RatioTextTests {
    static let ratios: [String: AspectRatio] = [
        "16:9": .landscape16x9, "auto": .auto, "16:09:00": .landscape16x9, "16:09": .landscape16x9,
        "4:09:00 PM": .landscape16x9, "04:09 PM": .landscape16x9, "9:16 AM": .portrait9x16, "1:01 AM": .square,
        "9:09 PM": .landscape21x9, "4:09 p.m.": .landscape16x9, "04:09PM": .landscape16x9, "4:03:00": .landscape4x3,
        "0.672916666666667": .landscape16x9, "0,386111": .portrait9x16, "0.0423611111111111": .square,
        "0,88125": .landscape21x9, "1899-12-30 16:09:00": .landscape16x9,
        "1899-12-30T16:09:00.000Z": .landscape16x9, "30/12/1899 09:16:00": .portrait9x16, "2:03 AM": .portrait2x3,
        "下午 4:09:00": .landscape16x9, "PM 4:09:00": .landscape16x9, "오후 9:09:00": .landscape21x9,
        "4:09:00 nachm.": .landscape16x9, "9:16\u{202F}a.m.": .portrait9x16, "31.12.1899 16:09:00": .landscape16x9,
    ]

    @Test(arguments: ratios)
    func `a time of the day is the ratio that it was made of`(text: String, ratio: AspectRatio) {
        #expect(RatioText(text) == .ratio(ratio))
    }

    @Test(arguments: [
        "17:30:00", "4:10 PM", "00:00:00", "12:09 AM", "1899-12-30 12:00:00", "16:09:00 Uhr", "下午 4:10:00",
    ])
    func `a time that no ratio has become is told as one`(text: String) {
        #expect(RatioText(text) == .time)
    }

    @Test(arguments: ["16:10", "16x9", "0.5625", "0.75", "wide", "", "16:9:30", "1.7778", "0.", ":", "16:9 crop"])
    func `anything else is neither`(text: String) {
        #expect(RatioText(text) == .other)
    }
}
