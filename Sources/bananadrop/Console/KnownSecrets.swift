// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana
internal import Synchronization

/// What must not be written, for all log handlers; grows when another key is read.
final class KnownSecrets: Sendable {
    private let known = Mutex(Redaction())

    var redaction: Redaction { known.withLock { $0 } }

    func add(_ key: APIKey) { known.withLock { $0.add(key) } }

    func add(_ proxies: ProxyRules) { known.withLock { $0.add(proxies) } }
}
