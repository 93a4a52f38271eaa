// SPDX-License-Identifier: Apache-2.0

internal import Synchronization
public import SystemPackage

/// Watches folders and all below them, over libinotifytools.
///
/// The library's state is global and not thread-safe, so a process has one instance at a time, and every call to the
/// library is made on one thread of its own. Nothing wakes up while nothing happens.
public final class Inotify: Sendable {
    private static let isTaken = Mutex(false)

    private let thread: InotifyThread
    private let queue: EventQueue

    /// Takes the process's one instance and starts its thread.
    ///
    /// - Parameters:
    ///   - wakeDirectory: a folder in which a file can be made for a moment: the thread is woken through it.
    ///   - bufferLimit: how many events may wait for the consumer before they become one `overflow`; at least 1.
    ///   - oldNamesLimit: for so many folders that are gone the library may keep a name, some 300 bytes each, before it is
    ///     begun anew and an `overflow` asks for a look at everything; at least 1.
    ///   - isWatched: whether a folder below a root is watched, asked by its path.
    /// - Throws: ``InotifyError``.
    public init(
        wakeDirectory: FilePath, bufferLimit: Int = 16_384, oldNamesLimit: Int = 10_000,
        isWatched: @escaping @Sendable (FilePath) -> Bool = { _ in true }
    ) async throws(InotifyError) {
        let taken = Self.isTaken.withLock { isTaken in
            defer { isTaken = true }
            return isTaken
        }
        if taken { throw .inUse }
        queue = EventQueue(limit: bufferLimit)
        do {
            thread = try await InotifyThread.start(
                wakeDirectory, queue, oldNamesLimit: max(oldNamesLimit, 1), isWatched)
        } catch {
            Self.isTaken.withLock { $0 = false }
            throw error
        }
    }

    /// Watches a folder and all below it. Symbolic links to folders are not followed. Throws where the folder itself
    /// cannot be watched; what is wrong below it comes as an event.
    ///
    /// - Parameter below: whether folders in it are watched, too; otherwise they are told of as files are, and the folder
    ///   may hold another that is watched with all below it.
    public func watch(_ root: FilePath, below: Bool = true) async throws(InotifyError) {
        try await thread.watch(root, below: below)
    }

    /// Ends the watch on a root; does nothing where it is not watched.
    public func unwatch(_ root: FilePath) async {
        await thread.unwatch(root)
    }

    /// Calls back from the thread, which shows that it listens; at once where it has ended. May block for as long as
    /// the disk holds up the reading of one byte.
    public func ping(_ answered: @escaping @Sendable () -> Void) {
        thread.ping(answered)
    }

    /// Whether the thread is at work, and so may be held up by the disk, rather than asleep until something happens.
    public var isBusy: Bool { thread.isBusy }

    /// What happens, in order; for one consumer.
    public var events: InotifyEvents { InotifyEvents(queue: queue) }

    /// Ends the watch, the thread and the events; returns when all have ended. The process may then make a new
    /// instance.
    public func close() async {
        guard await thread.close() else { return }
        queue.finish()
        Self.isTaken.withLock { $0 = false }
    }
}
