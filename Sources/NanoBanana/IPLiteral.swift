// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// An IP address as text: `192.0.2.1`, `2001:db8::1`, without brackets.
struct IPLiteral: Equatable, Sendable {
    /// 4 or 16 bytes. An IPv4 address that is written as an IPv6 one (`::ffff:192.0.2.1`) is an IPv4 address.
    let bytes: [UInt8]

    init?(_ text: some StringProtocol) {
        guard let address = try? SocketAddress(ipAddress: String(text), port: 0) else { return nil }
        let bytes = AddressPolicy.bytes(of: address)
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        self.bytes = bytes.count == 16 && bytes.starts(with: mapped) ? Array(bytes[12...]) : bytes
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
