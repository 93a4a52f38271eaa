// SPDX-License-Identifier: Apache-2.0

/// What happens to a request that asks for the very same as one before it.
package enum RepeatRule: String, CaseIterable, Sendable {
    /// It stays in the inbox where it has the same name, or looks like a copy: most often a program has dropped it.
    case hold
    /// It is submitted, as often as the limit of repeats allows.
    case pay
}
