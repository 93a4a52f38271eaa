// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Testing

@testable import DropFolder
@testable import Intake
@testable import Jobs
@testable import Requests
@testable import Spending

/// What a reload may change. What it may not is in `ReloadTests`.
struct LiveSettingsTests {
    @Test func `limits, prices, intervals and models change`() throws {
        let live = LiveSettings(DropFolderSettings())
        var new = DropFolderSettings()
        new.maxInFlight = 100
        new.pollInterval = .seconds(100)
        new.taskTimeout = .seconds(100)
        new.retryInterval = .seconds(100)
        new.retryLimit = .seconds(100)
        new.pictureLimit = 100
        new.picturePatience = .seconds(100)
        new.unknownOutcome = .resubmit
        new.money.repeatLimit = 100
        new.rules.defaultModel = .flash
        live.adopt(new)
        let now = live.current
        #expect(now.maxInFlight == 100)
        #expect(
            [now.pollInterval, now.taskTimeout, now.retryInterval, now.retryLimit].allSatisfy { $0 == .seconds(100) })
        #expect(now.pictureLimit == 100)
        #expect(now.picturePatience == .seconds(100))
        #expect(now.unknownOutcome == .resubmit)
        #expect(now.money.repeatLimit == 100)
        #expect(now.rules.defaultModel == .flash)
    }
}
