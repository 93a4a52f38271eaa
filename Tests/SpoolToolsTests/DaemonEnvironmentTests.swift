// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spool
@testable import SpoolTools
@testable import TestSupport

/// What a process was started with, as the kernel shows it.
struct DaemonEnvironmentTests {
    @Test(
        arguments: [
            ("", [:]), ("A=1\0", ["A": "1"]), ("A=1\0B=\0", ["A": "1", "B": ""]), ("A=x=y\0", ["A": "x=y"]),
            ("A=two\nlines\0B=2\0", ["A": "two\nlines", "B": "2"]), ("no name\0A=1", ["A": "1"]), ("=x\0", ["": "x"]),
        ] as [(String, [String: String])])
    func `each variable ends with a zero, whatever else stands in it`(text: String, variables: [String: String]) {
        #expect(DaemonEnvironment.variables(Array(text.utf8)) == variables)
    }

    @Test func `where nobody works on the spool there is none`() async throws {
        try await Scratch.with { scratch in
            #expect(DaemonEnvironment(of: Spool(root: scratch.path)) == .none)
        }
    }
}
