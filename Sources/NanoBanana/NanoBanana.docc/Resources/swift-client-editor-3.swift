// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBanana

/// Edits pictures into folders, and loses nothing that was paid for.
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

    /// Edits a picture and returns the files that came of it. A folder in which an earlier call has failed goes on
    /// with the task that was paid for then.
    public func edit(_ request: EditRequest, into folder: URL) async throws -> [URL] {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let note = folder.appendingPathComponent("task.txt")
        let pictures = try await pictures(request, note)
        let files = try pictures.enumerated().map { index, picture in
            let file = folder.appendingPathComponent("\(index + 1).\(picture.kind.fileExtension)")
            try Data(picture.bytes).write(to: file, options: .atomic)
            return file
        }
        try? FileManager.default.removeItem(at: note)
        return files
    }

    private func pictures(_ request: EditRequest, _ note: URL) async throws -> [Picture] {
        let key = key
        return try await NanoBananaClient.withClient(configuration, key: { key }) { client in
            do throws(EditError) {
                let pictures: [Picture]
                if let task = Self.task(in: note) {
                    pictures = try await client.pictures(of: task, asked: request, patience: patience)
                } else {
                    pictures = try await client.edit(request, patience: patience)
                }
                pictureCount += pictures.count
                return pictures
            } catch {
                // With the task's name the next call goes on, for nothing.
                if let task = error.task { try Data(task.text.utf8).write(to: note, options: .atomic) }
                throw error
            }
        }
    }

    private static func task(in note: URL) -> TaskID? {
        (try? String(contentsOf: note, encoding: .utf8)).flatMap { TaskID($0) }
    }
}
