// SPDX-License-Identifier: Apache-2.0

package import struct SystemPackage.FilePath

/// A name by which people steer what lies in the inbox: `hero.stop`, `hero.approve`, `PAUSE`. In any case of letters, and
/// with `.txt` behind it, which Windows adds and does not show. Pure.
package enum SteeringWord: Hashable, Sendable {
    /// Nothing more of the lane is submitted as long as it is there.
    case pause
    /// Nothing more of that request is submitted.
    case stop(NameKey)
    /// That request may cost what it costs.
    case approve(NameKey)

    /// The one that is written without a request's name.
    package static let pauseName: FilePath.Component = "PAUSE"
    /// What stands behind the request's name.
    package static let stopEnding = ".stop"
    /// The same.
    package static let approveEnding = ".approve"

    private static let pauseBytes = Array("pause".utf8)
    private static let stopBytes = Array(stopEnding.utf8)
    private static let approveBytes = Array(approveEnding.utf8)
    private static let textBytes = Array(".txt".utf8)

    /// `nil` where the name is no word.
    package init?(_ name: FilePath.Component) {
        let found = name.withBytes { bytes -> (ending: [UInt8], length: Int)? in
            let isText = bytes.has(Self.textBytes, at: bytes.count - Self.textBytes.count)
            let end = bytes.count - (isText ? Self.textBytes.count : 0)
            if end == Self.pauseBytes.count, bytes.has(Self.pauseBytes, at: 0) { return (Self.pauseBytes, 0) }
            for ending in [Self.stopBytes, Self.approveBytes] {
                let length = end - ending.count
                if length > 0, bytes.has(ending, at: length) { return (ending, length) }
            }
            return nil
        }
        guard let found else { return nil }
        if found.ending == Self.pauseBytes {
            self = .pause
            return
        }
        let key = NameKey(name, length: found.length)
        self = found.ending == Self.stopBytes ? .stop(key) : .approve(key)
    }
}

/// The name of a request as a word has it: in any case of letters, composed or not.
package struct NameKey: Hashable, Sendable {
    private let text: String

    package init(_ name: FilePath.Component) {
        self.init(name.withPlatformString { String(validatingCString: $0) }, else: Self.bytes(name, .max))
    }

    /// - Parameter length: how many bytes of the name count.
    fileprivate init(_ name: FilePath.Component, length: Int) {
        let bytes = Self.bytes(name, length)
        self.init(String(validating: bytes, as: UTF8.self), else: bytes)
    }

    /// Names that are no text differ in any byte.
    private init(_ text: String?, else bytes: [UInt8]) {
        self.text = text?.lowercased() ?? "\0" + bytes.map { String($0, radix: 16) }.joined(separator: " ")
    }

    private static func bytes(_ name: FilePath.Component, _ most: Int) -> [UInt8] {
        name.withPlatformString { start in
            var bytes: [UInt8] = []
            while bytes.count < most, start[bytes.count] != 0 { bytes.append(UInt8(bitPattern: start[bytes.count])) }
            return bytes
        }
    }
}
