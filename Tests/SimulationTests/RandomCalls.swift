// SPDX-License-Identifier: Apache-2.0

import FileIO
import Glibc

@testable import TestSupport

/// Calls of a kernel by a seed, and what came of each: two kernels that are alike come to the same.
struct RandomCalls {
    private let kernel: any KernelCalls
    private let base: CInt
    private var random: SeededRandom
    private var slots = [CInt](repeating: -1, count: 6)
    private var inodes: [UInt: Int] = [:]
    private(set) var lines: [String] = []

    /// - Parameter base: an empty folder, far below anything that matters.
    init(_ kernel: any KernelCalls, base: CInt, seed: UInt64) {
        self.kernel = kernel
        self.base = base
        random = SeededRandom(seed: seed)
    }

    mutating func run(_ count: Int) -> [String] {
        for _ in 0..<count { step() }
        for slot in slots where slot >= 0 { _ = kernel.close(slot) }
        walk(base, "", depth: 0)
        return lines
    }

    // MARK: What is chosen

    private mutating func one<T>(of items: [T]) -> T { items[random.index(items.count)] }

    private mutating func path() -> String {
        if random.chance(1) { return "" }
        var text = ""
        for index in 0..<one(of: [1, 1, 1, 2, 2, 3]) {
            if index > 0 { text += random.chance(5) ? "//" : "/" }
            switch random.index(40) {
            case 0: text += "."
            case 1: text += ".."
            case 2 where random.chance(20): text += String(repeating: "x", count: 256)
            default: text += one(of: ["a", "b", "c", "d"])
            }
        }
        if random.chance(6) { text += "/" }
        return text
    }

    private mutating func folder() -> CInt { random.chance(75) ? base : slots[slot()] }

    /// Mostly one that is open.
    private mutating func slot() -> Int {
        let open = slots.indices.filter { slots[$0] >= 0 }
        return open.isEmpty || random.chance(5) ? random.index(slots.count) : one(of: open)
    }

    private mutating func flags() -> CInt {
        var flags = one(of: [O_RDONLY, O_RDONLY, O_WRONLY, O_RDWR])
        for (flag, percent) in [
            (O_CREAT, 40), (O_EXCL, 20), (O_TRUNC, 10), (O_DIRECTORY, 20), (O_NOFOLLOW, 30), (O_APPEND, 5),
            (0o10000000, 5),
        ] where random.chance(percent) { flags |= flag }
        return flags | O_NONBLOCK | O_CLOEXEC
    }

    private mutating func bytes() -> [UInt8] {
        let byte = UInt8(random.index(256))
        return [UInt8](repeating: byte, count: one(of: [0, 1, 3, 100, 4095, 4097]))
    }

    private mutating func offset() -> Int { one(of: [-1, 0, 0, 0, 1, 50, 4096, 10_000]) }

    // MARK: What is done

    private mutating func note(_ what: String, _ result: Int, _ found: String = "") {
        let error = errno
        lines.append("\(what) → \(result < 0 ? "errno \(error)" : found)")
    }

    private mutating func keep(_ what: String, _ slot: Int, _ descriptor: CInt) {
        note(what, Int(descriptor), "open")
        guard descriptor >= 0 else { return }
        if slots[slot] >= 0 { _ = kernel.close(slots[slot]) }
        slots[slot] = descriptor
    }

    private mutating func step() {
        switch random.index(100) {
        case 0..<20: open()
        case 20..<70: stepOnNames()
        default: stepOnContent()
        }
    }

    private mutating func open() {
        let (slot, directory, path) = (random.index(slots.count), folder(), path())
        if random.chance(20) {
            let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
            keep("beneath \(path)", slot, kernel.openBeneath(directory, path, flags))
        } else {
            let flags = flags()
            keep("open \(path) \(String(flags, radix: 8))", slot, kernel.openat(directory, path, flags, 0o664))
        }
    }

    private mutating func stepOnNames() {
        let (from, old, to, new) = (folder(), path(), folder(), path())
        switch random.index(12) {
        case 0, 1: note("mkdir \(old)", Int(kernel.mkdirat(from, old, 0o775)))
        case 2, 3: note("rename \(old) \(new)", Int(kernel.renameNoReplace(from, old, to, new)))
        case 4, 5: note("replace \(old) \(new)", Int(kernel.renameat(from, old, to, new)))
        case 6: note("link \(old) \(new)", Int(kernel.linkat(from, old, to, new)))
        case 7: note("unlink \(old)", Int(kernel.unlinkat(from, old, 0)))
        case 8: note("rmdir \(old)", Int(kernel.unlinkat(from, old, AT_REMOVEDIR)))
        case 9:
            // Never an absolute one: the two have different roots.
            note("symlink \(new) \(old)", Int(kernel.symlinkat(new, from, old)))
        case 10:
            var buffer = [CChar](repeating: 0, count: 300)
            let count = kernel.readlinkat(from, old, &buffer, random.chance(10) ? 2 : 300)
            note("readlink \(old)", count, "\(buffer.prefix(max(count, 0)))")
        default:
            var status = stat()
            let result = kernel.lstatat(from, old, &status)
            note("stat \(old)", Int(result), result < 0 ? "" : describe(status))
        }
    }

