// SPDX-License-Identifier: Apache-2.0

/// What is written into pictures that have come: the words of a request, of a lane's defaults, and of the setting.
package enum MarkRule: String, CaseIterable, Sendable {
    /// Nothing: they stay as the API gave them.
    case none
    /// That a model made them, and which; who made what it worked from.
    case aiEdited = "ai-edited"
}
