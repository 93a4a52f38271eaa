// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension DropperTests {
    /// Files that grow under the eyes of the daemon.
    @Suite(.serialized) struct Writers {
        @Test(arguments: Dropper.writers)
        func `files that grow are taken when they are whole`(dropper: Dropper) async throws { try await check(dropper) }
    }
}
