// SPDX-License-Identifier: Apache-2.0

internal import Glibc
package import SystemPackage

/// Reads the names in a directory one by one, never the whole of it (`readdir(3)`).
package struct DirectoryListing: ~Copyable {
    package enum Kind: Sendable {
        case regular, directory, other
        /// The file system does not say; ask `stat(2)`.
        case unknown

        /// Whether it is a folder, asking where the listing does not say; a symlink to one is none.
        ///
        /// - Parameter path: of the entry.
        package func isFolder(at path: @autoclosure () -> FilePath) -> Bool {
            switch self {
            case .directory: true
            case .unknown: Kernel.isDirectory(path())
            case .regular, .other: false
            }
        }
    }

    private let stream: OpaquePointer

    /// Opens the directory without following a symlink in its last place.
    package init(_ path: FilePath, at directory: CInt = AT_FDCWD) throws(Errno) {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let descriptor = try Kernel.check { path.withPlatformString { Kernel.calls.openat(directory, $0, flags, 0) } }
        guard let stream = Kernel.calls.fdopendir(descriptor) else {
            let error = Errno(rawValue: errno)
            _ = Kernel.calls.close(descriptor)
            throw error
        }
        self.stream = stream
    }

    deinit {
        Kernel.calls.closedir(stream)
    }

    /// The next entry but `.` and `..`, or `nil` after the last.
    package mutating func next() throws(Errno) -> (name: FilePath.Component, kind: Kind)? {
        while true {
            errno = 0
            guard let entry = Kernel.calls.readdir(stream) else {
                if errno != 0 { throw Errno(rawValue: errno) }
                return nil
            }
            let kind: Kind =
                switch Int32(entry.pointee.d_type) {
                case Int32(DT_REG): .regular
                case Int32(DT_DIR): .directory
                case Int32(DT_UNKNOWN): .unknown
                default: .other
                }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { FilePath.Component(platformString: $0) }
            }
            if let name, name.kind == .regular { return (name, kind) }
        }
    }
}
