// SPDX-License-Identifier: Apache-2.0

internal import HeapModule
internal import Synchronization
#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// One thread on which transfers run, and Swift's tasks where they are given to it: what a task awaits then comes back on
/// the thread on which it came in. It sleeps in `poll(2)` until a socket or its own bell has news, and does not wake up
/// while nothing is under way.
package final class TransferLoop: SerialExecutor {
    private enum Work {
        case call(@Sendable () -> Void)
        case job(UnownedJob)
        case alarm(Alarm)
    }

    private struct Inbox {
        var work: [Work] = []
        var isAsleep = false
        var isEnding = false
    }

    private let inbox = Mutex(Inbox())
    private let bell = Bell()

    /// Starts the thread.
    package init() {
        // It keeps this alive until it is told to end.
        let loop = self
        Self.startThread { loop.run() }
    }

    /// Runs the job on the thread. Must not be called on a loop that was told to end.
    package func enqueue(_ job: consuming ExecutorJob) {
        let isTaken = add(.job(UnownedJob(job)))
        precondition(isTaken, "a task was given to a loop that has ended")
    }

    /// Runs `call` on the thread, soon, in the order in which it was given. Returns false, and does not run it, where the
    /// thread was told to end.
    func execute(_ call: @escaping @Sendable () -> Void) -> Bool { add(.call(call)) }

    private func add(_ work: Work) -> Bool {
        let (isTaken, isAsleep) = inbox.withLock { inbox in
            if inbox.isEnding { return (false, false) }
            inbox.work.append(work)
            defer { inbox.isAsleep = false }
            return (true, inbox.isAsleep)
        }
        if isAsleep { bell.ring() }
        return isTaken
    }

    /// Calls `ring` on the thread when so much time has passed, unless it is cancelled before.
    package func alarm(after time: Duration, _ ring: @escaping @Sendable () -> Void) -> Alarm {
        // What is further away than years need not be added up.
        let alarm = Alarm(.now + min(time, .seconds(1 << 30)), ring)
        _ = add(.alarm(alarm))
        return alarm
    }

    /// Ends the thread once it has done what it was given until now.
    func shutDown() {
        inbox.withLock { inbox in
            inbox.isEnding = true
            inbox.isAsleep = false
        }
        bell.ring()
    }

    // MARK: The thread

    // Touched on the thread only.
    private nonisolated(unsafe) var alarms = AlarmHeap()
    /// Whose sockets are polled. Touched on the thread only.
    private nonisolated(unsafe) var members: [Transfers] = []

    /// On the thread.
    func add(_ transfers: Transfers) { members.append(transfers) }
    func remove(_ transfers: Transfers) { members.removeAll { $0 === transfers } }

    private func run() {
        let executor = asUnownedSerialExecutor()
        var work: [Work] = []
        var polled: [pollfd] = []
        while true {
            let isEnding = take(&work)
            for each in work {
                switch each {
                case .call(let call): call()
                case .job(let job): job.runSynchronously(on: executor)
                case .alarm(let alarm): alarms.insert(alarm)
                }
            }
            while let alarm = alarms.takeDue(at: .now) { alarm.ring() }
            work.removeAll(keepingCapacity: true)
            for transfers in members { transfers.act() }
            // What that has made possible comes first: tasks that go on give more to do to the same sockets.
            let isAsleep = fallsAsleep()
            if isEnding, isAsleep { return }
            poll(&polled, for: isAsleep ? timeout : 0)
            inbox.withLock { $0.isAsleep = false }
            for transfers in members { transfers.heard(polled) }
        }
    }

    /// - Returns: whether the thread is to end when this is done.
    private func take(_ work: inout [Work]) -> Bool {
        inbox.withLock { inbox in
            swap(&work, &inbox.work)
            return inbox.isEnding
        }
    }

    /// From now on the bell rings when there is work. Returns false where there is some already.
    private func fallsAsleep() -> Bool {
        inbox.withLock { inbox in
            inbox.isAsleep = inbox.work.isEmpty
            return inbox.isAsleep
        }
    }

    /// In milliseconds; -1 for ever.
    private var timeout: CInt {
        var waits = members.compactMap(\.timeout)
        if let next = alarms.next { waits.append(ContinuousClock.now.duration(to: next)) }
        guard let wait = waits.min() else { return -1 }
        // Rounded up: a moment too early would be a look for nothing.
        return CInt(min(max(wait, .zero), .seconds(86_400)) / .milliseconds(1) + 0.999)
    }

    private func poll(_ polled: inout [pollfd], for timeout: CInt) {
        polled.removeAll(keepingCapacity: true)
        polled.append(pollfd(fd: bell.reading, events: CShort(POLLIN), revents: 0))
        for transfers in members { transfers.addSockets(to: &polled) }
        #if canImport(Glibc)
            _ = Glibc.poll(&polled, nfds_t(polled.count), timeout)
        #else
            _ = Darwin.poll(&polled, nfds_t(polled.count), timeout)
        #endif
        if polled[0].revents != 0 { bell.hush() }
    }

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private static func startThread(_ run: @escaping @Sendable () -> Void) {
        let body = Unmanaged.passRetained(Body(run)).toOpaque()
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        let result = pthread_create(
            &thread, nil,
            { pointer in
                #if canImport(Glibc)
                    guard let pointer else { return nil }
                #endif
                let body = Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue()
                pthread_detach(pthread_self())
                // A TLS library writes without MSG_NOSIGNAL; what a server has closed must end no process.
                var signals = sigset_t()
                sigemptyset(&signals)
                sigaddset(&signals, SIGPIPE)
                pthread_sigmask(SIG_BLOCK, &signals, nil)
                body.run()
                return nil
            }, body)
        precondition(result == 0, "the process may start no thread")
    }
}

