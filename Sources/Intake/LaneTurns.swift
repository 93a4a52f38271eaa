// SPDX-License-Identifier: Apache-2.0

internal import DequeModule
internal import Requests
internal import SystemPackage

/// Whose turn is next among the lanes that wait: the folders of the inbox take turns, and within the turn of one those
/// below it do, at any depth. So a folder with two hundred sub-folders has one turn, as its neighbour without any has.
/// Pure.
struct LaneTurns: Sendable {
    /// Below a folder: one that waits itself is `nil` among those that lie in it.
    private struct Folder: Sendable {
        var order: Deque<FilePath.Component?> = []
        var below: [FilePath.Component: Folder] = [:]
        var waitsItself = false
    }

    private var root = Folder()

    var isEmpty: Bool { root.order.isEmpty }

    /// Whose turn is next; `nil` where none waits.
    var first: Lane? {
        var (folder, path) = (root, FilePath())
        while let key = folder.order.first {
            guard let name = key, let next = folder.below[name] else { return Lane(path: path) }
            path.append(name)
            folder = next
        }
        return nil
    }

    /// Behind all others of its folder; a lane that waits already keeps its turn.
    mutating func append(_ lane: Lane) {
        Self.append(lane.path.components[...], to: &root)
    }

    private static func append(_ path: FilePath.ComponentView.SubSequence, to folder: inout Folder) {
        guard let name = path.first else {
            if folder.waitsItself { return }
            folder.waitsItself = true
            return folder.order.append(nil)
        }
        // Out of the dictionary while it is changed: a copy of all below it would be dear.
        var next = folder.below.removeValue(forKey: name) ?? Folder()
        if next.order.isEmpty { folder.order.append(name) }
        append(path.dropFirst(), to: &next)
        folder.below[name] = next
    }

    /// Before all others, and so is each folder above it in its own: a turn that was taken is given back.
    mutating func prepend(_ lane: Lane) {
        Self.prepend(lane.path.components[...], to: &root)
    }

    private static func prepend(_ path: FilePath.ComponentView.SubSequence, to folder: inout Folder) {
        let name = path.first
        folder.order.removeAll { $0 == name }
        folder.order.prepend(name)
        guard let name else { return folder.waitsItself = true }
        var next = folder.below.removeValue(forKey: name) ?? Folder()
        prepend(path.dropFirst(), to: &next)
        folder.below[name] = next
    }

    /// Takes the next turn: those above it go behind their neighbours.
    mutating func popFirst() -> Lane? {
        var path = FilePath()
        return Self.popFirst(of: &root, &path) ? Lane(path: path) : nil
    }

    private static func popFirst(of folder: inout Folder, _ path: inout FilePath) -> Bool {
        guard let key = folder.order.popFirst() else { return false }
        guard let name = key, var next = folder.below.removeValue(forKey: name) else {
            folder.waitsItself = false
            return true
        }
        path.append(name)
        let found = popFirst(of: &next, &path)
        if !next.order.isEmpty {
            folder.order.append(name)
            folder.below[name] = next
        }
        return found
    }

    /// The lane waits no more.
    mutating func remove(_ lane: Lane) {
        Self.remove(lane.path.components[...], from: &root)
    }

    private static func remove(_ path: FilePath.ComponentView.SubSequence, from folder: inout Folder) {
        guard let name = path.first else {
            if folder.waitsItself { folder.order.removeAll { $0 == nil } }
            folder.waitsItself = false
            return
        }
        guard var next = folder.below.removeValue(forKey: name) else { return }
        remove(path.dropFirst(), from: &next)
        if next.order.isEmpty { folder.order.removeAll { $0 == name } } else { folder.below[name] = next }
    }
}
