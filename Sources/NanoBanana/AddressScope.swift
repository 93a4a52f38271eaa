// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Whether the API stands at an address that is not public, as seen at the addresses actually connected to: then its
/// pictures may stand there, too.
final class AddressScope: Sendable {
    enum Kind: Equatable, Sendable {
        /// The API was not connected to yet, and its name does not tell.
        case unknown
        case isPublic, isPrivate
    }

    private struct Seen {
        var kind: Kind
        var namesAreMadeUp = false
    }

    private let seen: Mutex<Seen>

    /// - Parameter kind: what is known before the first connection.
    init(_ kind: Kind) {
        seen = Mutex(Seen(kind: kind))
    }

    var kind: Kind { seen.withLock { $0.kind } }
    /// Whether a proxy answers names with addresses of its own making; see ``AddressPolicy/allowsName(leadingTo:)``.
    var namesAreMadeUp: Bool { seen.withLock { $0.namesAreMadeUp } }

    /// The API's name has led to this address.
    func note(_ address: IPLiteral) {
        let kind: Kind = AddressPolicy.publicOnly.allowsName(leadingTo: address) ? .isPublic : .isPrivate
        let isMadeUp = AddressPolicy.isMadeUp(address.bytes)
        seen.withLock { $0 = Seen(kind: kind, namesAreMadeUp: isMadeUp) }
    }
}
