// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension DropperTests {
    /// Requests that a server on this machine writes for somebody elsewhere.
    @Suite(.serialized) struct Servers {
        @Test(.enabled(if: Needs.programs("sshd", "scp"), "needs openssh-server"), arguments: Dropper.ssh)
        func `what comes over ssh is taken once`(dropper: Dropper) async throws { try await check(dropper) }

        @Test(.enabled(if: Needs.programs("smbd", "smbclient"), "needs samba and smbclient"), arguments: Dropper.samba)
        func `what comes over Samba is taken once`(dropper: Dropper) async throws { try await check(dropper) }
    }
}
