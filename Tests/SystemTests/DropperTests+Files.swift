// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension DropperTests {
    /// Whole files, from one command.
    @Suite(.serialized) struct Files {
        @Test(.enabled(if: Needs.programs("python3"), "needs python3"), arguments: Dropper.files)
        func `whole files are taken once`(dropper: Dropper) async throws { try await check(dropper) }
    }
}
