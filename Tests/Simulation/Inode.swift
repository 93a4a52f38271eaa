// SPDX-License-Identifier: Apache-2.0

/// One name in a folder, as the bytes that it is. Hashed once.
struct Name: Hashable, Sendable {
    let bytes: [UInt8]
    private let hash: UInt64

    init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
        // FNV-1a
        hash = self.bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    static func == (left: Name, right: Name) -> Bool { left.hash == right.hash && left.bytes == right.bytes }

    func hash(into hasher: inout Hasher) { hasher.combine(hash) }

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Where it comes in a listing: in no order that anybody could rely upon, and always in the same.
    func rank(_ salt: UInt64) -> UInt64 { (hash ^ salt) &* 0x9E37_79B9_7F4A_7C15 }
}

/// A file, a folder or a symlink: as the kernel has it in memory, and as it would be found after a power cut.
final class Inode {
    enum Kind {
        case file, folder, symlink
        /// A pipe without a name's use: nobody writes, nobody reads.
        case pipe
    }

    let id: Int
    let kind: Kind
    let owner: UInt32
    let group: UInt32
    var mode: UInt32
    var links = 0
    /// In nanoseconds since 1970.
    var modified: Int64
    var changed: Int64
    let born: Int64

    /// A file's bytes, or a symlink's text.
    var content: [UInt8] = []
    /// A folder's names.
    var entries: [Name: Int] = [:]
    /// Where it got its last name; for a folder where `..` leads.
    var parent: Int
    var name: Name
    /// Extended attributes, of one byte each.
    var marks: Set<Name> = []
    /// Up to here it has room on the disk.
    var allocated = 0

    /// What is on the disk of ``content``.
    var durable: [UInt8] = []
    /// What is on the disk of ``entries``.
    var durableEntries: [Name: Int] = [:]
    /// The smallest size since it was last durable: what lies behind it has been written anew.
    var lowest = 0
    var isDirty = false
    /// Pages that the kernel takes for written, though the disk has refused them: only writing them again helps.
    var lost: Set<Int> = []
    var errors = ErrorSequence()

    /// Descriptions that are open for writing.
    var writers = 0
    /// Descriptions that hold a lock.
    weak var locker: Description?
    weak var folderLocker: Description?

    init(_ id: Int, _ kind: Kind, mode: UInt32, owner: UInt32, group: UInt32, at time: Int64, parent: Int, name: Name) {
        self.id = id
        self.kind = kind
        self.mode = mode
        self.owner = owner
        self.group = group
        modified = time
        changed = time
        born = time
        self.parent = parent
        self.name = name
    }

    static let page = 4096

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        let end = offset + bytes.count
        if content.count < end { content.append(contentsOf: repeatElement(0, count: end - content.count)) }
        content.withUnsafeMutableBytes { $0[offset..<end].copyBytes(from: bytes) }
        allocated = max(allocated, (end + Self.page - 1) / Self.page * Self.page)
        for page in offset / Self.page...(end - 1) / Self.page where !lost.isEmpty { lost.remove(page) }
    }

    func truncate(to size: Int) {
        if size < content.count {
            content.removeLast(content.count - size)
            lowest = min(lowest, size)
            allocated = min(allocated, (size + Self.page - 1) / Self.page * Self.page)
        } else {
            content.append(contentsOf: repeatElement(0, count: size - content.count))
        }
    }
}

/// An open file: descriptors that were duplicated share one.
final class Description {
    let inode: Inode
    let reads: Bool
    let writes: Bool
    let appends: Bool
    /// `O_PATH`.
    let isPlace: Bool
    var descriptors = 1
    /// What it has heard of the file's errors, and of the file system's.
    var heard: (file: Int, all: Int)

    init(_ inode: Inode, _ errors: ErrorSequence, reads: Bool, writes: Bool, appends: Bool, isPlace: Bool) {
        self.inode = inode
        self.reads = reads
        self.writes = writes
        self.appends = appends
        self.isPlace = isPlace
        heard = (inode.errors.heard, errors.heard)
        if writes { inode.writers += 1 }
    }

    func end() {
        if writes { inode.writers -= 1 }
        if inode.locker === self { inode.locker = nil }
        if inode.folderLocker === self { inode.folderLocker = nil }
    }
}

/// Errors of writing, of which everybody hears once who was there before, and whoever comes first after one that nobody
/// has heard of: `errseq_t` of the kernel.
struct ErrorSequence {
    private var count = 0
    private var isHeard = true

    /// What somebody who comes now has heard.
    var heard: Int { isHeard ? count : count - 1 }

    mutating func add() {
        count += 1
        isHeard = false
    }

    /// Whether there is one that somebody has not heard of yet.
    mutating func tells(_ heard: inout Int) -> Bool {
        if heard == count { return false }
        heard = count
        isHeard = true
        return true
    }
}

/// What a call fails with, as `errno` says it.
struct Refusal: Error {
    let code: CInt

    init(_ code: CInt) { self.code = code }
}
