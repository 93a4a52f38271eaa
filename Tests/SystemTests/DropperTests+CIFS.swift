// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension DropperTests {
    /// An inbox on a share of Samba, mounted.
    @Suite(
        .serialized,
        .enabled(if: Needs.cifs, "this kernel mounts no SMB shares, or cifs-utils or samba are missing"))
    struct CIFS {
        @Test(arguments: Dropper.outside)
        func `what comes from the far side of a mounted share is taken once`(dropper: Dropper) async throws {
            try await check(dropper, on: .cifs)
        }
    }
}
