// SPDX-License-Identifier: Apache-2.0

internal import Documents
package import Requests

internal import struct SystemPackage.FilePath

/// Names that every system can open that may see the spool over a share: Windows knows fewer than Linux, and shows what
/// it cannot name as a folder that is empty, or not at all. Pure.
enum PortableName {
    /// The name itself where it is one, else the nearest that is. Names are bytes, text or not.
    static func of(_ name: FilePath.Component) -> FilePath.Component {
        let path = FilePath(root: nil, [name])
        var bytes = path.withPlatformString { text in
            UnsafeBufferPointer(start: text, count: path.length).map { UInt8(bitPattern: $0) }
        }
        for index in bytes.indices where isForbidden(bytes[index]) { bytes[index] = substitute }
        for index in bytes.indices.reversed() {
            guard bytes[index] == UInt8(ascii: " ") || bytes[index] == UInt8(ascii: ".") else { break }
            bytes[index] = substitute
        }
        let base = bytes.prefix { $0 != UInt8(ascii: ".") }
        if isDevice(String(decoding: base, as: UTF8.self)) { bytes.insert(substitute, at: base.endIndex) }
        return (bytes.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { text in
            text.baseAddress.flatMap { FilePath(platformString: $0).lastComponent }
        } ?? name
    }

    private static let substitute = UInt8(ascii: "_")

    private static func isForbidden(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x7F || "<>:\"/\\|?*".utf8.contains(byte)
    }

    /// `CON`, `nul`, `COM1`: whatever ending stands behind them, Windows opens the device.
    private static func isDevice(_ base: String) -> Bool {
        let word = base.trimmed.uppercased()
        if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(word) { return true }
        return word.count == 4 && (word.hasPrefix("COM") || word.hasPrefix("LPT")) && word.last?.isNumber == true
    }
}

extension Lane {
    /// The sub-folder of `done/` and `failed/` that is its own.
    package var published: Lane { Lane(path: FilePath(root: nil, ofResults.path.components.map(PortableName.of))) }
}
