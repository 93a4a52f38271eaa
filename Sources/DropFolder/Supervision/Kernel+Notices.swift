// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import SystemPackage

extension Kernel {
    /// Sends one datagram to a unix socket. Does not block: `EAGAIN` where the receiver's queue is full (sendto(2)).
    static func send(_ datagram: [UInt8], to address: NoticeAddress) throws(Errno) {
        let kind = CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let socket = OpenFile(try check { Glibc.socket(AF_UNIX, kind, 0) })
        let descriptor = socket.descriptor
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: address.bytes) }
        // The length counts: zero bytes after an abstract name would be part of it.
        let length = socklen_t((MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2) + address.bytes.count)
        try check {
            withUnsafePointer(to: &name) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(descriptor, datagram, datagram.count, CInt(MSG_NOSIGNAL), $0, length)
                }
            }
        }
    }
}
