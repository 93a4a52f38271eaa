// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// One program's view of a ``SimulatedDisk``: its descriptors, and the kernel's answers to its calls. What it cannot be
/// told, `errno` included, is what Linux would say on tmpfs.
// @unchecked: for one thread at a time, that of a simulation.
package final class SimulatedProcess: @unchecked Sendable {
    package let disk: SimulatedDisk
    /// Decides what becomes of each call.
    package var judge: ((KernelCall) -> KernelCall.Verdict)?
    /// Hears of each call and of what came of it, for a story.
    package var tell: ((String) -> Void)?
    /// Told of each call before it is made.
    var passes: ((KernelCall.Kind) -> Void)?
    /// Called once when it is killed.
    var died: (() -> Void)?
    /// It is killed before it changes anything more than so many times.
    package var lastChange = Int.max
    /// It is killed before it makes more calls than that.
    package var lastCall = Int.max

    package private(set) var isDead = false
    package private(set) var calls = 0
    /// How many calls might have changed something.
    package private(set) var changes = 0

    private var table: [Description?] = []
    /// The number of its first descriptor: one that no other process has had, nor the real one.
    private let first: CInt
    private static let serial = Mutex<CInt>(0)
    private static let mostDescriptors = 0xFFFF
    static let umask: UInt32 = 0o022

    package init(on disk: SimulatedDisk) {
        self.disk = disk
        first = Self.serial.withLock { serial in
            serial = (serial + 1) & 0x1FFF
            return 1 << 30 | serial << 16
        }
    }

    /// Ends it as it stands: every call fails from now on and changes nothing.
    package func kill() {
        if isDead { return }
        isDead = true
        for description in table { description?.end() }
        table = []
        died?()
    }

    /// How many files it has open.
    package var openCount: Int { table.count { $0 != nil } }

    // MARK: Calls

    /// Makes a call; `errno` says why it failed.
    func answer<Result: FixedWidthInteger>(
        _ kind: KernelCall.Kind, _ path: UnsafePointer<CChar>?, changes: Bool? = nil, needsRoom: Bool = false,
        _ body: () throws(Refusal) -> Result
    ) -> Result {
        do throws(Refusal) {
            _ = try enter(kind, path, nil, changes ?? kind.changes, needsRoom)
            let result = try body()
            if tell != nil { say(kind, path.map { String(cString: $0) } ?? "", Int(result)) }
            return result
        } catch {
            if tell != nil { say(kind, path.map { String(cString: $0) } ?? "", error) }
            if error.code == 0 { return 0 }
            errno = error.code
            return -1
        }
    }

    /// The same with a descriptor.
    ///
    /// - Parameters:
    ///   - isSound: whether the numbers make sense, whatever the descriptor is.
    ///   - body: is told how many bytes it may read or write.
    func answer<Result: FixedWidthInteger>(
        _ kind: KernelCall.Kind, _ descriptor: CInt, isSound: Bool = true,
        needsRoom: (Description) -> Bool = { _ in false },
        _ body: (Description, Int) throws(Refusal) -> Result
    ) -> Result {
        do throws(Refusal) {
            if isDead { throw Refusal(ECANCELED) }
            if !isSound { throw Refusal(EINVAL) }
            let description = try description(descriptor)
            let most = try enter(kind, nil, description, kind.changes, needsRoom(description))
            let result = try body(description, most)
            if tell != nil { say(kind, disk.path(of: description.inode), Int(result)) }
            return result
        } catch {
            if tell != nil { say(kind, "\(descriptor - first)", error) }
            if error.code == 0 { return 0 }
            errno = error.code
            return -1
        }
    }

    private func enter(
        _ kind: KernelCall.Kind, _ path: UnsafePointer<CChar>?, _ opened: Description?, _ isChange: Bool,
        _ needsRoom: Bool
    ) throws(Refusal) -> Int {
        if isDead { throw Refusal(ECANCELED) }
        passes?(kind)
        if calls >= lastCall || isChange && changes >= lastChange { kill() }
        var most = Int.max
        if !isDead, let judge {
            let call = KernelCall(
                kind: kind, number: calls, change: changes, changes: isChange, needsRoom: needsRoom, text: path,
                file: opened?.inode, disk: disk)
            switch judge(call) {
            case .goes: break
            case .fails(let error):
                if kind == .sync, let file = opened?.inode { disk.failSync(file) }
                if kind == .syncAll { disk.failSyncAll() }
                if let opened { hear(kind, opened) }
                throw Refusal(error.rawValue)
            case .short(let count): most = max(count, 1)
            case .pretends: throw Refusal(0)
            case .dies: kill()
            }
        }
        if isDead { throw Refusal(ECANCELED) }
        calls += 1
        if isChange { changes += 1 }
        return most
    }

    /// Whoever is told of an error by the call that fails is not told again.
    private func hear(_ kind: KernelCall.Kind, _ opened: Description) {
        if kind == .sync { _ = opened.inode.errors.tells(&opened.heard.file) }
        if kind == .syncAll { _ = disk.errors.tells(&opened.heard.all) }
    }

    private func say(_ kind: KernelCall.Kind, _ path: String, _ result: Int) {
        tell?("\(kind) \(path) → \(result >= Int(first) ? result - Int(first) : result)")
    }

    private func say(_ kind: KernelCall.Kind, _ path: String, _ refusal: Refusal) {
        tell?("\(kind) \(path): \(Errno(rawValue: refusal.code))")
    }

    // MARK: Descriptors

    func description(_ descriptor: CInt) throws(Refusal) -> Description {
        let index = Int(descriptor) - Int(first)
        guard table.indices.contains(index), let description = table[index] else { throw Refusal(EBADF) }
        return description
    }

    /// The folder that a relative path begins in.
    func start(_ directory: CInt) throws(Refusal) -> Inode {
        directory == AT_FDCWD ? disk.root : try description(directory).inode
    }

    func enter(_ description: Description) throws(Refusal) -> CInt {
        if let free = table.firstIndex(where: { $0 == nil }) {
            table[free] = description
            return first + CInt(free)
        }
        if table.count >= Self.mostDescriptors { throw Refusal(EMFILE) }
        table.append(description)
        return first + CInt(table.count - 1)
    }

    package func close(_ descriptor: CInt) -> CInt {
        // The real one's, from before the simulation.
        if descriptor < 1 << 30 { return LinuxCalls().close(descriptor) }
        guard let description = try? description(descriptor) else { return fail(EBADF) }
        table[Int(descriptor - first)] = nil
        description.descriptors -= 1
        if description.descriptors == 0 { description.end() }
        return 0
    }

    package func duplicate(_ descriptor: CInt) -> CInt {
        answer(.duplicate, descriptor) { description, _ throws(Refusal) in
            let copy = try enter(description)
            description.descriptors += 1
            return copy
        }
    }

    func fail(_ code: CInt) -> CInt {
        errno = code
        return -1
    }

    // MARK: Opening

    package func openat(_ directory: CInt, _ path: UnsafePointer<CChar>, _ flags: CInt, _ mode: UInt32) -> CInt {
        // O_PATH leaves no other meaning.
        let flags = flags & Self.onlyPlace == 0 ? flags : flags & (Self.onlyPlace | O_DIRECTORY | O_NOFOLLOW)
        let mayChange = flags & (O_CREAT | O_TRUNC) != 0
        return answer(.open, path, changes: mayChange, needsRoom: flags & O_CREAT != 0) { () throws(Refusal) in
            // Linux 6.4 and newer.
            if flags & O_CREAT != 0, flags & O_DIRECTORY != 0 { throw Refusal(EINVAL) }
            if flags & O_NOFOLLOW == 0, let inode = try behindDescriptor(path) { return try open(inode, flags) }
            var walk = PathWalk(disk)
            let place = try walk.place(of: path) { () throws(Refusal) in try start(directory) }
            if flags & O_CREAT != 0 {
                return try open(try make(place, flags, mode, &walk), flags)
            }
            return try open(try walk.inode(at: place, follow: flags & O_NOFOLLOW == 0), flags)
        }
    }

    package func openBeneath(_ directory: CInt, _ path: UnsafePointer<CChar>, _ flags: CInt) -> CInt {
        answer(.openBeneath, path) { () throws(Refusal) in
            if path.pointee == 0 { throw Refusal(ENOENT) }
            let base = try start(directory)
            if path.pointee == CChar(bitPattern: slash) { throw Refusal(EXDEV) }
            var walk = PathWalk(disk, beneath: base)
            return try open(try walk.inode(of: path, follow: flags & O_NOFOLLOW == 0) { base }, flags)
        }
    }

    /// `O_PATH`.
    static let onlyPlace: CInt = 0o10000000

    private func make(
        _ wanted: PathWalk.Place, _ flags: CInt, _ mode: UInt32, _ walk: inout PathWalk
    ) throws(Refusal) -> Inode {
        var place = wanted
        while true {
            let isExclusive = flags & O_EXCL != 0
            guard case .name(let name) = place.last else { throw Refusal(isExclusive ? EEXIST : EISDIR) }
            if place.hasSlash { throw Refusal(EISDIR) }
            guard let found = try walk.look(name, in: place.folder) else {
                let file = disk.make(.file, mode: mode & ~Self.umask, in: place.folder.id, name)
                disk.enter(file, name, in: place.folder)
                return file
            }
            if isExclusive { throw Refusal(EEXIST) }
            guard found.kind == .symlink else { return found }
            if flags & O_NOFOLLOW != 0 { throw Refusal(ELOOP) }
            place = try walk.place(behind: found, in: place.folder)
        }
    }

    private func open(_ inode: Inode, _ flags: CInt) throws(Refusal) -> CInt {
        let access = flags & O_ACCMODE
        let isPlace = flags & Self.onlyPlace != 0
        if flags & O_DIRECTORY != 0, inode.kind != .folder { throw Refusal(ENOTDIR) }
        if !isPlace {
            switch inode.kind {
            case .symlink: throw Refusal(ELOOP)
            case .folder where access != O_RDONLY || flags & (O_TRUNC | O_CREAT) != 0: throw Refusal(EISDIR)
            case .pipe where flags & O_NONBLOCK == 0: preconditionFailure("nobody ever opens the pipe's other end")
            case .pipe where access == O_WRONLY: throw Refusal(ENXIO)
            case .pipe, .folder: break
            case .file: if flags & O_TRUNC != 0 { truncate(inode, to: 0) }
            }
        }
        return try enter(
            Description(
                inode, disk.errors, reads: !isPlace && access != O_WRONLY, writes: !isPlace && access != O_RDONLY,
                appends: flags & O_APPEND != 0, isPlace: isPlace))
    }
}
