// SPDX-License-Identifier: Apache-2.0

internal import CInotifyTools
internal import Glibc
internal import SystemPackage

/// The folders under watch. Lives on the one thread that calls the library.
struct WatchedTrees {
    private let queue: EventQueue
    private let isWatched: (FilePath) -> Bool
    /// Whether the library has an instance, in which the folders are watched.
    private(set) var isOpen = false
    private var descriptor: InotifyDescriptor?
    private var table = WatchTable()
    /// How many names the library was given, each for good.
    private var names = 0

    private static let mask =
        IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF
        | Int32(bitPattern: UInt32(IN_ONLYDIR)) | Int32(bitPattern: UInt32(IN_DONT_FOLLOW))

    init(queue: EventQueue, isWatched: @escaping (FilePath) -> Bool) {
        self.queue = queue
        self.isWatched = isWatched
    }

    /// The library has a new instance.
    ///
    /// - Parameter descriptor: the library's; `nil` where it is not known.
    mutating func begin(with descriptor: InotifyDescriptor?) {
        isOpen = true
        self.descriptor = descriptor
    }

    /// The library's instance has ended, and all watches with it.
    mutating func end() {
        self = WatchedTrees(queue: queue, isWatched: isWatched)
    }

    var roots: Set<FilePath> { table.roots }
    var flatRoots: Set<FilePath> { table.flatRoots }

    /// How many names of folders that are watched no more the library keeps.
    var oldNames: Int { names - table.count }

    /// Watches a root. Returns the error, if any.
    mutating func watch(root: FilePath, below: Bool = true) -> InotifyError? {
        if let error = add(root) {
            return error == .noSpace ? .watchLimitReached(root) : .cannotWatch(root, error)
        }
        table.add(root: root, isFlat: !below)
        if below { watchBelow(root) }
        return nil
    }

    mutating func unwatch(root: FilePath) {
        forgetTree(root, removing: true)
        table.remove(root: root)
    }

    /// Takes one event from the library; everything needed is copied out of its buffer at once.
    mutating func take(_ event: UnsafeMutablePointer<inotify_event>) {
        let offset = MemoryLayout<inotify_event>.size
        let text = UnsafeRawPointer(event).advanced(by: offset).assumingMemoryBound(to: CChar.self)
        let name = event.pointee.len > 0 ? FilePath.Component(platformString: text) : nil
        let raw = WatchTable.RawEvent(watch: event.pointee.wd, mask: event.pointee.mask, name: name)
        switch table.reaction(to: raw) {
        case .nothing: break
        case .tell(let event): queue.push(event)
        case .watchTree(let path):
            if isWatched(path), add(path, reporting: true) { watchBelow(path) }
            queue.push(.directoryAppeared(path))
        case .forgetTree(let path, let wasMoved):
            forgetTree(path, removing: wasMoved)
            queue.push(.directoryDisappeared(path))
        case .loseRoot(let path, let loss):
            forgetTree(path, removing: loss == .moved)
            table.remove(root: path)
            queue.push(.watchLost(path, loss))
        case .dropped(let watch): table.remove(watch: watch)
        }
    }

    /// Watches each folder before it is listed: one that appears in between is met by the event, by the listing, or by
    /// both.
    private mutating func watchBelow(_ folder: FilePath) {
        guard let stream = folder.withPlatformString(opendir) else { return }
        var below: [FilePath] = []
        while let entry = readdir(stream) {
            guard entry.pointee.d_type == UInt8(DT_DIR) || entry.pointee.d_type == UInt8(DT_UNKNOWN) else { continue }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath.Component(platformString: $0) }
            }
            guard let name, name.kind == .regular else { continue }
            below.append(folder.appending(name))
        }
        closedir(stream)
        for path in below where isWatched(path) {
            if add(path, reporting: true) { watchBelow(path) }
        }
    }

    /// Returns whether the folder is watched. Tells of a folder that exists and cannot be.
    private mutating func add(_ path: FilePath, reporting: Bool) -> Bool {
        switch add(path) {
        case nil: return true
        // Gone again, or not a folder: nothing to watch and nothing to tell.
        case .noSuchFileOrDirectory?, .notDirectory?: return false
        case .some(let error):
            queue.push(.cannotWatch(path, error))
            return false
        }
    }

    private mutating func add(_ path: FilePath) -> Errno? {
        let name = uniqueName(path)
        let watch = name.withCString { pointer -> Int32 in
            inotifytools_watch_file(pointer, Self.mask) == 0 ? -1 : inotifytools_wd_from_filename(pointer)
        }
        if watch < 0 { return Errno(rawValue: inotifytools_error()) }
        table.add(path, watch: watch)
        return nil
    }

    /// The library finds a watch by its name and goes on finding vanished folders by theirs, so a folder that is made
    /// anew would be given the number of its predecessor. Each watch therefore gets a name of its own for the same
    /// folder: a serial number written in `./` and `.//`.
    private mutating func uniqueName(_ path: FilePath) -> [CChar] {
        names += 1
        var name = path.withPlatformString { Array(UnsafeBufferPointer(start: $0, count: path.length)) }
        name.append(CChar(bitPattern: UInt8(ascii: "/")))
        for bit in 0..<(Int.bitWidth - names.leadingZeroBitCount) {
            name += (names >> bit & 1 == 0 ? "./" : ".//").utf8.map { CChar(bitPattern: $0) }
        }
        return name + [0]
    }

    /// - Parameter removing: whether the kernel may still have the watches: those of a folder that was moved, unless
    ///   it was deleted since. The library goes on finding them by their names, as it does those of deleted folders.
    private mutating func forgetTree(_ path: FilePath, removing: Bool) {
        for watch in table.tree(path) {
            table.remove(watch: watch)
            if removing { remove(watch) }
        }
    }

    private func remove(_ watch: Int32) {
        if let descriptor { return descriptor.remove(watch: watch) }
        // May complain on standard error.
        _ = inotifytools_remove_watch_by_wd(watch)
    }
}

extension Array where Element == CChar {
    fileprivate func withCString<R>(_ body: (UnsafePointer<CChar>) -> R) -> R {
        withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { preconditionFailure("a name ends in a zero byte") }
            return body(start)
        }
    }
}
