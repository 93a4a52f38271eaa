// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension DropperTests {
    /// An inbox behind a FUSE mount, which somebody else writes to.
    @Suite(.serialized, .enabled(if: Needs.fuse && Needs.programs("bindfs"), "needs root, FUSE and bindfs"))
    struct Bindfs {
        @Test(arguments: Dropper.outside)
        func `what comes from outside through a mount is taken once`(dropper: Dropper) async throws {
            try await check(dropper, on: .bindfs)
        }

        @Test func `a mount that gives out old sizes is asked for those of now`() async throws {
            try await check(Dropper.oldParts, on: .cachingBindfs)
        }
    }
}
