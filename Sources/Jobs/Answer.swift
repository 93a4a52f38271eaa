// SPDX-License-Identifier: Apache-2.0

package import NanoBanana

/// The API's last word on one submit: where the pictures are, and the answer byte for byte.
package struct Answer: Equatable, Sendable {
    package var pictures: [PicturePlace]
    package var response: KeptAnswer
    /// The number of the first picture in the job: variants count on in the order in which they were answered. Given by
    /// the fold, so it is not in the journal.
    package var firstNumber = 1

    init(places: [PicturePlace], response: KeptAnswer) {
        pictures = places
        self.response = response
    }

    /// - Parameter pictures: all that the answer names, in its order.
    package init(pictures: [PictureLink], response: [UInt8]) {
        self.pictures = pictures.enumerated().map { index, link in
            link.isInline ? .inAnswer(index) : .link(link)
        }
        self.response = .bytes(response)
    }

    var hasInlinePictures: Bool {
        pictures.contains { if case .inAnswer = $0 { true } else { false } }
    }
}

/// Where a picture is to be had.
package enum PicturePlace: Equatable, Sendable {
    case link(PictureLink)
    /// In the answer itself: which of its pictures it is, from 0.
    case inAnswer(Int)
}
