// SPDX-License-Identifier: Apache-2.0

internal import CInotifyTools
internal import Glibc
internal import SystemPackage

/// The folders under watch. Lives on the one thread that calls the library.
struct WatchedTrees {
    private let queue: EventQueue
    private let descriptor: InotifyDescriptor
    private let isWatched: (FilePath) -> Bool
    private var table = WatchTable()

    private static let mask =
        UInt32(IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF)
        | UInt32(IN_ONLYDIR) | UInt32(IN_DONT_FOLLOW)

    init(queue: EventQueue, descriptor: InotifyDescriptor, isWatched: @escaping (FilePath) -> Bool) {
        self.queue = queue
        self.descriptor = descriptor
        self.isWatched = isWatched
    }

    /// Watches a root. Returns the error, if any.
    mutating func watch(root: FilePath) -> InotifyError? {
        if let error = add(root) {
            return error == .noSpace ? .watchLimitReached(root) : .cannotWatch(root, error)
        }
        table.add(root: root)
        watchBelow(root)
        return nil
    }

    mutating func unwatch(root: FilePath) {
        table.remove(root: root)
        forgetTree(root, removing: true)
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
            table.remove(root: path)
            forgetTree(path, removing: loss == .moved)
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
        do throws(Errno) {
            table.add(path, watch: try descriptor.watch(path, Self.mask))
            return nil
        } catch {
            return error
        }
    }

    /// - Parameter removing: whether the kernel may still have the watches: those of a folder that was moved, unless
    ///   it was deleted since.
    private mutating func forgetTree(_ path: FilePath, removing: Bool) {
        for watch in table.tree(path) {
            table.remove(watch: watch)
            if removing { descriptor.remove(watch: watch) }
        }
    }
}