extension TransferLoop {
    /// Something that will happen once unless it is called off.
    package final class Alarm: Comparable, Sendable {
        fileprivate let due: ContinuousClock.Instant
        private let call: Mutex<(@Sendable () -> Void)?>

        fileprivate init(_ due: ContinuousClock.Instant, _ ring: @escaping @Sendable () -> Void) {
            self.due = due
            call = Mutex(ring)
        }

        package func cancel() { call.withLock { $0 = nil } }

        fileprivate func ring() {
            let ring = call.withLock { call in
                defer { call = nil }
                return call
            }
            ring?()
        }

        fileprivate var isCancelled: Bool { call.withLock { $0 == nil } }

        package static func == (a: Alarm, b: Alarm) -> Bool { a === b }
        package static func < (a: Alarm, b: Alarm) -> Bool { a.due < b.due }
    }

    /// Alarms by their times. One that is cancelled stays until its time comes, or until most of them are.
    private struct AlarmHeap {
        private var heap = Heap<Alarm>()
        private var purgeAt = 64

        mutating func insert(_ alarm: Alarm) {
            heap.insert(alarm)
            guard heap.count >= purgeAt else { return }
            heap = Heap(heap.unordered.filter { !$0.isCancelled })
            purgeAt = max(64, heap.count * 2)
        }

        mutating func takeDue(at now: ContinuousClock.Instant) -> Alarm? {
            guard let first = heap.min, first.due <= now else { return nil }
            return heap.popMin()
        }

        /// When the next one rings; those that were cancelled are no reason to wake up.
        var next: ContinuousClock.Instant? {
            mutating get {
                while let first = heap.min, first.isCancelled { heap.removeMin() }
                return heap.min?.due
            }
        }
    }
}

/// Wakes the thread: a pipe that it polls. Its descriptors stay open as long as anybody may still ring.
final class Bell: Sendable {
    let reading: CInt
    private let writing: CInt

    init() {
        var ends: [CInt] = [-1, -1]
        precondition(pipe(&ends) == 0, "no descriptor is left for a client of the API")
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        _ = close(reading)
        _ = close(writing)
    }

    func ring() {
        // Where the pipe is full it is going to be read.
        _ = write(writing, [1], 1)
    }

    func hush() {
        var bytes: UInt64 = 0
        while read(reading, &bytes, 8) == 8 {}
    }
}
