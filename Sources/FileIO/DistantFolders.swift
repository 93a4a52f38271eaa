// SPDX-License-Identifier: Apache-2.0

internal import Glibc
internal import Synchronization
package import SystemPackage

/// Opens folders that may lie with a server, or behind a program, that does not answer: each on a thread of its own, for
/// which nobody waits long. As long as one hangs, nobody waits for it again. Blocking, for a moment.
package final class DistantFolders: Sendable {
    private struct Answer {
        var descriptor: Result<CInt, Errno>?
        var isAbandoned = false
    }

    private let patience: Duration
    private let open: @Sendable (FilePath, CInt) throws(Errno) -> CInt
    private let hanging = Mutex<Set<FilePath>>([])

    /// - Parameters:
    ///   - patience: how long an answer may take.
    ///   - open: opens a folder, relative to another.
    package init(
        patience: Duration = .seconds(5),
        open: @escaping @Sendable (FilePath, CInt) throws(Errno) -> CInt = DistantFolders.openFolder
    ) {
        self.patience = patience
        self.open = open
    }

    /// Follows symlinks.
    static func openFolder(_ path: FilePath, at directory: CInt) throws(Errno) -> CInt {
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC
        return try Kernel.check { path.withPlatformString { Kernel.calls.openat(directory, $0, flags, 0) } }
    }

    /// - Throws: ``Errno/timedOut`` where there is no answer.
    package func open(_ path: FilePath, at folder: borrowing OpenFile) throws(Errno) -> OpenFile {
        #if DEBUG
            // It answers or fails at once there.
            if Machine.simulated != nil { return OpenFile(try open(path, folder.descriptor)) }
        #endif
        guard hanging.withLock({ $0.insert(path).inserted }) else { throw .timedOut }
        let answer = ConditionLock(Answer())
        // A descriptor of its own: the caller's may be closed by the time that the thread comes to it.
        let start = try Kernel.check { Kernel.calls.duplicate(folder.descriptor) }
        BlockingThread.start("distant") { [self] in
            let descriptor = Result { () throws(Errno) in try open(path, start) }
            _ = Kernel.calls.close(start)
            hanging.withLock { _ = $0.remove(path) }
            answer.change { answer in
                answer.descriptor = descriptor
                if answer.isAbandoned, case .success(let descriptor) = descriptor {
                    _ = Kernel.calls.close(descriptor)
                }
                return .all
            }
        }
        let end = Machine.now.advanced(by: patience)
        let found = answer.wait { answer -> ConditionLock<Answer>.Look<Result<CInt, Errno>> in
            if let descriptor = answer.descriptor { return .found(descriptor) }
            let left = Machine.now.duration(to: end)
            if left > .zero { return .sleepFor(left) }
            answer.isAbandoned = true
            return .found(.failure(.timedOut))
        }
        return OpenFile(try found.get())
    }
}
