// SPDX-License-Identifier: Apache-2.0

package import TestSupport

/// What reaches the disk, and what a power cut leaves.
extension SimulatedDisk {
    // MARK: Syncs

    /// `fsync(2)` of a file or a folder.
    func sync(_ inode: Inode) {
        switch inode.kind {
        case .file: save(inode)
        case .folder: commit(inode.id)
        case .symlink, .pipe: break
        }
    }

    /// `syncfs(2)`.
    func syncAll() {
        for file in dirty { save(file) }
        dirty = []
        for change in changes { apply(change) }
        changes = []
    }

    /// The disk refuses: what the kernel wanted to write it takes for written from now on. It tells of it once to each
    /// who has the file open, or anything of the file system.
    func failSync(_ inode: Inode) {
        guard inode.kind == .file else { return }
        inode.errors.add()
        errors.add()
        let count = max(inode.content.count, inode.durable.count)
        for page in 0..<(count + Inode.page - 1) / Inode.page where !isSaved(page, of: inode) {
            inode.lost.insert(page)
        }
        inode.isDirty = false
    }

    func failSyncAll() { for file in dirty { failSync(file) } }

    private func isSaved(_ page: Int, of file: Inode) -> Bool {
        let begin = page * Inode.page
        func part(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
            bytes[min(begin, bytes.count)..<min(begin + Inode.page, bytes.count)]
        }
        return part(file.content) == part(file.durable)
    }

    private func save(_ file: Inode) {
        guard file.isDirty else { return }
        var saved = file.content
        for begin in file.lost.map({ $0 * Inode.page }) where begin < saved.count {
            for index in begin..<min(begin + Inode.page, saved.count) {
                saved[index] = index < file.durable.count ? file.durable[index] : 0
            }
        }
        file.durable = saved
        file.isDirty = false
    }

    /// What has happened in a folder is on the disk, and what cannot be missing then.
    private func commit(_ folder: Int) {
        switch order {
        case .journal:
            guard let last = changes.lastIndex(where: { $0.touches(folder) }) else { return }
            for change in changes[...last] { apply(change) }
            changes.removeFirst(last + 1)
        case .byFolder, .byName: commitAlone(folder)
        }
    }

    private func commitAlone(_ folder: Int) {
        var folders: Set = [folder]
        let isKept = changes.reversed().map { change in
            let (touched, children) = (change.folders, change.effects.compactMap(\.child))
            let isName = order == .byFolder && children.contains(where: folders.contains)
            guard isName || touched.contains(where: folders.contains) else { return true }
            folders.formUnion(touched)
            return false
        }
        let all = zip(changes, isKept.reversed())
        for (change, isKept) in all where !isKept { apply(change) }
        changes = all.filter(\.1).map(\.0)
    }

    private func apply(_ change: Change) {
        for effect in change.effects { inodes[effect.folder].durableEntries[effect.name] = effect.child }
    }

    // MARK: A power cut

    /// Takes away what was not synced, or some of it. Every process that uses the disk is to be ended before.
    package func cutPower(_ random: inout SeededRandom) {
        switch order {
        case .journal: for change in changes.prefix(Self.some(of: changes.count, &random)) { apply(change) }
        case .byFolder, .byName: keepSome(&random)
        }
        changes = []
        for file in found().sorted(by: { $0.id < $1.id }) where file.isDirty || !file.lost.isEmpty {
            file.content = Self.remains(of: file, &random)
            file.durable = file.content
            file.allocated = file.content.count
            file.isDirty = false
            file.lost = []
        }
        dirty = []
    }

    /// Often nothing, often all.
    private static func some(of count: Int, _ random: inout SeededRandom) -> Int {
        switch random.index(4) {
        case 0: 0
        case 1: count
        default: random.index(count + 1)
        }
    }

    /// Of each folder's changes the first ones, a change of two folders only where it is the next one of both.
    private func keepSome(_ random: inout SeededRandom) {
        let percent = [0, 50, 90, 97, 100][random.index(5)]
        var isOver: Set<Int> = []
        for change in changes {
            let isNext = !change.folders.contains(where: isOver.contains) && change.arrival.map(isFound) ?? true
            if isNext, random.chance(percent) {
                apply(change)
            } else {
                isOver.formUnion(change.folders)
                // Nor is there what comes into a folder that has no name.
                isOver.formUnion(change.effects.compactMap(\.child))
            }
        }
    }

    /// Whether the disk has a name, and all those above it.
    private func isFound(_ effect: Effect) -> Bool {
        guard let child = effect.child, inodes[effect.folder].durableEntries[effect.name] == child else { return false }
        var folder = inodes[effect.folder]
        while folder !== root {
            let above = inodes[folder.parent]
            if above.durableEntries[folder.name] != folder.id { return false }
            folder = above
        }
        return true
    }

    /// Goes through what the disk has names for, which is all that there is from now on. Returns the files.
    private func found() -> [Inode] {
        for inode in inodes {
            inode.links = 0
            if inode.kind == .folder { inode.entries = inode.durableEntries }
        }
        var files: [Inode] = []
        var folders = [root]
        root.links = 2
        while let folder = folders.popLast() {
            for (name, id) in folder.entries {
                let inode = inodes[id]
                if inode.links == 0 {
                    inode.parent = folder.id
                    inode.name = name
                    if inode.kind == .folder { folders.append(inode) }
                    if inode.kind == .file { files.append(inode) }
                }
                inode.links += inode.kind == .folder && inode.links == 0 ? 2 : 1
                if inode.kind == .folder { folder.links += 1 }
            }
        }
        return files
    }

    private static let sector = 512

    /// What of a file's bytes is found that were not synced: each sector as it was, as it is to be, or as zeros where it
    /// had never been written, and the size of some moment in between.
    private static func remains(of file: Inode, _ random: inout SeededRandom) -> [UInt8] {
        let (old, new) = (file.durable, file.content)
        switch random.index(8) {
        case 0 where file.lost.isEmpty, 1 where file.lost.isEmpty: return new
        case 2: return old
        default: break
        }
        let most = max(old.count, new.count)
        let size = [old.count, new.count, most, file.lowest + random.index(most - file.lowest + 1)][random.index(4)]
        let newChance = [0, 50, 90, 100][random.index(4)]
        var found = [UInt8](repeating: 0, count: size)
        for begin in stride(from: 0, to: size, by: sector) {
            let isNew = random.chance(newChance) && !file.lost.contains(begin / Inode.page)
            let isZero = !isNew && random.chance(50)
            for index in begin..<min(begin + sector, size) {
                if isNew, index < new.count {
                    found[index] = new[index]
                } else if index < old.count, !(isZero && index >= file.lowest) {
                    found[index] = old[index]
                }
            }
        }
        return found
    }
}
