// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

extension DropperTests {
    /// Programs that make files of something else.
    @Suite(.serialized) struct Tools {
        @Test(.enabled(if: Needs.programs("tar", "zip", "unzip"), "needs zip and unzip"), arguments: Dropper.archives)
        func `what comes out of an archive is taken once`(dropper: Dropper) async throws { try await check(dropper) }

        @Test(.enabled(if: Needs.programs("git"), "needs git"), arguments: Dropper.git)
        func `what git brings is taken once, and its own folder is left alone`(dropper: Dropper) async throws {
            try await check(dropper)
        }

        @Test(.enabled(if: Needs.programs("curl", "wget"), "needs curl and wget"), arguments: Dropper.downloads)
        func `a slow download is taken when it is whole`(dropper: Dropper) async throws { try await check(dropper) }

        @Test(.enabled(if: Needs.programs("syncthing"), "needs syncthing"))
        func `what syncthing brings is taken once, and not brought again`() async throws {
            try await check(Dropper.syncthing)
        }
    }
}
