// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana
internal import Synchronization

/// The key that is sent from now on.
final class CurrentKey: Sendable {
    private let key: Mutex<APIKey>

    init(_ key: APIKey) {
        self.key = Mutex(key)
    }

    var value: APIKey { key.withLock { $0 } }

    /// Returns whether it is another than before.
    func replace(with new: APIKey) -> Bool {
        key.withLock { key in
            defer { key = new }
            return key != new
        }
    }
}
