// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization
package import SystemPackage

/// Proves that events come from a folder: makes a file there for a moment and waits until it is heard of.
///
/// On a busy machine an event may have come long before anybody takes it. When the time is up a mark is therefore put
/// behind all that has come, and only with the mark it is known that the file's event is not among it.
package final class Canary: Sendable {
    /// What came of it.
    package enum Song: Equatable, Sendable {
        case heard(after: Duration)
        /// No event came within so long.
        case silence(for: Duration)
    }

    private struct Flight {
        var number = 0
        var heardAt: ContinuousClock.Instant?
        var isMarkMet = false
    }

    private let flight = Mutex(Flight())
    private let bell = WakeSignal()
    private let patience: Duration

    /// Whoever does not come to the mark within so long, however busy the machine is, tells of no file either.
    private static let limit = Duration.seconds(60)

    /// - Parameter patience: how long an event may take to come. The kernel tells of a local file within microseconds.
    package init(patience: Duration = .seconds(2)) {
        self.patience = patience
    }

    /// An event has told of the file, or of more events than could be kept.
    package func heard() {
        change { $0.heardAt = $0.heardAt ?? .now }
    }

    /// All events before this mark have been taken.
    package func met(mark: Int) {
        change { if $0.number == mark { $0.isMarkMet = true } }
    }

    /// - Parameter putMark: puts a mark behind all events that have come; ``met(mark:)`` tells of it.
    /// - Throws: the kernel's error where no file can be made, so that nothing is proved; `CancellationError`.
    package func sings(at path: FilePath, _ files: FilePool, putMark: (Int) -> Void) async throws -> Song {
        let mark = flight.withLock { flight in
            flight = Flight(number: flight.number + 1)
            return flight.number
        }
        let (begun, isThere) = try await files.run { try Self.appear(at: path) }
        await wait(until: isThere + patience) { $0.heardAt != nil }
        if flight.withLock({ $0.heardAt == nil }), !Task.isCancelled {
            putMark(mark)
            await wait(until: .now + Self.limit) { $0.heardAt != nil || $0.isMarkMet }
        }
        try Task.checkCancellation()
        guard let heardAt = flight.withLock({ $0.heardAt }) else { return .silence(for: isThere.duration(to: .now)) }
        return .heard(after: begun.duration(to: heardAt))
    }

    private func change(_ change: (inout Flight) -> Void) {
        flight.withLock { change(&$0) }
        bell.ring()
    }

    private func wait(until end: ContinuousClock.Instant, or isOver: (Flight) -> Bool) async {
        while !flight.withLock({ isOver($0) }), ContinuousClock.now < end, !Task.isCancelled {
            await bell.wait(atMost: ContinuousClock.now.duration(to: end))
        }
    }

    /// Makes the file and removes it: nothing is left behind, however long the event takes. Returns when it was made:
    /// not before, and not after.
    private static func appear(
        at path: FilePath
    ) throws(Errno) -> (begun: ContinuousClock.Instant, isThere: ContinuousClock.Instant) {
        // What a crash, or somebody else, left under the name is not opened: it may be a FIFO, or a name of another's
        // file.
        do { try Kernel.remove(path, at: AT_FDCWD) } catch .noSuchFileOrDirectory {}
        let begun = ContinuousClock.now
        _ = try Kernel.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        let isThere = ContinuousClock.now
        try Kernel.remove(path, at: AT_FDCWD)
        return (begun, isThere)
    }
}
