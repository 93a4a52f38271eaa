// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Inotify
internal import Spool
internal import SystemPackage

/// Makes a file in the inbox and sees whether its event arrives: a kernel that knows a file system need not tell what
/// happens there. The name is hidden, so a daemon that works on the spool passes it over.
struct CanaryFlight: Sendable {
    let inbox: FilePath
    let files: FilePool

    func fly() async -> EventsSymptom {
        do {
            // Only the inbox itself: the lanes' watches would be taken from the daemon's.
            let inotify = try await Inotify(wakeDirectory: inbox) { _ in false }
            let seen = await watch(inotify)
            await inotify.close()
            return seen
        } catch .cannotWatch(_, let error) {
            // It could not write the file through which it is woken: no fault of inotify's.
            return .cannotTry(inbox, error)
        } catch {
            return .cannotWatch(error)
        }
    }

    private func watch(_ inotify: Inotify) async -> EventsSymptom {
        do {
            try await inotify.watch(inbox)
        } catch {
            return .cannotWatch(error)
        }
        let file = inbox.appending("\(IgnoredNames.ownPrefix)canary-\(getpid())-\(UInt32.random(in: .min ... .max))")
        let canary = Canary()
        async let _: Void = listen(to: inotify, for: file, canary)
        do {
            return switch try await canary.sings(at: file, files, putMark: inotify.mark) {
            case .heard(let time): .arrive(after: time)
            case .silence(let time): .none(within: time)
            }
        } catch {
            return .cannotTry(inbox, error as? Errno ?? .canceled)
        }
    }

    private func listen(to inotify: Inotify, for file: FilePath, _ canary: Canary) async {
        for await event in inotify.events {
            if event == .created(file) || event == .overflow { canary.heard() }
            if case .mark(let number) = event { canary.met(mark: number) }
        }
    }
}
