// SPDX-License-Identifier: Apache-2.0

internal import CZlib
package import SystemPackage

/// Tells bytes from others by accident: CRC-32 as PNG and gzip have it (ISO 3309). It protects from a disk that lost some of
/// them, and not from anybody.
package struct Checksum: Equatable, Sendable {
    package private(set) var value: UInt32 = 0

    package init() {}

    /// - Parameter bytes: those that follow.
    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes.bindMemory(to: UInt8.self)[...]
        while !rest.isEmpty {
            let part = UnsafeBufferPointer(rebasing: rest.prefix(1 << 30))
            value = UInt32(truncatingIfNeeded: crc32(UInt(value), part.baseAddress, UInt32(part.count)))
            rest = rest.dropFirst(part.count)
        }
    }
}

extension OpenFile {
    /// Of all that is in it.
    package func checksum() throws(Errno) -> Checksum {
        var checksum = Checksum()
        var offset = 0
        while true {
            let bytes = try read(1 << 18, at: offset)
            if bytes.isEmpty { return checksum }
            bytes.withUnsafeBytes { checksum.add($0) }
            offset += bytes.count
        }
    }
}
