// SPDX-License-Identifier: Apache-2.0

enum Checkpoints {
    static let all = [
        "claimed", "claim", "read", "submitting", "submitted", "answered", "fetched", "done", "publish",
    ]
}
