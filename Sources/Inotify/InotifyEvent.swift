// SPDX-License-Identifier: Apache-2.0

public import SystemPackage

/// What happened in a watched tree. An event asks for a look; it never *is* the file.
public enum InotifyEvent: Sendable, Hashable {
    /// A file appeared and may still be empty. After `ln` nothing else follows.
    case created(FilePath)
    /// A file that was open for writing was closed.
    case closedAfterWriting(FilePath)
    /// A file was renamed to this name, from inside or outside the tree.
    case movedIn(FilePath)
    /// A file was renamed away from this name.
    case movedOut(FilePath)
    case deleted(FilePath)
    /// A folder was made or moved in. Unless it is not to be watched, it and all below it are watched by now; what is
    /// already in it has to be looked at.
    case directoryAppeared(FilePath)
    /// A folder was deleted or moved away; it and all below it are no longer watched.
    case directoryDisappeared(FilePath)
    /// Events were lost: everything has to be looked at.
    case overflow
    /// A watched root is no longer watched.
    case watchLost(FilePath, WatchLoss)
    /// A folder cannot be watched, for instance since `fs.inotify.max_user_watches` is reached (`.noSpace`): it has to
    /// be looked at by a timer.
    case cannotWatch(FilePath, Errno)

    /// What became of a root.
    public enum WatchLoss: Sendable, Hashable {
        case deleted, moved, unmounted
    }
}
