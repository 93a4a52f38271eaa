// SPDX-License-Identifier: Apache-2.0

/// Where a finished picture can be fetched, without the key and for about a day.
public struct PictureLink: Hashable, Sendable {
    /// The link as the API gave it.
    public let url: String
    /// The API's name for the file, usually `output.png` whatever the picture is; `nil` where it gives none.
    public let fileName: String?

    /// A link and the file name that came with it.
    public init(url: String, fileName: String? = nil) {
        self.url = url
        self.fileName = fileName
    }
}
