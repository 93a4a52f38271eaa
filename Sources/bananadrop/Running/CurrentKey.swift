// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana
internal import Synchronization

/// The key that is sent from now on.
final class CurrentKey: Sendable {
    private let key: Mutex<APIKey>
    private let secrets: KnownSecrets

    /// - Parameter secrets: hears of each key before it is used, so that the log never shows it.
    init(_ key: APIKey, secrets: KnownSecrets) {
        secrets.add(key)
        self.key = Mutex(key)
        self.secrets = secrets
    }

    var value: APIKey { key.withLock { $0 } }

    /// Returns whether it is another than before.
    func replace(with new: APIKey) -> Bool {
        secrets.add(new)
        return key.withLock { key in
            defer { key = new }
            return key != new
        }
    }
}
