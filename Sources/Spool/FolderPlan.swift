// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Jobs
package import Requests
package import SystemPackage

/// Which picture of a folder is which part of its batch: on the disk before the first of them leaves the folder, so that
/// whatever has moved when the daemon ends can be put together again, and kept beside the result, for whoever knows the
/// pictures by their own names.
package struct FolderPlan: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        /// The part's folder: `007-bottle`.
        package var folder: FilePath.Component
        package var part: FolderPart

        /// Where it was dropped, as the request of the part.
        func origin(in batch: Origin) -> Origin {
            Origin(lane: batch.lane, batch: batch.stem, file: part.file(in: folder))
        }

        /// What the text is called in the part's folder.
        var keptText: FilePath.Component? { part.textFile(in: folder).map(Origin.keptName(ofText:)) }
    }

    package var entries: [Entry]
    /// What tells the folder from others, as far as somebody has looked.
    package var content: Fingerprint?

    package init(_ parts: [FolderPart], content: Fingerprint?) {
        self.content = content
        entries = parts.enumerated().map { index, part in
            Entry(folder: ResultNames.part(index + 1, of: parts.count, called: part.name), part: part)
        }
    }

    /// The names of a folder's pictures and texts, with room for each byte to be escaped: larger than any plan.
    static let sizeLimit = RequestRules.partsLimit * 10 << 10

    /// Reads the plan of a job's folder; `nil` where there is none, or not all of it is on the disk.
    package static func read(in folder: FilePath) -> FolderPlan? {
        guard
            case .success(let bytes) = CheckedBytes.read(
                folder.appending(JobFileNames.folderPlan), limit: sizeLimit),
            let root = try? JSONDocumentParser.parse(bytes)
        else { return nil }
        return FolderPlan(root)
    }

    private init?(_ root: DocumentNode) {
        guard let parts = root["parts"]?.list else { return nil }
        content = root["content"]?.text.flatMap { Fingerprint($0) }
        entries = []
        for part in parts {
            // It may come from anywhere: a part's folder is named as one, and each name is no path.
            guard let folder = NameText.component(part["folder"]), ResultNames.isPart(folder),
                let picture = NameText.component(part["picture"]), PictureName.stem(of: picture) != nil
            else { return nil }
            entries.append(
                Entry(folder: folder, part: FolderPart(picture: picture, text: NameText.component(part["text"]))))
        }
    }

    package var bytes: [UInt8] {
        JSON.object([
            "version": .number(1), "content": content?.description.json,
            "parts": .array(
                entries.map { entry in
                    .object([
                        "folder": NameText.json(entry.folder), "picture": NameText.json(entry.part.picture),
                        "text": entry.part.text.map { NameText.json($0) },
                    ])
                }),
        ]).page
    }

    /// The names that the pictures had, for the columns of `batch.csv`.
    package var sheet: Sheet { Sheet(pictures: entries.map { String(decoding: $0.part.picture) }) }
}
