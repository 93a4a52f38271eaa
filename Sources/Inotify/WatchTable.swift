// SPDX-License-Identifier: Apache-2.0

internal import CInotifyTools
internal import SystemPackage

/// Which watch stands for which folder, and what an event of the kernel means for it. Pure.
struct WatchTable {
    /// An event as inotify(7) tells it.
    struct RawEvent: Equatable {
        var watch: Int32
        var mask: UInt32
        var name: FilePath.Component?
    }

    /// What the thread has to do with an event.
    enum Reaction: Equatable {
        case tell(InotifyEvent)
        /// A folder appeared: watch it and what is below it, then tell.
        case watchTree(FilePath)
        /// A folder went away: unwatch it and what is below it, then tell. The kernel still has the watches of a folder
        /// that was moved; those of a deleted one it has dropped itself.
        case forgetTree(FilePath, wasMoved: Bool)
        /// The root is no longer watched: unwatch what is below it, then tell.
        case loseRoot(FilePath, InotifyEvent.WatchLoss)
        /// The kernel has dropped this watch itself.
        case dropped(Int32)
        case nothing
    }

    private var paths: [Int32: FilePath] = [:]
    private var watches: [FilePath: Int32] = [:]
    private(set) var roots: Set<FilePath> = []
    /// Those of which the folders in them are not watched.
    private(set) var flatRoots: Set<FilePath> = []

    func contains(_ path: FilePath) -> Bool { watches[path] != nil }

    /// How many folders are watched.
    var count: Int { paths.count }

    mutating func add(_ path: FilePath, watch: Int32) {
        // A folder that was renamed within the tree comes back with the watch it had.
        if let old = paths[watch] { watches[old] = nil }
        paths[watch] = path
        watches[path] = watch
    }

    mutating func add(root: FilePath, isFlat: Bool = false) {
        roots.insert(root)
        if isFlat { flatRoots.insert(root) } else { flatRoots.remove(root) }
    }

    mutating func remove(root: FilePath) {
        roots.remove(root)
        flatRoots.remove(root)
    }

    /// The kernel no longer has this watch.
    mutating func remove(watch: Int32) {
        guard let path = paths.removeValue(forKey: watch) else { return }
        if watches[path] == watch { watches[path] = nil }
    }

    /// The watches of a folder and of all below it; what lies in a flat root is none of its.
    func tree(_ path: FilePath) -> [Int32] {
        if flatRoots.contains(path) { return watches[path].map { [$0] } ?? [] }
        return watches.filter { $0.key.starts(with: path) }.map(\.value)
    }

    func reaction(to event: RawEvent) -> Reaction {
        if event.mask.has(IN_Q_OVERFLOW) { return .tell(.overflow) }
        guard let folder = paths[event.watch] else { return .nothing }
        if event.mask.has(IN_IGNORED) { return .dropped(event.watch) }
        if let loss = loss(event.mask) {
            // A folder below a root is reported by its parent; this is the root's own word.
            return roots.contains(folder) ? .loseRoot(folder, loss) : .nothing
        }
        guard let name = event.name else { return .nothing }
        let path = folder.appending(name)
        let isTree = event.mask.has(IN_ISDIR) && !flatRoots.contains(folder)
        return isTree ? directory(event.mask, path) : file(event.mask, path)
    }

    private func loss(_ mask: UInt32) -> InotifyEvent.WatchLoss? {
        if mask.has(IN_UNMOUNT) { return .unmounted }
        if mask.has(IN_MOVE_SELF) { return .moved }
        return mask.has(IN_DELETE_SELF) ? .deleted : nil
    }

    private func directory(_ mask: UInt32, _ path: FilePath) -> Reaction {
        if mask.has(IN_CREATE) || mask.has(IN_MOVED_TO) { return .watchTree(path) }
        if mask.has(IN_MOVED_FROM) { return .forgetTree(path, wasMoved: true) }
        return mask.has(IN_DELETE) ? .forgetTree(path, wasMoved: false) : .nothing
    }

    private func file(_ mask: UInt32, _ path: FilePath) -> Reaction {
        if mask.has(IN_MOVED_TO) { return .tell(.movedIn(path)) }
        if mask.has(IN_CLOSE_WRITE) { return .tell(.closedAfterWriting(path)) }
        if mask.has(IN_CREATE) { return .tell(.created(path)) }
        if mask.has(IN_MOVED_FROM) { return .tell(.movedOut(path)) }
        return mask.has(IN_DELETE) ? .tell(.deleted(path)) : .nothing
    }
}

extension UInt32 {
    fileprivate func has(_ flag: Int32) -> Bool { self & UInt32(bitPattern: flag) != 0 }
}
