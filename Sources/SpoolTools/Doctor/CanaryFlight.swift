// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Inotify
internal import SystemPackage

/// Makes a file in the inbox and sees whether its event arrives: a kernel that knows a file system need not tell what
/// happens there. The name is hidden, so a daemon that works on the spool passes it over.
struct CanaryFlight: Sendable {
    /// Local events take microseconds.
    static let patience = Duration.seconds(2)

    let inbox: FilePath
    let files: FilePool

    func fly() async -> EventsSymptom {
        let name = ".bananadrop-canary-\(getpid())-\(UInt32.random(in: .min ... .max))"
        let file = inbox.appending(name)
        do {
            // Made once before anything is watched: where that is refused, it is no fault of inotify's.
            try await files.run { try Self.make(file) }
        } catch {
            return .cannotTry(inbox, error as? Errno ?? .canceled)
        }
        do {
            // Only the inbox itself: the lanes' watches would be taken from the daemon's.
            let inotify = try await Inotify(wakeDirectory: inbox) { _ in false }
            let seen = await watch(inotify, for: file)
            await inotify.close()
            return seen
        } catch .cannotWatch(_, let error) {
            // It could not write the file through which it is woken: no fault of inotify's either.
            return .cannotTry(inbox, error)
        } catch {
            return .cannotWatch(error)
        }
    }

    private func watch(_ inotify: Inotify, for file: FilePath) async -> EventsSymptom {
        do {
            try await inotify.watch(inbox)
        } catch {
            return .cannotWatch(error)
        }
        let start = ContinuousClock.now
        let arrived = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    try await files.run { try Self.make(file) }
                    for await event in inotify.events where event == .created(file) { return true }
                } catch {
                    // The disk has filled up meanwhile, or the like: no event, then.
                }
                return false
            }
            group.addTask {
                try? await Sleep.wait(Self.patience)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
        return arrived ? .arrive(after: start.duration(to: .now)) : .none(within: Self.patience)
    }

    /// Makes the file and removes it: nothing is left behind, however long the event takes.
    private static func make(_ file: FilePath) throws(Errno) {
        _ = try Kernel.open(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
        try Kernel.remove(file, at: AT_FDCWD)
    }
}
