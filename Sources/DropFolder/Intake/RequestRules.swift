// SPDX-License-Identifier: Apache-2.0

public import NanoBanana

/// What the configuration says about requests.
public struct RequestRules: Equatable, Sendable {
    /// The model of a request that names none.
    public var defaultModel: Model
    /// The models that a request may name.
    public var models: [Model]

    /// Makes links of pictures that lie in the inbox; `nil` where nothing is configured that would.
    public var sharedLinks: SharedLinks?

    /// Where links may lead: see ``NanoBanana/AddressPolicy/ofLinks(toAPIAt:)``.
    public var linkAddresses = AddressPolicy.publicOnly

    /// The largest request file, in bytes.
    static let sizeLimit = 1 << 20
    /// The largest file that holds a request a line, in bytes.
    static let batchSizeLimit = 16 << 20
    /// The most requests in one file.
    static let partsLimit = 10_000
    /// How many submits one request may ask for.
    static let variants = 1...8

    /// The API's own models, with nano-banana-pro as the default.
    public init(defaultModel: Model = .pro, models: [Model] = Model.known) {
        self.defaultModel = defaultModel
        self.models = models.contains(defaultModel) ? models : models + [defaultModel]
    }
}
