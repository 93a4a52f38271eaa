// SPDX-License-Identifier: Apache-2.0

package import struct SystemPackage.FilePath

/// A name by which people steer what lies in the inbox: `hero.stop`, `hero.approve`, `hero.hurry`, `PAUSE`. In any case of
/// letters, and with `.txt` behind it, which Windows adds and does not show. Pure.
package enum SteeringWord: Hashable, Sendable {
    /// Nothing more of the lane is submitted as long as it is there.
    case pause
    /// Nothing more of that request is submitted.
    case stop(NameKey)
    /// That request may cost what it costs.
    case approve(NameKey)
    /// That request goes before all others that wait.
    case hurry(NameKey)

    /// The one that is written without a request's name.
    package static let pauseName: FilePath.Component = "PAUSE"

    private static let pauseBytes = Array("pause".utf8)
    private static let textBytes = Array(".txt".utf8)
    private static let endings = SteeringWish.allCases.map { (wish: $0, bytes: Array($0.ending.utf8)) }

    /// `nil` where the name is no word.
    package init?(_ name: FilePath.Component) {
        let found = name.withBytes { bytes -> (wish: SteeringWish?, length: Int)? in
            let isText = bytes.has(Self.textBytes, at: bytes.count - Self.textBytes.count)
            let end = bytes.count - (isText ? Self.textBytes.count : 0)
            if end == Self.pauseBytes.count, bytes.has(Self.pauseBytes, at: 0) { return (nil, 0) }
            for (wish, ending) in Self.endings {
                let length = end - ending.count
                if length > 0, bytes.has(ending, at: length) { return (wish, length) }
            }
            return nil
        }
        guard let found else { return nil }
        switch found.wish {
        case nil: self = .pause
        case .stop: self = .stop(NameKey(name, length: found.length))
        case .approve: self = .approve(NameKey(name, length: found.length))
        case .hurry: self = .hurry(NameKey(name, length: found.length))
        }
    }

    /// What is asked for of one request, and by which name; `nil` for a pause.
    package var aboutOne: (wish: SteeringWish, name: NameKey)? {
        switch self {
        case .pause: nil
        case .stop(let name): (.stop, name)
        case .approve(let name): (.approve, name)
        case .hurry(let name): (.hurry, name)
        }
    }
}

/// What a word may ask for of one request.
package enum SteeringWish: String, CaseIterable, Sendable {
    case stop, approve, hurry

    /// What stands behind the request's name.
    package var ending: String { "." + rawValue }

    /// The word's name for a request; `nil` where that is too long for a file's name.
    ///
    /// - Parameter name: of its file, with or without what marks it as a request.
    package func word(for name: FilePath.Component) -> FilePath.Component? {
        let bytes = NameKey.bytes(name, .max) + ending.utf8
        if bytes.count > Self.lengthLimit { return nil }
        return (bytes + [0]).map(CChar.init(bitPattern:)).withUnsafeBufferPointer { whole in
            whole.baseAddress.flatMap { FilePath.Component(platformString: $0) }
        }
    }

    /// `NAME_MAX` of Linux's file systems, in bytes.
    private static let lengthLimit = 255
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

    fileprivate static func bytes(_ name: FilePath.Component, _ most: Int) -> [UInt8] {
        name.withPlatformString { start in
            var bytes: [UInt8] = []
            while bytes.count < most, start[bytes.count] != 0 { bytes.append(UInt8(bitPattern: start[bytes.count])) }
            return bytes
        }
    }
}
