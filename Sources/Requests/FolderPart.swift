// SPDX-License-Identifier: Apache-2.0

package import struct SystemPackage.FilePath

/// A picture in a folder that is a batch, and the text beside it.
package struct FolderPart: Hashable, Sendable {
    /// As it is called in the folder that was dropped.
    package let picture: FilePath.Component
    /// The same of its text; `nil` where there is none.
    package let text: FilePath.Component?

    package init(picture: FilePath.Component, text: FilePath.Component? = nil) {
        (self.picture, self.text) = (picture, text)
    }

    /// What the part is called: as the picture, without its ending.
    package var name: String { PictureName.stem(of: picture).map { String(decoding: $0) } ?? "" }

    /// What the picture is called as the request of the part.
    ///
    /// - Parameter folder: the part's: `007-bottle`.
    package func file(in folder: FilePath.Component) -> FilePath.Component {
        FilePath.Component(String(decoding: folder) + "." + (picture.extension ?? "png")) ?? picture
    }

    /// What the text is called beside it: with the ending that it had.
    package func textFile(in folder: FilePath.Component) -> FilePath.Component? {
        guard let text, let sidecar = Sidecar(text) else { return nil }
        let ending = String(decoding: text).dropFirst(String(decoding: sidecar.stem).count)
        return FilePath.Component(String(decoding: folder) + ending)
    }
}

/// What a folder of pictures comes to: which of its files are parts of a batch, and what is left in it. Pure.
package struct FolderContents: Equatable, Sendable {
    /// In the order of their names.
    package private(set) var parts: [FolderPart] = []
    /// What is neither a picture nor the text of one, in the order of the names.
    package private(set) var leftOut: [FilePath.Component] = []
    /// A picture of which nobody can tell what the text beside it says: with it nothing of the folder is taken.
    package private(set) var doubt: Doubt?
    /// More lies in it than is worth looking at, and none of it was.
    package private(set) var isTooMuch = false

    package static var tooMuch: FolderContents {
        var contents = FolderContents()
        contents.isTooMuch = true
        return contents
    }

    private init() {}

    package struct Doubt: Hashable, Sendable {
        package let picture: FilePath.Component
        package let doubt: SidecarDoubt

        package init(picture: FilePath.Component, _ doubt: SidecarDoubt) {
            (self.picture, self.doubt) = (picture, doubt)
        }
    }

    /// What a text beside a picture is, which only a look at it tells.
    package enum Text: Sendable {
        case text
        /// A request of its own.
        case request
        case doubtful(SidecarDoubt)
    }

    /// - Parameters:
    ///   - files: the names of what is no folder, but for those that other programs leave.
    ///   - others: those of what is no file, or another's copy.
    ///   - look: looks at a file that may be the text of a picture.
    package init<Failure: Error>(
        files: [FilePath.Component], others: [FilePath.Component] = [], _ look: (Sidecar) throws(Failure) -> Text
    ) throws(Failure) {
        var pictures: [FilePath.Component: [FilePath.Component]] = [:]
        for name in files {
            if let stem = PictureName.stem(of: name) { pictures[stem, default: []].append(name) }
        }
        var texts: [FilePath.Component: [Sidecar]] = [:]
        leftOut = others
        for name in files.sorted(by: Self.areInOrder) where PictureName.stem(of: name) == nil {
            guard let text = Sidecar(name), let beside = pictures[text.stem] else {
                leftOut.append(name)
                continue
            }
            switch try look(text) {
            case .text: texts[text.stem, default: []].append(text)
            case .request: leftOut.append(name)
            case .doubtful(let doubt): note(doubt, beside[0])
            }
        }
        leftOut.sort(by: Self.areInOrder)
        for (stem, names) in pictures {
            let all = texts[stem, default: []]
            if all.count > 1 { note(.several(all[0].name, all[1].name), names[0]) }
            if names.count > 1, let text = all.first {
                let both = names.sorted(by: Self.areInOrder)
                note(.shared(text.name, with: both[1]), both[0])
            }
            parts += names.map { FolderPart(picture: $0, text: all.first?.name) }
        }
        parts.sort { Self.areInOrder($0.picture, $1.picture) }
    }

    /// The first by its name, so that the same folder is always told of in the same words.
    private mutating func note(_ doubt: SidecarDoubt, _ picture: FilePath.Component) {
        if let known = self.doubt, Self.areInOrder(known.picture, picture) { return }
        self.doubt = Doubt(picture: picture, doubt)
    }

    private static func areInOrder(_ one: FilePath.Component, _ other: FilePath.Component) -> Bool {
        String(decoding: one) < String(decoding: other)
    }
}

/// What becomes of the folders that are dropped into a lane whose pictures are requests: the words of a
/// `_defaults.yaml`.
package enum DroppedFolders: String, CaseIterable, Sendable {
    /// Each is a batch of the pictures in it.
    case batch
    /// Each is a lane, as where nothing is said.
    case lanes
}

extension RequestDefaults {
    /// Whether a folder that is dropped there is a batch of the pictures in it.
    package var takesFolders: Bool { pictures == .each && folders == .batch }
}

extension BatchPart {
    /// A picture of a folder.
    package init(_ part: FolderPart, request: Result<Request, Findings>) {
        self.init(name: part.name, line: 0, source: [], request: request, dropped: part)
    }
}
