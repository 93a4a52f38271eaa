// SPDX-License-Identifier: Apache-2.0

import CNIOLinux
import Glibc
import Synchronization
import Testing

/// A port of 127.0.0.1 that answers no connection: its queue is full, so the kernel drops what comes (listen(2),
/// tcp(7)).
final class FullSocket: Sendable {
    let port: Int
    private let descriptors: Mutex<[Int32]>

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
                bind(listener, raw, size) == 0 && listen(listener, 0) == 0 && getsockname(listener, raw, &size) == 0
            }
        }
        try #require(isListening)
        let waiting = (0..<4).map { _ in
            let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            _ = withUnsafePointer(to: address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(client, $0, size) }
            }
            return client
        }
        descriptors = Mutex(waiting + [listener])
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    /// From now on whoever asks again, as the kernel does for those who wait, is refused.
    func stop() {
        let open = descriptors.withLock { descriptors in
            defer { descriptors = [] }
            return descriptors
        }
        for descriptor in open { close(descriptor) }
    }

    deinit { stop() }
}
