// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Spending

/// Money: reading, writing, and sums that never trap.
struct MoneyAmountTests {
    @Test(arguments: [
        ("0", 0, "0"), ("3", 3_000_000, "3"), ("0.12", 120_000, "0.12"), ("10", 10_000_000, "10"),
        ("0.000001", 1, "0.000001"), ("1.500000", 1_500_000, "1.5"), ("007.10", 7_100_000, "7.1"),
        ("1000000000", 1_000_000_000_000_000, "1000000000"), ("1000000000.0", 1_000_000_000_000_000, "1000000000"),
    ])
    func `a plain decimal is read, and written as short as it can be`(text: String, millionths: Int64, short: String) {
        #expect(Amount(text)?.millionths == millionths)
        #expect(Amount(text)?.description == short)
    }

    @Test(arguments: [
        "", " ", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "1.2.3", " 1", "1 ", "0.0000001", "0x10", "１", "nan", "inf",
        "1_0",
        "1000000000.000001", "1000000001", "99999999999999999999999999", "€1", "1\u{0}",
    ])
    func `other texts are no amount`(text: String) {
        #expect(Amount(text) == nil)
    }

    @Test func `sums and products stay at the largest amount, differences and counts below nothing at none`() {
        let largest = Amount(millionths: .max)
        let some = Amount(millionths: 120_000)
        #expect(some + some == Amount("0.24"))
        #expect(largest + some == largest)
        #expect(some * 3 == Amount("0.36"))
        #expect(largest * 2 == largest)
        #expect(some * 0 == .zero)
        #expect(some * -1 == .zero)
        #expect(some - Amount(millionths: 20_000) == Amount("0.1"))
        #expect(some - largest == .zero)
        #expect(Amount(millionths: -5) == .zero)
        #expect(largest.description == "9223372036854.775807")
    }

    @Test func `the smaller amount comes first`() {
        let unsorted = ["0.5", "10", "0.05", "9"].compactMap { Amount($0) }
        #expect(unsorted.sorted().map(\.description) == ["0.05", "0.5", "9", "10"])
    }
}
