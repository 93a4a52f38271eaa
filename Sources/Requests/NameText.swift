// SPDX-License-Identifier: Apache-2.0

package import Documents

package import struct SystemPackage.FilePath

/// File names in JSON. A name is bytes and JSON is text: a name that is not valid UTF-8 is written as
/// `{"bytes": "68e9"}`, its bytes in hexadecimal, so that reading gives the very same name.
package enum NameText {
    package static func json(_ path: FilePath) -> JSON {
        if let text = String(validating: path) { return .string(text) }
        let bytes = path.withPlatformString { pointer in
            UnsafeBufferPointer(start: pointer, count: path.length).map { UInt8(bitPattern: $0) }
        }
        let digits = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        return .object(["bytes": digits.json])
    }

    package static func json(_ name: FilePath.Component) -> JSON { json(FilePath(root: nil, [name])) }

    /// One name and no path; `nil` for anything else.
    package static func component(_ node: DocumentNode?) -> FilePath.Component? {
        guard let path = path(node), path.isRelative, path.components.count == 1, let name = path.lastComponent,
            name.kind == .regular
        else { return nil }
        return name
    }

    package static func path(_ node: DocumentNode?) -> FilePath? {
        guard let node else { return nil }
        if let text = node.text { return FilePath(text) }
        guard let digits = node["bytes"]?.text?.utf8.map({ Character(Unicode.Scalar($0)).hexDigitValue }),
            digits.count.isMultiple(of: 2), !digits.contains(nil)
        else { return nil }
        var bytes = stride(from: 0, to: digits.count, by: 2).map { index -> CChar in
            let (high, low): (Int, Int) = (digits[index] ?? 0, digits[index + 1] ?? 0)
            return CChar(bitPattern: UInt8(high << 4 | low))
        }
        bytes.append(0)
        return bytes.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { FilePath(platformString: $0) }
        }
    }
}
