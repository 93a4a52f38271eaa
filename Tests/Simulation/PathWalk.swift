// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// Finds what a path leads to, as the kernel does: `path_resolution(7)`.
struct PathWalk {
    /// The last component of a path.
    enum Last {
        case name(Name)
        case dot, dots
        /// The path is nothing but slashes.
        case root
    }

    /// All of a path but its last component.
    struct Place {
        var folder: Inode
        var last: Last
        /// Something stands behind the name: it is to be a folder.
        var hasSlash: Bool
    }

    private static let mostLinks = 40
    static let longestName = 255
    private static let longestPath = 4096

    let disk: SimulatedDisk
    /// The folder that nothing leads out of, and below which no symlink is followed (`openat2(2)`).
    var base: Inode?
    private var links = 0

    init(_ disk: SimulatedDisk, beneath base: Inode? = nil) {
        self.disk = disk
        self.base = base
    }

    /// - Parameter start: where a relative path begins; asked for only then.
    mutating func place(
        of path: UnsafePointer<CChar>, from start: () throws(Refusal) -> Inode
    ) throws(Refusal) -> Place {
        let text = UnsafeRawBufferPointer(start: path, count: strlen(path))
        if text.isEmpty { throw Refusal(ENOENT) }
        if text.count >= Self.longestPath { throw Refusal(ENAMETOOLONG) }
        return try place(of: text, from: text[0] == slash ? disk.root : try start())
    }

    /// - Parameter follow: whether a symlink in the last place is followed.
    mutating func inode(
        of path: UnsafePointer<CChar>, follow: Bool, from start: () throws(Refusal) -> Inode
    ) throws(Refusal) -> Inode {
        try inode(at: try place(of: path, from: start), follow: follow)
    }

    private mutating func place(of text: UnsafeRawBufferPointer, from start: Inode) throws(Refusal) -> Place {
        if text.first == slash, base != nil { throw Refusal(EXDEV) }
        var folder = start
        var last: Last?
        var index = 0
        while true {
            while index < text.count, text[index] == slash { index += 1 }
            if index == text.count { break }
            if let last { folder = try inode(at: Place(folder: folder, last: last, hasSlash: true), follow: true) }
            guard folder.kind == .folder else { throw Refusal(ENOTDIR) }
            let begin = index
            while index < text.count, text[index] != slash { index += 1 }
            last = component(text[begin..<index])
        }
        if last == nil, text.first != slash { throw Refusal(ENOENT) }
        return Place(folder: folder, last: last ?? .root, hasSlash: text.last == slash)
    }

    private func component(_ bytes: Slice<UnsafeRawBufferPointer>) -> Last {
        let dot = UInt8(ascii: ".")
        if bytes.count == 1, bytes[bytes.startIndex] == dot { return .dot }
        if bytes.count == 2, bytes[bytes.startIndex] == dot, bytes[bytes.startIndex + 1] == dot { return .dots }
        return .name(Name(bytes))
    }

    /// What has a name; `nil` where nothing has.
    func look(_ name: Name, in folder: Inode) throws(Refusal) -> Inode? {
        // It was removed, though somebody has it open.
        if folder.links == 0 { throw Refusal(ENOENT) }
        if name.bytes.count > Self.longestName { throw Refusal(ENAMETOOLONG) }
        return folder.entries[name].map { disk.inodes[$0] }
    }

    mutating func inode(at place: Place, follow: Bool) throws(Refusal) -> Inode {
        let found: Inode
        switch place.last {
        case .root: return disk.root
        case .dot: return place.folder
        case .dots:
            if let base, place.folder === base { throw Refusal(EXDEV) }
            return disk.inodes[place.folder.parent]
        case .name(let name):
            guard let inode = try look(name, in: place.folder) else { throw Refusal(ENOENT) }
            found = inode
        }
        if found.kind == .symlink, follow || place.hasSlash {
            let target = try self.place(behind: found, in: place.folder)
            let inode = try inode(at: target, follow: true)
            if place.hasSlash, inode.kind != .folder { throw Refusal(ENOTDIR) }
            return inode
        }
        if place.hasSlash, found.kind != .folder { throw Refusal(ENOTDIR) }
        return found
    }

    /// The place that a symlink's text names.
    mutating func place(behind link: Inode, in folder: Inode) throws(Refusal) -> Place {
        if base != nil || links >= Self.mostLinks { throw Refusal(ELOOP) }
        links += 1
        let text = link.content
        let start = text.first == slash ? disk.root : folder
        // Typed throws do not reach through `withUnsafeBytes`.
        let result = text.withUnsafeBytes { bytes in
            Result { () throws(Refusal) in try place(of: bytes, from: start) }
        }
        return try result.get()
    }
}

let slash = UInt8(ascii: "/")
