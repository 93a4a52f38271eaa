// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Documents

/// Numbers with their unit.
struct WordingCountTests {
    @Test(arguments: [(0, "0 submits"), (1, "1 submit"), (2, "2 submits")])
    func `a number goes with its word`(number: Int, words: String) {
        #expect(Wording.count(number, "submit") == words)
    }

    @Test(
        arguments: [
            (0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (1536, "1.5 KiB"), (64 << 20, "64 MiB"),
            ((1 << 30) - 1, "1023.9 MiB"), (UInt64.max, "15.9 EiB"),
        ] as [(UInt64, String)])
    func `a size is in the unit that leaves few digits`(bytes: UInt64, words: String) {
        #expect(Wording.size(bytes) == words)
    }
}
