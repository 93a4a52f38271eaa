// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What people really drop with: each request is taken exactly once, whole, and within the time that its dropper
/// states.
///
/// A few trials run beside each other, one of each suite, since most of their time is waiting. More would disturb the
/// time, which is part of the promise.
@Suite(.watched, .timeLimit(.minutes(15)))
struct DropperTests {
    static func check(_ dropper: Dropper, on share: DropperShare? = nil) async throws {
        let problems = try await DropperTrial(dropper: dropper, share: share).problems()
        #expect(problems == [])
    }
}
