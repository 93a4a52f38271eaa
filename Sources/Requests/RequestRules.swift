// SPDX-License-Identifier: Apache-2.0

package import NanoBanana

/// What the configuration says about requests.
package struct RequestRules: Equatable, Sendable {
    /// The model of a request that names none.
    package var defaultModel: Model
    /// The models that a request may name.
    package var models: [Model]

    /// Whether a request may have no picture, where its model makes one from words alone.
    package var allowsTextToImage = false

    /// What is written into the pictures of requests that say nothing about it.
    package var mark = MarkRule.none

    /// Whether a lane's defaults may choose what is told of it.
    package var lanesMayNotify = false

    /// Makes links of pictures that lie in the inbox; `nil` where nothing is configured that would.
    package var sharedLinks: SharedLinks?

    /// The largest picture of one's own, in bytes.
    package var pictureLimit: Int64 = 64 << 20

    /// Where links may lead: see ``NanoBanana/AddressPolicy/ofLinks(toAPIAt:)``.
    package var linkAddresses = AddressPolicy.publicOnly

    /// The largest request file, in bytes.
    package static let sizeLimit = 1 << 20
    /// The largest file that holds a request a line, in bytes.
    package static let batchSizeLimit = 16 << 20
    /// The longest prompt that comes of filling places, in bytes: ten thousand of them may come of one file.
    static let filledLimit = 16 << 10
    /// The longest text beside a picture, in bytes: what is longer was not meant for a prompt.
    static let textLimit = 16 << 10
    /// The most requests in one file.
    package static let partsLimit = 10_000
    /// How many submits one request may ask for.
    package static let variants = 1...8

    /// How many pictures a request for that model may have.
    package func pictures(for model: Model) -> ClosedRange<Int> {
        let least = max(allowsTextToImage ? 0 : 1, model.pictures.lowerBound)
        return least...max(least, model.pictures.upperBound)
    }

    /// The most pictures that any of the models takes.
    var mostPictures: Int { models.map { pictures(for: $0).upperBound }.max() ?? Model.mostPictures }

    /// Whether any of the models makes a picture from words alone, and may.
    var mayLackPictures: Bool { models.contains { pictures(for: $0).lowerBound == 0 } }

    /// The API's own models, with nano-banana-pro as the default.
    package init(defaultModel: Model = .pro, models: [Model] = Model.known) {
        self.defaultModel = defaultModel
        self.models = models.contains(defaultModel) ? models : models + [defaultModel]
    }
}
