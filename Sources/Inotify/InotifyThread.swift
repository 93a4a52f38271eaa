// SPDX-License-Identifier: Apache-2.0

internal import CInotifyTools
internal import CLinux
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// The one thread that calls libinotifytools. It sleeps in `select(2)` until the kernel has an event; a command wakes
/// it by reading the wake file, which is watched for just that.
final class InotifyThread: Sendable {
    private enum Command {
        case watch(FilePath, below: Bool, CheckedContinuation<InotifyError?, Never>)
        case unwatch(FilePath, CheckedContinuation<Void, Never>)
        case ping(@Sendable () -> Void)
        case close(CheckedContinuation<Bool, Never>)
    }

    private struct Mailbox {
        var commands: [Command] = []
        var isClosed = false
    }

    private let mailbox = Mutex(Mailbox())
    /// Whether the thread is not asleep: then it may be held up by the disk.
    private let isAtWork = Atomic(true)
    private let wakeFile: WakeFile

    private init(wakeFile: consuming WakeFile) {
        self.wakeFile = wakeFile
    }

    /// Starts the thread; returns when the library is ready.
    static func start(
        _ wakeDirectory: FilePath, _ queue: EventQueue, oldNamesLimit: Int,
        _ isWatched: @escaping @Sendable (FilePath) -> Bool
    ) async throws(InotifyError) -> InotifyThread {
        let started = await withCheckedContinuation { (ready: Ready) in
            spawn {
                do throws(Errno) {
                    // Here and not before: its disk may take its time.
                    let thread = InotifyThread(wakeFile: try WakeFile(in: wakeDirectory))
                    thread.run(queue, oldNamesLimit, isWatched, ready)
                } catch {
                    ready.resume(returning: .failure(.cannotWatch(wakeDirectory, error)))
                }
            }
        }
        return try started.get()
    }

    /// Hears whether the library is ready, or why not.
    private typealias Ready = CheckedContinuation<Result<InotifyThread, InotifyError>, Never>

    private static func spawn(_ body: @escaping () -> Void) {
        final class Body {
            let run: () -> Void
            init(_ run: @escaping () -> Void) { self.run = run }
        }
        var id = pthread_t()
        let argument = Unmanaged.passRetained(Body(body)).toOpaque()
        let result = pthread_create(
            &id, nil,
            { pointer in
                guard let pointer else { return nil }
                _ = CLinux.pthread_setname_np(pthread_self(), "inotify")
                Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            }, argument)
        precondition(result == 0, "no thread can be started: \(Errno(rawValue: result))")
        pthread_detach(id)
    }

    func watch(_ root: FilePath, below: Bool) async throws(InotifyError) {
        let error = await withCheckedContinuation { continuation in
            if !post(.watch(root, below: below, continuation)) { continuation.resume(returning: .closed) }
        }
        if let error { throw error }
    }

    func unwatch(_ root: FilePath) async {
        await withCheckedContinuation { continuation in
            if !post(.unwatch(root, continuation)) { continuation.resume() }
        }
    }

    /// Calls back from the thread; at once where it has ended. Reads the wake file, so it may block.
    func ping(_ answered: @escaping @Sendable () -> Void) {
        if !post(.ping(answered)) { answered() }
    }

    var isBusy: Bool { isAtWork.load(ordering: .relaxed) }

    /// Returns whether this call ended the thread; false where an earlier one did.
    func close() async -> Bool {
        await withCheckedContinuation { continuation in
            if !post(.close(continuation)) { continuation.resume(returning: false) }
        }
    }

    private func post(_ command: Command) -> Bool {
        let isOpen = mailbox.withLock { mailbox in
            if mailbox.isClosed { return false }
            if case .close = command { mailbox.isClosed = true }
            mailbox.commands.append(command)
            return true
        }
        if isOpen { wakeFile.wake() }
        return isOpen
    }

    private func run(
        _ queue: EventQueue, _ oldNamesLimit: Int, _ isWatched: @escaping (FilePath) -> Bool,
        _ ready: Ready
    ) {
        var trees = WatchedTrees(queue: queue, isWatched: isWatched)
        if let error = beginInstance(&trees) { return ready.resume(returning: .failure(error)) }
        ready.resume(returning: .success(self))
        while true {
            if let end = obey(&trees) {
                endInstance(&trees)
                return end.resume(returning: true)
            }
            if trees.oldNames > oldNamesLimit { renew(&trees, queue) }
            isAtWork.store(false, ordering: .relaxed)
            // Blocks without a time limit. `nil` is an interrupted call or a read error; the loop looks again.
            let event = trees.isOpen ? inotifytools_next_event(-1) : nil
            isAtWork.store(true, ordering: .relaxed)
            if let event { trees.take(event) }
        }
    }

    /// Begins an instance of the library, without a watch but the wake file's. Returns the error, if any.
    private func beginInstance(_ trees: inout WatchedTrees) -> InotifyError? {
        let (isInitialized, descriptor) = InotifyDescriptor.opened { inotifytools_initialize() != 0 }
        guard isInitialized else { return .noInstance(Errno(rawValue: inotifytools_error())) }
        if let error = wakeFile.watch() {
            inotifytools_cleanup()
            return .noInstance(error)
        }
        trees.begin(with: descriptor)
        return nil
    }

    private func endInstance(_ trees: inout WatchedTrees) {
        guard trees.isOpen else { return }
        // The library keeps what it has read in static buffers that outlive its clean-up: read them empty, or the next
        // instance would take old events for its own. (`inotifytools_next_event(0)` would block.)
        while inotifytools_next_events(0, 1) != nil {}
        inotifytools_cleanup()
        trees.end()
    }

    /// The library keeps the name of each folder that was ever watched, and a name cannot be used twice. Before those of
    /// folders that are gone weigh anything, the library is begun anew; what happens meanwhile is for the consumer to
    /// find, as after an overflow.
    private func renew(_ trees: inout WatchedTrees, _ queue: EventQueue) {
        let (roots, flat) = (trees.roots, trees.flatRoots)
        endInstance(&trees)
        // Another process may have taken the last instance, or this one the last descriptor. Without an instance there
        // is no event to sleep for: try again each second, unless the end is asked for.
        while beginInstance(&trees) != nil, !mailbox.withLock(\.isClosed) { sleep(1) }
        for root in roots {
            let isWatched = trees.isOpen && trees.watch(root: root, below: !flat.contains(root)) == nil
            if !isWatched { queue.push(.watchLost(root, .deleted)) }
        }
        queue.push(.overflow)
    }

    /// Carries out what was asked for; returns the continuation of a close.
    private func obey(_ trees: inout WatchedTrees) -> CheckedContinuation<Bool, Never>? {
        let commands = mailbox.withLock { mailbox in
            defer { mailbox.commands = [] }
            return mailbox.commands
        }
        for command in commands {
            switch command {
            case .watch(let root, let below, let continuation):
                continuation.resume(returning: trees.watch(root: root, below: below))
            case .unwatch(let root, let continuation):
                trees.unwatch(root: root)
                continuation.resume()
            case .ping(let answered): answered()
            case .close(let continuation): return continuation
            }
        }
        return nil
    }
}
