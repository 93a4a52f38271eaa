// SPDX-License-Identifier: Apache-2.0

package import Documents
package import FileIO
internal import Glibc
package import Requests
package import SystemPackage

/// What lies under the name of a ``SteeringWord``. Blocking.
package enum SteeringLook: Equatable, Sendable {
    /// An empty file, or an empty folder, which every desktop makes with a key.
    case word(SteeringStamp)
    /// Of `PAUSE`, whatever is in it: `until` where it says so in a line `until: 2026-11-30T14:00:00Z`. A folder with
    /// something in it is a lane as well, and as paused as the one that it lies in: one that was taken empty by the daemon
    /// must not begin a pause then.
    case pause(until: Timestamp?, isFolder: Bool = false)
    /// A folder with something in it: a lane like any other.
    case lane
    case leftAlone(LeftAloneReason)
    case gone

    /// How much of a text is looked at.
    private static let head = 512

    package init(_ name: FilePath.Component, _ word: SteeringWord, in folder: borrowing OpenFile) {
        let path = FilePath(root: nil, [name])
        do throws(Errno) {
            let status = try Kernel.status(of: path, at: folder.descriptor)
            switch status.kind {
            case .directory where word == .pause: self = .pause(until: nil, isFolder: true)
            case .directory:
                let isEmpty = try Self.isEmpty(path, in: folder)
                self = isEmpty ? .word(SteeringStamp(status)) : .lane
            case .regular where word == .pause: self = .pause(until: Self.until(path, in: folder))
            // Somebody wants a pause: that what it is cannot be read is no reason to go on.
            case .symlink where word == .pause, .other where word == .pause: self = .pause(until: nil)
            case .regular: self = status.size == 0 ? .word(SteeringStamp(status)) : .leftAlone(.wordWithContent)
            case .symlink, .other: self = .leftAlone(.notAFile(status.kind))
            }
        } catch {
            self = error.isNoFolder ? .gone : .leftAlone(.cannotTake(error))
        }
    }

    private static func isEmpty(_ path: FilePath, in folder: borrowing OpenFile) throws(Errno) -> Bool {
        let own = try Kernel.openFolder(path, beneath: folder.descriptor)
        var listing = try DirectoryListing(".", at: own.descriptor)
        return try listing.next() == nil
    }

    /// `nil` where nothing says so that can be read.
    private static func until(_ path: FilePath, in folder: borrowing OpenFile) -> Timestamp? {
        guard let file = try? Kernel.open(path, at: folder.descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
            let bytes = try? file.read(head, at: 0)
        else { return nil }
        return PauseText.until(in: bytes)
    }

    /// Takes a word away, where it is still the same. Returns whether it is gone.
    package static func remove(
        _ name: FilePath.Component, _ stamp: SteeringStamp, in folder: borrowing OpenFile
    ) throws(Errno) -> Bool {
        let path = FilePath(root: nil, [name])
        do throws(Errno) {
            let status = try Kernel.status(of: path, at: folder.descriptor)
            guard SteeringStamp(status) == stamp else { return false }
            if status.kind == .directory {
                try Kernel.removeDirectory(path, at: folder.descriptor)
            } else {
                try Kernel.remove(path, at: folder.descriptor)
            }
        } catch .noSuchFileOrDirectory {}
        return true
    }

    /// Takes away a `PAUSE` that says itself that its time is over.
    package static func removePause(
        _ name: FilePath.Component, overAt now: Timestamp, in folder: borrowing OpenFile
    ) throws(Errno) {
        guard case .pause(let until?, _) = SteeringLook(name, .pause, in: folder), until <= now else { return }
        try Kernel.remove(FilePath(root: nil, [name]), at: folder.descriptor)
    }
}

/// Tells a word from the next one of its name.
package struct SteeringStamp: Hashable, Sendable {
    private let place: FileStatus.Inode
    private let changed: Int64

    init(_ status: FileStatus) {
        (place, changed) = (status.place, status.changed)
    }

    /// When it came under its name.
    package var came: Timestamp { Timestamp(nanoseconds: changed) }
}
