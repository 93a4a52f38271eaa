// SPDX-License-Identifier: Apache-2.0

/// Which of the configuration's readings holds. Several may be under way at once, and a disk may answer the later one
/// first: an older reading never takes the place of a newer one. Pure.
package struct ReadingOrder<KeyPlace: Equatable & Sendable>: Sendable {
    /// A reading that has begun; the later one is the larger.
    package struct Reading: Equatable, Sendable {
        fileprivate var number: Int
    }

    /// Where the key that holds comes from.
    package private(set) var keyPlace: KeyPlace
    /// Of that key.
    private var key = Reading(number: 0)
    /// Of the configuration that holds, or of a later one that was wrong.
    private var configuration = Reading(number: 0)
    private var lastReload = Reading(number: 0)
    private var begun = 0

    /// What the start has read holds.
    package init(keyPlace: KeyPlace) {
        self.keyPlace = keyPlace
    }

    /// Everything is read, since somebody has asked for it.
    package mutating func beginReload() -> Reading {
        lastReload = beginLook()
        return lastReload
    }

    /// The key alone is read, from where it comes now.
    package mutating func beginLook() -> Reading {
        begun += 1
        return Reading(number: begun)
    }

    /// Whether nobody has asked for another reload since.
    package func isLast(_ reload: Reading) -> Bool { reload == lastReload }

    /// A reload has read everything, or found it wrong. Returns whether that is to be believed.
    package mutating func takes(_ reload: Reading) -> Bool {
        guard reload.number > configuration.number else { return false }
        configuration = reload
        return true
    }

    /// A reload that was taken has read a key, too. Returns whether it is to be used: not where the same place was read
    /// later.
    package mutating func takesKey(of reload: Reading, from place: KeyPlace) -> Bool {
        if place == keyPlace, reload.number < key.number { return false }
        (key, keyPlace) = (reload, place)
        return true
    }

    /// A look has read the key. Returns whether it is to be used: not where the key comes from elsewhere by now.
    package mutating func takesKey(ofLook look: Reading, from place: KeyPlace) -> Bool {
        guard place == keyPlace, look.number > key.number else { return false }
        key = look
        return true
    }
}
