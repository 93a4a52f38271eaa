// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana

/// The API's last word on one submit: the pictures' links, and the answer byte for byte.
struct Answer: Equatable, Sendable {
    var pictures: [PictureLink]
    var response: [UInt8]
    /// The number of the first picture in the job: variants count on in the order in which they were answered. Given by
    /// the fold, so it is not in the journal.
    var firstNumber = 1
}
