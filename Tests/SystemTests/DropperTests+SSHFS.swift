// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension DropperTests {
    /// An inbox on another machine, seen through sshfs.
    @Suite(
        .serialized,
        .enabled(if: Needs.fuse && Needs.programs("sshfs", "sshd"), "needs root, FUSE, sshfs and openssh-server"))
    struct SSHFS {
        @Test(arguments: Dropper.outside)
        func `what comes from the far side of sshfs is taken once`(dropper: Dropper) async throws {
            try await check(dropper, on: .sshfs)
        }
    }
}
