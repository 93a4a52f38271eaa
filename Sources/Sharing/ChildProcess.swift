// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import FileIO
internal import Glibc
internal import SystemPackage

/// A program that was started without a shell, in a process group of its own, so that whatever it starts ends with it.
/// Blocking; the thread sleeps until the program ends, says something, or has to be ended.
///
/// Not swift-subprocess: that reaps the program before its group can be ended, and from then on the group's number may
/// be another's.
struct ChildProcess: ~Copyable {
    /// How the program came to its end; see `wait(2)`.
    enum End: Equatable, Sendable {
        case exited(code: Int32)
        case killed(signal: Int32)
    }

    private let pid: pid_t
    /// Readable when the program has ended (`pidfd_open(2)`).
    private let life: OpenFile
    private let output: OpenFile
    private let errors: OpenFile

    /// Where a program writes.
    enum Stream: CaseIterable, Sendable { case output, errors }

    /// Starts it: standard input is a file with `input` in it, standard output and standard error are a pipe each, and
    /// nothing else of this process is open to it. Signals are as a program expects them, whatever this process does
    /// about its own.
    ///
    /// Throws `ENOENT` where there is no such program.
    init(_ arguments: [[UInt8]], environment: [[UInt8]], input: [UInt8] = []) throws(Errno) {
        let content = try Self.file(holding: input)
        let output = try Pipe.open()
        let errors = try Pipe.open()
        let pid = try Self.spawn(
            arguments, environment, reading: content.descriptor, writing: output.writer.descriptor,
            errors: errors.writer.descriptor)
        do {
            life = OpenFile(try Kernel.check { bd_pidfd_open(pid) })
        } catch {
            // Nobody could see it end.
            _ = Self.reap(pid)
            throw error
        }
        self.pid = pid
        // The other ends are closed here: the program has its own.
        self.output = output.reader
        self.errors = errors.reader
    }

    private struct Pipe: ~Copyable {
        let reader: OpenFile
        let writer: OpenFile

        static func open() throws(Errno) -> Pipe {
            var ends: [CInt] = [0, 0]
            try Kernel.check { pipe2(&ends, O_CLOEXEC) }
            let (reader, writer) = (ends[0], ends[1])
            let pipe = Pipe(reader: OpenFile(reader), writer: OpenFile(writer))
            try Kernel.check { fcntl(reader, F_SETFL, O_NONBLOCK) }
            return pipe
        }
    }

    /// A file in memory, and no pipe: whoever does not read it holds up nobody.
    private static func file(holding bytes: [UInt8]) throws(Errno) -> OpenFile {
        if bytes.isEmpty { return try Kernel.open("/dev/null", O_RDONLY) }
        let file = OpenFile(try Kernel.check { bd_memfd_create("bananadrop") })
        try file.writeAll(bytes)
        return file
    }

    private static func spawn(
        _ arguments: [[UInt8]], _ environment: [[UInt8]], reading input: CInt, writing output: CInt, errors: CInt
    ) throws(Errno) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigfillset(&signals)
        // A signal that this process ignores would stay ignored, and SIGTERM would not end the program.
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var pid = pid_t()
        let error = withCStrings(arguments) { argv in
            withCStrings(environment) { envp in
                argv[0].map { posix_spawnp(&pid, $0, &actions, &attributes, argv, envp) } ?? ENOENT
            }
        }
        if error != 0 { throw Errno(rawValue: error) }
        return pid
    }

    /// What has come of a wait.
    enum News {
        case ended
        /// `nil`: nothing more will come there.
        case written(Stream, [UInt8]?)
        case stopped
        case timeIsUp
    }

    /// Waits for what comes first. Output is told before the end.
    ///
    /// - Parameters:
    ///   - open: where something may still come.
    ///   - stop: asked to end it; `nil` where that is known already.
    ///   - deadline: `nil` is never.
    func wait(
        reading open: Set<Stream>, stop: CInt?, until deadline: ContinuousClock.Instant?
    ) throws(Errno) -> News {
        while true {
            var polled = [
                // Negative descriptors are passed over: poll(2).
                pollfd(fd: open.contains(.output) ? output.descriptor : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: open.contains(.errors) ? errors.descriptor : -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: life.descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: stop ?? -1, events: Int16(POLLIN), revents: 0),
            ]
            let left = deadline.map { max(ContinuousClock.now.duration(to: $0).milliseconds, 0) + 1 }
            let time = left.map { CInt(min($0, 60_000)) } ?? -1
            try Kernel.check { poll(&polled, nfds_t(polled.count), time) }
            let written: Stream? = polled[0].revents != 0 ? .output : polled[1].revents != 0 ? .errors : nil
            if polled[2].revents != 0, written == nil { return .ended }
            if polled[3].revents != 0 { return .stopped }
            // Before the output: of that there may be no end.
            if let deadline, ContinuousClock.now >= deadline { return .timeIsUp }
            if let written, let bytes = try read(written) { return .written(written, bytes.isEmpty ? nil : bytes) }
        }
    }

    /// Empty at the end of all output; `nil` when nothing is there at the moment.
    private func read(_ stream: Stream) throws(Errno) -> [UInt8]? {
        let descriptor =
            switch stream {
            case .output: output.descriptor
            case .errors: errors.descriptor
            }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        do {
            let count = try Kernel.check { Glibc.read(descriptor, &bytes, bytes.count) }
            bytes.removeLast(bytes.count - count)
            return bytes
        } catch .resourceTemporarilyUnavailable {
            return nil
        }
    }

    /// Sends a signal to the program and all that it has started, but for what left its group.
    func signal(_ number: CInt) {
        // The group's number is nobody else's as long as the program was not reaped.
        kill(-pid, number)
    }

    /// Ends what is left of the group, and tells how the program ended; waits for that.
    consuming func reap() -> End {
        Self.reap(pid)
    }

    private static func reap(_ pid: pid_t) -> End {
        kill(-pid, SIGKILL)
        var status: CInt = 0
        while waitpid(pid, &status, 0) == -1, errno == EINTR {}
        return status & 0x7F == 0 ? .exited(code: status >> 8 & 0xFF) : .killed(signal: status & 0x7F)
    }
}

/// Calls `body` with the list as `execve(2)` takes it.
private func withCStrings<Value>(
    _ list: [[UInt8]], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value
) -> Value {
    let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: list.count + 1)
    for (index, bytes) in list.enumerated() {
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
        for (offset, byte) in bytes.enumerated() { text[offset] = CChar(bitPattern: byte) }
        text[bytes.count] = 0
        pointers[index] = text
    }
    pointers[list.count] = nil
    defer {
        for index in list.indices { pointers[index]?.deallocate() }
        pointers.deallocate()
    }
    return body(pointers)
}
