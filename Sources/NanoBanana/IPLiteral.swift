// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// An IP address as text: `192.0.2.1`, `2001:db8::1`, without brackets.
struct IPLiteral: Equatable, Sendable {
    /// 4 or 16 bytes. An IPv4 address that is written as an IPv6 one (`::ffff:192.0.2.1`) is an IPv4 address.
    let bytes: [UInt8]

    /// `inet_pton(3)`.
    init?(_ text: some StringProtocol) {
        let text = String(text)
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.bytes = Array(bytes[..<4])
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            self.bytes = Self.isMapped(bytes) ? Array(bytes[12...]) : bytes
        } else {
            return nil
        }
    }

    /// An address of the kernel's (ip(7), ipv6(7)): sin_addr stands at byte 4 of sockaddr_in, sin6_addr at byte 8 of
    /// sockaddr_in6.
    init?(_ address: UnsafePointer<sockaddr>, length: CUnsignedInt) {
        let raw = UnsafeRawBufferPointer(start: address, count: Int(length))
        switch CInt(address.pointee.sa_family) {
        case AF_INET where length >= 8: bytes = Array(raw[4..<8])
        case AF_INET6 where length >= 24:
            let all = Array(raw[8..<24])
            bytes = Self.isMapped(all) ? Array(all[12...]) : all
        default: return nil
        }
    }

    private static func isMapped(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF])
    }

    /// `inet_ntop(3)`.
    var text: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
    }

    /// Whether the first so many bits are the same.
    func shares(bits: Int, with other: IPLiteral) -> Bool {
        guard bytes.count == other.bytes.count, (0...bytes.count * 8).contains(bits) else { return false }
        let whole = bits / 8
        guard bytes.prefix(whole) == other.bytes.prefix(whole) else { return false }
        return bits % 8 == 0 || (bytes[whole] ^ other.bytes[whole]) >> (8 - bits % 8) == 0
    }
}
