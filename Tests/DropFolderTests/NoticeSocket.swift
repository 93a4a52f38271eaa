// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// A service manager's ear: a bound datagram socket.
final class NoticeSocket: Sendable {
    /// For `NOTIFY_SOCKET`.
    let address: String
    private let descriptor: Int32

    enum Place {
        case file, abstract
    }

    init(_ place: Place) throws {
        let name = "bananadrop-notices-\(UUID().uuidString)"
        address = place == .file ? "/tmp/\(name)" : "@\(name)"
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var raw = sockaddr_un()
        raw.sun_family = sa_family_t(AF_UNIX)
        let bytes = place == .file ? Array(address.utf8) + [0] : [0] + Array(name.utf8)
        withUnsafeMutableBytes(of: &raw.sun_path) { $0.copyBytes(from: bytes) }
        let result = withUnsafePointer(to: &raw) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(2 + bytes.count))
            }
        }
        guard result == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }

    deinit {
        close(descriptor)
        if address.hasPrefix("/") { unlink(address) }
    }

    /// The datagrams that have arrived by now.
    func arrived() -> [String] {
        var found: [String] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count < 0 { return found }
            found.append(String(decoding: buffer.prefix(count), as: UTF8.self))
        }
    }

    /// The next one, waited for on a thread of its own.
    func next() async -> String {
        await withCheckedContinuation { continuation in
            Thread { [self] in
                var buffer = [UInt8](repeating: 0, count: 4096)
                let count = recv(descriptor, &buffer, buffer.count, 0)
                continuation.resume(returning: String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self))
            }.start()
        }
    }
}
