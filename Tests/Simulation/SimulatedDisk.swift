// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// A disk with one file system, in memory: what the kernel shows of it, and what of that would outlive a power cut.
///
/// It stays while machines that use it end: each ``SimulatedProcess`` is one program's view of it. Permissions are noted
/// and never asked, as for root.
// @unchecked: for one thread at a time, that of a simulation.
package final class SimulatedDisk: @unchecked Sendable {
    /// What of the changes of names outlives a power cut beside those that were synced.
    package enum Order: CaseIterable, Sendable {
        /// The first so many of them, as a journal keeps them (ext4): a sync carries all earlier ones along.
        case journal
        /// Those of each folder in their order, but folders on their own. A rename is still one change, and nothing comes
        /// into a folder that has no name itself.
        case byFolder
        /// The same, but a rename from one folder to another is two changes, which a power cut may find twice: a sync of
        /// the one folder alone is not one of the other, nor of the folder's own name. What was synced for one half only
        /// may be found nowhere.
        case byName
    }

    struct Effect {
        var folder: Int
        var name: Name
        /// `nil`: the name is gone.
        var child: Int?
    }

    /// A change of names that is in memory only.
    struct Change {
        var first: Effect
        var second: Effect?
        /// Of what has left: where it has arrived, which comes first as long as nobody asks.
        var arrival: Effect?

        func touches(_ folder: Int) -> Bool { first.folder == folder || second?.folder == folder }

        var effects: [Effect] { second.map { [first, $0] } ?? [first] }
        var folders: [Int] { effects.map(\.folder) }
    }

    package let order: Order
    /// Nanoseconds since 1970, for the times of files.
    package var clock: @Sendable () -> Int64 = { SimulatedDisk.start }
    /// 2026-11-24 08:00 UTC.
    package static let start: Int64 = 1_795_507_200_000_000_000
    /// What `statfs(2)` says: ext4, unless a test wants something else.
    package var fileSystemType: UInt32 = 0xEF53
    /// Whether a listing tells folders from files.
    package var listsKinds = true

    var inodes: [Inode] = []
    var changes: [Change] = []
    /// Files whose content is not on the disk.
    var dirty: [Inode] = []
    var errors = ErrorSequence()
    let salt: UInt64

    var root: Inode { inodes[0] }

    /// - Parameter seed: for the order of names in a folder.
    package init(seed: UInt64 = 0, order: Order = .journal) {
        self.order = order
        salt = seed
        _ = make(.folder, mode: 0o755, in: 0, Name([]))
        root.links = 2
    }

    func make(_ kind: Inode.Kind, mode: UInt32, in parent: Int, _ name: Name) -> Inode {
        let inode = Inode(
            inodes.count, kind, mode: mode, owner: geteuid(), group: getegid(), at: clock(), parent: parent, name: name)
        inodes.append(inode)
        return inode
    }

    // MARK: Names

    /// Gives a name, and counts it.
    func enter(_ inode: Inode, _ name: Name, in folder: Inode) {
        note(Change(first: Effect(folder: folder.id, name: name, child: inode.id)))
        place(inode, name, in: folder)
        inode.links += inode.kind == .folder ? 2 : 1
        if inode.kind == .folder { folder.links += 1 }
    }

    func remove(_ inode: Inode, _ name: Name, from folder: Inode) {
        note(Change(first: Effect(folder: folder.id, name: name, child: nil)))
        folder.entries[name] = nil
        touch(folder)
        lose(inode, from: folder)
    }

    func move(_ inode: Inode, _ name: Name, from source: Inode, to newName: Name, in target: Inode) {
        let replaced = target.entries[newName].map { inodes[$0] }
        let arrival = Effect(folder: target.id, name: newName, child: inode.id)
        let departure = Effect(folder: source.id, name: name, child: nil)
        if order == .byName, source !== target {
            note(Change(first: arrival))
            note(Change(first: departure, arrival: arrival))
        } else {
            note(Change(first: departure, second: arrival))
        }
        source.entries[name] = nil
        touch(source)
        if let replaced { lose(replaced, from: target) }
        place(inode, newName, in: target)
        inode.changed = clock()
        if inode.kind == .folder, source !== target {
            source.links -= 1
            target.links += 1
        }
    }

    private func place(_ inode: Inode, _ name: Name, in folder: Inode) {
        folder.entries[name] = inode.id
        inode.parent = folder.id
        inode.name = name
        touch(folder)
    }

    private func lose(_ inode: Inode, from folder: Inode) {
        inode.changed = clock()
        if inode.kind == .folder {
            inode.links = 0
            folder.links -= 1
        } else {
            inode.links -= 1
        }
    }

    func touch(_ inode: Inode) {
        inode.modified = clock()
        inode.changed = inode.modified
    }

    private func note(_ change: Change) { changes.append(change) }

    /// Whether a folder is another or lies below it.
    func isBelow(_ inode: Inode, _ folder: Inode) -> Bool {
        var one = inode
        while true {
            if one === folder { return true }
            if one === root { return false }
            one = inodes[one.parent]
        }
    }

    /// Where something stands, by its last name.
    func path(of inode: Inode) -> String {
        var names: [String] = []
        var one = inode
        while one !== root {
            names.append(one.name.text)
            one = inodes[one.parent]
        }
        return "/" + names.reversed().joined(separator: "/")
    }

    // MARK: Content

    /// A file is about to be changed.
    func soil(_ file: Inode) {
        if file.isDirty { return }
        file.isDirty = true
        file.lowest = min(file.content.count, file.durable.count)
        dirty.append(file)
    }
}
