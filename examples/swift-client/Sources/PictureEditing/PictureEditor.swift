// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBanana

/// Edits pictures into folders. A note in the folder tells what was sent for it until its pictures are there, so that
/// nothing is paid for twice, also where the program is killed.
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
    ///
    /// - Throws: ``UnclearNote`` where an earlier call may have been charged and its task is not known; `EditError`; or
    ///   what the file system says.
    public func edit(_ request: EditRequest, into folder: URL) async throws -> [URL] {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let note = Note(file: folder.appendingPathComponent("task.txt"))
        let pictures = try await pictures(request, note)
        let files = try pictures.enumerated().map { index, picture in
            let file = folder.appendingPathComponent("\(index + 1).\(picture.kind.fileExtension)")
            try Data(picture.bytes).write(to: file, options: .atomic)
            return file
        }
        note.remove()
        return files
    }

    private func pictures(_ request: EditRequest, _ note: Note) async throws -> [Picture] {
        let key = key
        let task = try note.task()
        return try await NanoBananaClient.withClient(configuration, key: { key }) { client in
            if task == nil { try note.begin() }
            do throws(EditError) {
                let pictures: [Picture]
                if let task {
                    pictures = try await client.pictures(of: task, asked: request, patience: patience)
                } else {
                    pictures = try await client.edit(request, patience: patience) { try note.keep($0) }
                }
                pictureCount += pictures.count
                return pictures
            } catch {
                note.saw(error)
                throw error
            }
        }
    }
}

/// The note tells of no task: what became of an earlier call is for a person to find out.
public struct UnclearNote: LocalizedError {
    /// To be removed once that is known.
    public let note: URL

    /// What to do.
    public var errorDescription: String? {
        "\(note.path) names no task, so an earlier request may have been charged: check the account, and remove the "
            + "file to start over."
    }
}

/// What was sent for a folder: nothing where there is no file, a task, or something of which no more is known.
private struct Note {
    let file: URL

    func task() throws -> TaskID? {
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        guard let task = TaskID(try String(contentsOf: file, encoding: .utf8)) else { throw UnclearNote(note: file) }
        return task
    }

    /// Before anything is sent. Whoever is killed from here on leaves a note that names no task.
    func begin() throws { try Data("sent\n".utf8).write(to: file, options: .withoutOverwriting) }

    func keep(_ task: TaskID) throws { try Data(task.text.utf8).write(to: file, options: .atomic) }

    /// What cannot be written here stands in the error, and the note that is there stops the next call.
    func saw(_ error: EditError) {
        if error.charge == .no { return remove() }
        // It would fail for ever: what comes next is another request.
        if case .taskFailed(let failure) = error.reason, failure.cause == .request { return remove() }
        if let task = error.task { try? keep(task) }
    }

    func remove() { try? FileManager.default.removeItem(at: file) }
}
