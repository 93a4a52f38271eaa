// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Spool
internal import Synchronization
internal import SystemPackage

/// Proves that events come from the inbox: makes a file there for a moment and waits until it is heard of.
final class Canary: Sendable {
    /// One name, so that a file that a crash has left is the next one's.
    static let name = FilePath.Component(IgnoredNames.ownPrefix + "canary") ?? "canary"

    private let isHeard = Mutex(false)
    private let wakeSignal = WakeSignal()
    private static let patience = Duration.seconds(2)

    /// An event has told of the file.
    func heard() {
        isHeard.withLock { $0 = true }
        wakeSignal.wake()
    }

    /// Returns whether an event came within two seconds; `nil` where no file could be made, so that nothing is proved.
    func sings(in inbox: FilePath, _ files: FilePool) async -> Bool? {
        isHeard.withLock { $0 = false }
        let path = inbox.appending(Self.name)
        do {
            try await files.run { try Self.appear(at: path) }
        } catch {
            return nil
        }
        let end = ContinuousClock.now.advanced(by: Self.patience)
        while !isHeard.withLock({ $0 }), ContinuousClock.now < end, !Task.isCancelled {
            await wakeSignal.wait(atMost: ContinuousClock.now.duration(to: end))
        }
        return isHeard.withLock { $0 }
    }

    private static func appear(at path: FilePath) throws(Errno) {
        // What a crash, or somebody else, left under the name is not opened: it may be a FIFO, or a name of another's
        // file.
        do { try Kernel.remove(path, at: AT_FDCWD) } catch .noSuchFileOrDirectory {}
        _ = try Kernel.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        try Kernel.remove(path, at: AT_FDCWD)
    }
}
