// SPDX-License-Identifier: Apache-2.0

/// Where notices go, as `NOTIFY_SOCKET` names it: a socket in the file system, or one in Linux's abstract name space
/// (unix(7)), written with `@` in the place of the zero byte that it begins with.
struct NoticeAddress: Equatable, Sendable {
    /// The bytes of `sun_path`. A path ends with its zero byte; an abstract name ends where the address does.
    var bytes: [UInt8]

    /// The size of `sun_path`.
    static let limit = 108

    /// `nil` for what is neither, such as the `vsock:` of virtual machines, and for what does not fit.
    init?(_ text: String) {
        let name = Array(text.utf8)
        switch name.first {
        case UInt8(ascii: "/"): bytes = name + [0]
        case UInt8(ascii: "@") where name.count > 1: bytes = [0] + name.dropFirst()
        default: return nil
        }
        if bytes.count > Self.limit { return nil }
    }
}
