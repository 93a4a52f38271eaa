// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
internal import SystemPackage

/// Lines that are to stand in the ledger once, however often what they go with has to be tried. Blocking.
final class Booking: Sendable {
    private let lines: [LedgerLine]
    private let ledger: Ledger
    private let isWritten = Mutex(false)

    init(_ lines: [LedgerLine], in ledger: Ledger) {
        self.lines = lines
        self.ledger = ledger
    }

    func write() throws(Errno) {
        // One attempt at a time: they follow each other.
        if isWritten.withLock({ $0 }) { return }
        try ledger.append(lines)
        isWritten.withLock { $0 = true }
    }
}
