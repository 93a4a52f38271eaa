// SPDX-License-Identifier: Apache-2.0

/// Troubles of the service that are switched on and off while it runs.
public struct Switches: Codable, Equatable, Sendable {
    /// Every key is refused.
    public var keyRefused = false
    /// There is no money left.
    public var balanceEmpty = false
    /// Every submit comes too fast.
    public var tooFast = false
    /// Everything is answered with 503.
    public var down = false

    /// All off.
    public init() {}
}
