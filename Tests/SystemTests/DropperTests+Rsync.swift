// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension DropperTests {
    /// All the ways of one tool.
    @Suite(.serialized) struct Rsync {
        @Test(.enabled(if: Needs.programs("rsync"), "needs rsync"), arguments: Dropper.rsync)
        func `what rsync brings is taken once`(dropper: Dropper) async throws { try await check(dropper) }

        @Test(.enabled(if: Needs.programs("sshd", "rsync"), "needs openssh-server and rsync"))
        func `what rsync brings over ssh is taken once`() async throws { try await check(Dropper.rsyncOverSSH) }
    }
}
