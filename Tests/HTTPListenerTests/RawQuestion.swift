// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc

/// A connection of the test's own, so that every byte of a question and of its answer is seen. Blocking, on a thread of
/// its own.
struct RawQuestion: Sendable {
    let port: Int
    /// The last byte of the address, which begins with 127.0.0.
    var host: UInt32 = 1

    /// What comes back until the other side closes; `nil` where no connection comes about.
    ///
    /// - Parameter closesEarly: to close without reading.
    func ask(_ text: String, closesEarly: Bool = false) async -> String? {
        await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: exchange(text, closesEarly)) }
            thread.start()
        }
    }

    /// A socket that is connected; `nil` where that fails.
    func connect() -> Int32? {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0000 + host).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result == 0 { return socket }
        close(socket)
        return nil
    }

    private func exchange(_ text: String, _ closesEarly: Bool) -> String? {
        guard let socket = connect() else { return nil }
        defer { close(socket) }
        _ = send(socket, text, text.utf8.count, Int32(MSG_NOSIGNAL))
        return closesEarly ? "" : Self.rest(of: socket)
    }

    /// All until the end.
    static func rest(of socket: Int32) -> String {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(socket, &buffer, buffer.count, 0)
            guard count > 0 else { return String(decoding: all, as: UTF8.self) }
            all += buffer[..<count]
        }
    }
}
