// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import SystemPackage
import Testing

@testable import FileIO
@testable import TestSupport

/// Root tries what another user may do.
struct FileIdentityTests {
    @Test(.enabled(if: geteuid() == 0, "only root can be another"))
    func `what root opens as another user, that user may open, and no longer than meanwhile`() async throws {
        try await Scratch.with { scratch in
            let file = try scratch.write([7], to: "file")
            try #require(chmod(scratch.path.string, 0o711) == 0 && chmod(file.string, 0o640) == 0)
            let nobody = try #require(FileIdentity(named: "nobody"))
            #expect(nobody == FileIdentity(user: nobody.user))
            func canRead() -> Bool { (try? Kernel.open(file, O_RDONLY)) != nil }
            #expect(nobody.perform(canRead) == false)
            #expect(canRead())
            try #require(chown(file.string, 0, nobody.group) == 0)
            #expect(nobody.perform(canRead) == true)
            // What it makes is that user's.
            try #require(chmod(scratch.path.string, 0o777) == 0)
            let made = scratch.path.appending("made")
            _ = nobody.perform { try? Kernel.makeDirectory(made) }
            #expect(try Kernel.rights(of: made).owner == nobody.user)
            #expect(try Kernel.rights(of: try scratch.folder("own")).owner == 0)
        }
    }

    @Test func `where there is no such user there is no identity`() {
        #expect(FileIdentity(named: "no such user") == nil)
        #expect(FileIdentity(user: .max - 7) == nil)
    }
}