    private mutating func stepOnContent() {
        let slot = slot()
        let file = slots[slot]
        switch random.index(16) {
        case 0, 1, 2, 3:
            let (bytes, offset) = (bytes(), offset())
            note(
                "write \(slot) \(bytes.count) at \(offset)", kernel.pwrite(file, bytes, bytes.count, offset), "written")
        case 4, 5, 6:
            var buffer = [UInt8](repeating: 0, count: one(of: [0, 10, 6000]))
            let offset = offset()
            let count = kernel.pread(file, &buffer, buffer.count, offset)
            note(
                "read \(slot) at \(offset)", count,
                "\(count) \(buffer.prefix(max(count, 0)).reduce(0) { $0 &* 31 &+ Int($1) })")
        case 7:
            let length = offset()
            note("truncate \(slot) \(length)", Int(kernel.ftruncate(file, length)))
        case 8:
            let (offset, count) = (offset(), offset())
            note("allocate \(slot) \(offset) \(count)", Int(kernel.allocate(file, offset, count)))
        case 9: note("fsync \(slot)", Int(kernel.fsync(file)))
        case 10:
            var status = stat()
            let result = kernel.fstat(file, &status)
            note("fstat \(slot)", Int(result), result < 0 ? "" : describe(status))
        case 11:
            keep("duplicate \(slot)", random.index(slots.count), kernel.duplicate(file))
        case 12:
            note("close \(slot)", Int(kernel.close(file)))
            slots[slot] = -1
        case 13: list(slot)
        case 14: lock(slot)
        default: note("lease \(slot)", Int(lease(file)))
        }
    }

    private func lease(_ file: CInt) -> CInt {
        let result = kernel.setLease(file, CInt(F_RDLCK))
        let error = errno
        if result == 0 { _ = kernel.setLease(file, CInt(F_UNLCK)) }
        errno = error
        return result
    }

    private mutating func lock(_ slot: Int) {
        var lock = flock()
        lock.l_type = Int16(random.chance(70) ? F_WRLCK : F_UNLCK)
        if random.chance(50) {
            note("lock \(slot) \(lock.l_type)", Int(kernel.setLock(slots[slot], &lock)))
        } else {
            lock.l_type = Int16(slot.isMultiple(of: 2) ? F_WRLCK : F_RDLCK)
            let result = kernel.getLock(slots[slot], &lock)
            note("locked \(slot)", Int(result), "\(lock.l_type)")
        }
        if random.chance(30) { note("flock \(slot)", Int(kernel.lockFolder(slots[slot]))) }
    }

    private mutating func list(_ slot: Int) {
        // A description of its own: one that is duplicated shares its place in the folder.
        let copy = kernel.openat(slots[slot], ".", O_RDONLY | O_DIRECTORY, 0)
        guard copy >= 0 else { return note("list \(slot)", -1) }
        guard let names = names(copy) else { return note("list \(slot)", -1) }
        note("list \(slot)", 0, "\(names)")
    }

    /// Takes the descriptor; `nil` where it is no folder's.
    private func names(_ folder: CInt) -> [String]? {
        guard let stream = kernel.fdopendir(folder) else {
            let error = errno
            _ = kernel.close(folder)
            errno = error
            return nil
        }
        var names: [String] = []
        while let entry = kernel.readdir(stream) {
            let type = entry.pointee.d_type
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append("\(name) \(type)") }
        }
        kernel.closedir(stream)
        return names.sorted()
    }

    private mutating func describe(_ status: stat) -> String {
        let kind = status.st_mode & S_IFMT
        let number = inodes[UInt(status.st_ino), default: inodes.count]
        inodes[UInt(status.st_ino)] = number
        return "kind \(kind) links \(status.st_nlink) size \(kind == S_IFDIR ? 0 : status.st_size) inode \(number)"
    }

    /// All that there is in the end.
    private mutating func walk(_ folder: CInt, _ path: String, depth: Int) {
        let copy = kernel.openat(folder, ".", O_RDONLY | O_DIRECTORY, 0)
        for name in names(copy) ?? [] {
            let name = String(name.prefix { $0 != " " })
            var status = stat()
            _ = kernel.lstatat(folder, name, &status)
            lines.append("\(path)/\(name): \(describe(status))")
            let below = kernel.openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, 0)
            guard below >= 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                walk(below, "\(path)/\(name)", depth: depth + 1)
            } else {
                var buffer = [UInt8](repeating: 0, count: 20_000)
                let count = kernel.pread(below, &buffer, buffer.count, 0)
                lines.append("\(count) \(buffer.prefix(max(count, 0)).reduce(0) { $0 &* 31 &+ Int($1) })")
            }
            _ = kernel.close(below)
        }
    }
}
