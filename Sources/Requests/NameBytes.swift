// SPDX-License-Identifier: Apache-2.0

package import struct SystemPackage.FilePath

/// The bytes of a name, with the letters of ASCII in lower case. A look at the inbox asks a dozen questions about each
/// name that lies there: to make texts of a hundred thousand names would be most of the look.
package struct NameBytes {
    /// A NUL stands behind them.
    fileprivate let bytes: UnsafeBufferPointer<CChar>

    package var count: Int { bytes.count }

    package subscript(index: Int) -> UInt8 {
        let byte = UInt8(bitPattern: bytes[index])
        return (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }

    /// Whether all of them are letters and signs of ASCII.
    var isPlain: Bool { bytes.allSatisfy { $0 >= 0 } }

    /// Whether it is the same name, in any case of letters.
    func isSame(as other: NameBytes) -> Bool {
        count == other.count && (0..<count).allSatisfy { self[$0] == other[$0] }
    }

    /// - Parameter beginning: in lower case.
    func begins(with beginning: StaticString) -> Bool { beginning.withUTF8Buffer { has($0, at: 0) } }

    /// - Parameter word: in lower case, not empty.
    func contains(_ word: StaticString) -> Bool {
        word.withUTF8Buffer { word in
            var index = 0
            while index + word.count <= count {
                if self[index] == word[0], has(word, at: index) { return true }
                index += 1
            }
            return false
        }
    }

    /// Whether bytes stand there, which are in lower case.
    package func has(_ part: some RandomAccessCollection<UInt8>, at place: Int) -> Bool {
        guard place >= 0, place + part.count <= count else { return false }
        var index = place
        for byte in part {
            if self[index] != byte { return false }
            index += 1
        }
        return true
    }

    /// As the kernel takes it.
    package func withPlatformString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result? {
        bytes.baseAddress.map(body)
    }
}

extension FilePath.Component {
    /// Its bytes, for as long as `body` runs.
    package func withBytes<Result>(_ body: (NameBytes) -> Result) -> Result {
        withPlatformString { start in
            var count = 0
            while start[count] != 0 { count += 1 }
            return body(NameBytes(bytes: UnsafeBufferPointer(start: start, count: count)))
        }
    }
}
