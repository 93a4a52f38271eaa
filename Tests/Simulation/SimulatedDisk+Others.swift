// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// What others do on the same disk, who never fail and are never killed: whoever drops files, and the test that looks.
/// Paths are absolute.
extension SimulatedDisk {
    package enum Kind: Sendable {
        case file, folder, symlink, pipe
    }

    /// What has a name, without following a symlink in its last place; `nil` where there is nothing.
    package func kind(of path: String) -> Kind? {
        (try? find(path)).map { inode in
            switch inode.kind {
            case .file: .file
            case .folder: .folder
            case .symlink: .symlink
            case .pipe: .pipe
            }
        }
    }

    /// A file's bytes; `nil` where there is none.
    package func bytes(of path: String) -> [UInt8]? {
        (try? find(path)).flatMap { $0.kind == .file ? $0.content : nil }
    }

    /// A file's bytes as a power cut would leave them at least, had it its name; `nil` where there is none.
    package func durableBytes(of path: String) -> [UInt8]? {
        (try? find(path)).flatMap { $0.kind == .file ? $0.durable : nil }
    }

    /// The names in a folder, sorted; none where there is no folder.
    package func names(in path: String) -> [String] {
        ((try? find(path))?.entries.keys.map(\.text) ?? []).sorted()
    }

    /// Every path and what stands there, sorted.
    package var tree: [String] {
        var lines: [String] = []
        var folders = [(root, "")]
        while let (folder, path) = folders.popLast() {
            for (name, id) in folder.entries {
                let (inode, path) = (inodes[id], "\(path)/\(name.text)")
                lines.append(inode.kind == .folder ? path + "/" : "\(path) (\(inode.content.count))")
                if inode.kind == .folder { folders.append((inode, path)) }
            }
        }
        return lines.sorted()
    }

    /// Makes a folder, and those above it.
    package func makeFolders(_ path: String) {
        var folder = root
        for part in path.utf8.split(separator: slash) {
            let name = Name(part)
            if let id = folder.entries[name] {
                folder = inodes[id]
            } else {
                let below = make(.folder, mode: 0o775, in: folder.id, name)
                enter(below, name, in: folder)
                folder = below
            }
        }
    }

    /// Writes a file in place; makes it where there is none.
    package func write(_ bytes: [UInt8], to path: String) {
        let (folder, name) = parent(of: path)
        let file: Inode
        if let id = folder.entries[name] {
            file = inodes[id]
            soil(file)
            file.truncate(to: 0)
        } else {
            file = make(.file, mode: 0o664, in: folder.id, name)
            enter(file, name, in: folder)
        }
        if bytes.isEmpty { return }
        soil(file)
        bytes.withUnsafeBytes { file.write($0, at: 0) }
        touch(file)
    }

    package func makeSymlink(_ path: String, to text: String) {
        let (folder, name) = parent(of: path)
        let link = make(.symlink, mode: 0o777, in: folder.id, name)
        link.content = Array(text.utf8)
        enter(link, name, in: folder)
    }

    /// Renames over what is there. What is away already stays so.
    package func move(_ path: String, to target: String) {
        guard let inode = try? find(path) else { return }
        let (source, target) = (parent(of: path), parent(of: target))
        move(inode, source.name, from: source.folder, to: target.name, in: target.folder)
    }

    /// Removes a file, or a folder with all that is below it. What is away already stays so.
    package func remove(_ path: String) {
        guard let inode = try? find(path) else { return }
        for name in names(in: path) { remove("\(path)/\(name)") }
        let (folder, name) = parent(of: path)
        remove(inode, name, from: folder)
    }

    /// All that is in memory reaches the disk.
    package func settle() { syncAll() }

    /// What has that name reaches the disk, or that nothing has it any more.
    package func settle(_ path: String) {
        if let inode = try? find(path) { sync(inode) }
        sync(parent(of: path).folder)
    }

    private func find(_ path: String) throws(Refusal) -> Inode {
        var walk = PathWalk(self)
        let result = path.withCString { text in
            Result { () throws(Refusal) in try walk.inode(of: text, follow: false) { root } }
        }
        return try result.get()
    }

    private func parent(of path: String) -> (folder: Inode, name: Name) {
        let parts = path.utf8.split(separator: slash)
        let above = "/" + parts.dropLast().map { String(Substring($0)) }.joined(separator: "/")
        guard let folder = try? find(above), folder.kind == .folder, let last = parts.last else {
            preconditionFailure("no folder for \(path)")
        }
        return (folder, Name(last))
    }
}
