// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBanana

/// Edits pictures into folders.
public actor PictureEditor {
    private let configuration: NanoBananaClient.Configuration
    private let patience: EditPatience
    private let key: APIKey?
    /// How many pictures have come so far.
    public private(set) var pictureCount = 0

    /// An editor that uses this account.
    public init(
        key: APIKey?, configuration: NanoBananaClient.Configuration = .init(), patience: EditPatience = .init()
    ) {
        self.key = key
        self.configuration = configuration
        self.patience = patience
    }

    /// Edits a picture and returns the files that came of it.
    public func edit(_ request: EditRequest, into folder: URL) async throws -> [URL] {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let pictures = try await pictures(request)
        let files = try pictures.enumerated().map { index, picture in
            let file = folder.appendingPathComponent("\(index + 1).\(picture.kind.fileExtension)")
            try Data(picture.bytes).write(to: file, options: .atomic)
            return file
        }
        return files
    }

    private func pictures(_ request: EditRequest) async throws -> [Picture] {
        let key = key
        return try await NanoBananaClient.withClient(configuration, key: { key }) { client in
            let pictures = try await client.edit(request, patience: patience)
            pictureCount += pictures.count
            return pictures
        }
    }
}
