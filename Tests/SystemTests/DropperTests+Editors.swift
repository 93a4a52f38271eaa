// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension DropperTests {
    /// Programs that save, and make files of their own while they do.
    @Suite(.serialized) struct Editors {
        @Test(.enabled(if: Needs.programs("vim"), "needs vim"), arguments: Dropper.editors)
        func `what vim saves is taken once, and nothing of its own`(dropper: Dropper) async throws {
            try await check(dropper)
        }

        @Test(.enabled(if: Needs.programs("perl"), "needs perl"), arguments: Dropper.streamEditors)
        func `what sed and perl edit in place is taken as edited`(dropper: Dropper) async throws {
            try await check(dropper)
        }

        @Test(.enabled(if: Needs.programs("nano", "expect"), "needs nano and expect"))
        func `what nano saves is taken once`() async throws { try await check(Dropper.nano) }
    }
}
