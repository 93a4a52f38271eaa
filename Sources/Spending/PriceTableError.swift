// SPDX-License-Identifier: Apache-2.0

package import NanoBanana

/// Why a text is no table of prices.
package struct PriceTableError: Error, Equatable, Sendable {
    /// What is wrong with an entry.
    package enum Problem: Equatable, Sendable {
        /// It is not of the form `MODEL = PRICE` or `MODEL SIZE = PRICE`. A decimal comma leads here, too.
        case form
        /// No request may name such a model; the name that comes nearest, if one is near.
        case unknownModel(String, nearest: String?)
        /// It is no size of the API's.
        case unknownSize(String)
        /// The model takes no such size, so that the price could never apply.
        case sizeNotTaken(ImageSize, by: Model)
        /// It is no plain decimal of 0 to 1,000,000,000 with at most 6 digits after the point.
        case notAPrice(String)
        /// An earlier entry has the same model and size.
        case givenTwice
    }

    /// The entry as it was given.
    package let entry: String
    /// What is wrong with it.
    package let problem: Problem
}
