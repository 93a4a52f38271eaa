// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Requests
internal import SystemPackage

/// What the last look has found in each folder, so that the next one can pass over those that have not changed. Pure.
///
/// Whatever comes into a folder, leaves it or is renamed in it changes the folder's own times. That is believed only
/// where the file system keeps them (``FileSystemKind/hasSoundTimes``), and with the rule that git has for its index: a
/// folder that was changed in the last moments before it was listed may have changed once more within the same tick of
/// the file system's clock, and is listed again.
struct FolderMemory: Sendable {
    /// How the folder itself looks.
    struct Stamp: Equatable, Sendable {
        var device: UInt64
        var inode: UInt64
        /// Nanoseconds since 1970, both. `modified` can be set, as rsync and tar do; `changed` cannot.
        var modified: Int64
        var changed: Int64

        init(_ status: FileStatus) {
            device = status.identity.device
            inode = status.identity.inode
            modified = status.identity.modified
            changed = status.changed
        }
    }

    private struct Known {
        var stamp: Stamp
        var subfolders: [FilePath.Component]
        /// Whether its times were long past when it was listed.
        var isPast: Bool
        /// Whether something was found in it that may be taken later without the folder itself changing.
        var isOpen: Bool
    }

    /// The coarsest clocks of the file systems whose times are believed: a second (ext3), doubled.
    static let grain: Int64 = 2_000_000_000

    private var folders: [Lane: Known] = [:]
    private var defaults: [Lane: FileStatus.Identity] = [:]

    /// The sub-folders of a folder that looks as it did and in which nothing is to be found; `nil` where it has to be
    /// listed.
    ///
    /// - Parameter isOpen: whether files that were found in it are still to be looked at: that will tell what became of
    ///   them.
    func subfolders(of lane: Lane, _ stamp: Stamp, isOpen: Bool = false) -> [FilePath.Component]? {
        guard let known = folders[lane], known.isPast, !known.isOpen || isOpen, known.stamp == stamp else {
            return nil
        }
        return known.subfolders
    }

    /// A folder was listed. Returns the sub-folders that are gone since the last time; they are forgotten.
    ///
    /// - Parameters:
    ///   - stamp: as it was before the listing began.
    ///   - start: when the listing began, by the wall clock: nanoseconds since 1970.
    ///   - isOpen: whether something is in it that may be taken later without the folder itself changing.
    mutating func listed(
        _ lane: Lane, _ stamp: Stamp, at start: Int64, subfolders: [FilePath.Component], isOpen: Bool
    ) -> [Lane] {
        let old = folders[lane]?.subfolders ?? []
        // A time in the future is never long past: such a folder is listed each time.
        let isPast = max(stamp.modified, stamp.changed) < start - Self.grain
        folders[lane] = Known(stamp: stamp, subfolders: subfolders, isPast: isPast, isOpen: isOpen)
        if old.isEmpty { return [] }
        let gone = Set(old).subtracting(subfolders).map { Lane(path: lane.path.appending($0)) }
        for lane in gone { forget(lane) }
        return gone
    }

    /// The lane is gone, with all below it.
    mutating func forget(_ lane: Lane) {
        defaults[lane] = nil
        guard let known = folders.removeValue(forKey: lane) else { return }
        for name in known.subfolders { forget(Lane(path: lane.path.appending(name))) }
    }

    /// Whether a `_defaults.yaml` was there the last time.
    func hasDefaults(_ lane: Lane) -> Bool { defaults[lane] != nil }

    /// Returns whether the lane's `_defaults.yaml` is another than the last time; `nil` is none.
    mutating func sawDefaults(_ identity: FileStatus.Identity?, in lane: Lane) -> Bool {
        let old = defaults[lane]
        defaults[lane] = identity
        return old != identity
    }
}
