// SPDX-License-Identifier: Apache-2.0

internal import CZlib

/// What PNG packs with, whole pieces at a time: they are small.
enum Zlib {
    /// CRC-32, as PNG has it behind each chunk.
    static func sum(of bytes: [UInt8]) -> UInt32 {
        bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32(0, $0.baseAddress, uInt($0.count))) }
    }

    static func packed(_ bytes: [UInt8]) -> [UInt8] {
        var count = compressBound(uLong(bytes.count))
        let packed = [UInt8](unsafeUninitializedCapacity: Int(count)) { room, used in
            let status = compress2(room.baseAddress, &count, bytes, uLong(bytes.count), Z_BEST_COMPRESSION)
            precondition(status == Z_OK, "the room is as large as it can get")
            used = Int(count)
        }
        return packed
    }

    /// `nil` where it is broken, or comes to more than that.
    static func unpacked(_ bytes: [UInt8], limit: Int) -> [UInt8]? {
        // Most are small.
        for size in [min(64 << 10, limit), limit] {
            var (count, status) = (uLong(size), Z_OK)
            let unpacked = [UInt8](unsafeUninitializedCapacity: size) { room, used in
                status = uncompress(room.baseAddress, &count, bytes, uLong(bytes.count))
                used = status == Z_OK ? Int(count) : 0
            }
            if status == Z_OK { return unpacked }
            if status != Z_BUF_ERROR { return nil }
        }
        return nil
    }
}
