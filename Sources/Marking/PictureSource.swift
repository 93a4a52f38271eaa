// SPDX-License-Identifier: Apache-2.0

/// A picture's bytes, wherever they lie: of a large one, only what is asked for is ever held.
package struct PictureSource {
    let size: Int
    private let load: (_ count: Int, _ offset: Int) throws -> [UInt8]

    /// - Parameters:
    ///   - size: of all, in bytes.
    ///   - load: so many bytes from there; fewer only at the end.
    package init(size: Int, load: @escaping (_ count: Int, _ offset: Int) throws -> [UInt8]) {
        self.size = size
        self.load = load
    }

    /// Bytes that are in memory.
    package init(_ bytes: [UInt8]) {
        self.init(size: bytes.count) { count, offset in Array(bytes.dropFirst(offset).prefix(count)) }
    }

    /// `nil` where the picture ends before.
    func read(_ range: Range<Int>) throws -> [UInt8]? {
        guard range.upperBound <= size else { return nil }
        let bytes = try load(range.count, range.lowerBound)
        return bytes.count == range.count ? bytes : nil
    }
}

extension Collection<UInt8> {
    /// The most significant byte first, as PNG and JPEG have it.
    var bigEndian: Int { reduce(0) { $0 << 8 | Int($1) } }

    /// The least significant byte first, as WebP has it.
    var littleEndian: Int { reversed().reduce(0) { $0 << 8 | Int($1) } }

    /// UTF-8, or what nearly everything else is that is no UTF-8.
    var text: String {
        String(validating: self, as: UTF8.self) ?? String(String.UnicodeScalarView(map { Unicode.Scalar($0) }))
    }
}

extension Int {
    func bigEndian(_ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: self >> (8 * $0)) }
    }

    func littleEndian(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) }
    }
}
