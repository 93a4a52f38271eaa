// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana

package import struct SystemPackage.FilePath

/// A picture of one's own, and the name under which it is published for the API.
package struct LocalPicture: Equatable, Sendable {
    /// Relative to the folder of the request file, or of the defaults that add it; without `.` and `..`.
    package let file: FilePath
    /// The lane whose defaults add it to each picture, where it stays; `nil` for one that the request names.
    package let lane: Lane?
    /// What tells its bytes, where it is the request file itself: it lies in the job's folder, and was claimed. `nil`
    /// for one that lies in the inbox, and may be another at any moment.
    package let content: Fingerprint?
    /// Nobody can guess it. It ends as the file's name does: `3f0c….png`.
    package let name: String

    /// Whether the request itself names it, as a file beside it.
    package var isNamed: Bool { content == nil && lane == nil }

    /// The endings of the names of pictures that are taken, in lower case: the kinds of ``PictureKind``.
    static let endings = ["png", "jpg", "jpeg", "webp", "gif", "avif"]

    /// - Parameter token: what makes the name; `nil` as a whole where no picture is taken under the file's name.
    init?(file: FilePath, token: String) {
        guard let ending = Self.ending(of: file) else { return nil }
        self.file = file
        (content, lane) = (nil, nil)
        name = "\(token).\(ending)"
    }

    /// One that the defaults of a lane add.
    init?(beside lane: Lane, _ name: FilePath.Component, token: String) {
        file = FilePath(root: nil, [name])
        guard let ending = Self.ending(of: file) else { return nil }
        (content, self.lane) = (nil, lane)
        self.name = "\(token).\(ending)"
    }

    /// Its published name ends as its bytes are, whatever its own name says.
    init(_ picture: DroppedPicture, token: String) {
        file = FilePath(root: nil, [picture.name])
        (content, lane) = (picture.content, nil)
        name = "\(token).\(picture.kind.fileExtension)"
    }

    /// Whether a link leads to where it is published.
    func isAt(_ link: ImageLink) -> Bool { link.text.hasSuffix("/" + name) }

    /// The ending in lower case, where it is that of a picture that is taken.
    static func ending(of file: FilePath) -> String? {
        file.extension.map { $0.lowercased() }.flatMap { endings.contains($0) ? $0 : nil }
    }

    /// 128 random bits, as 32 lower-case hexadecimal digits.
    package static func randomToken() -> String {
        var generator = SystemRandomNumberGenerator()
        return "\(Fingerprint(value: generator.next()))\(Fingerprint(value: generator.next()))"
    }
}

extension LocalPicture {
    /// Whether a name is one that is given here: whoever writes a journal by hand must not name what else lies where
    /// pictures are published, for that would be replaced and then removed.
    private static func isGiven(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2 && parts[0].utf8.count == 32 && parts[0].allSatisfy { "0123456789abcdef".contains($0) }
            && endings.contains(String(parts[1]))
    }

    var json: JSON {
        .object([
            "file": NameText.json(file), "lane": lane.map { NameText.json($0.path) }, "name": name.json,
            "content": content?.description.json,
        ])
    }

    /// Reads what ``json`` wrote into a journal; `nil` where the file is no place below the request's folder.
    init?(journal node: DocumentNode) {
        guard let file = NameText.path(node["file"]), !file.isEmpty, let name = node["name"]?.text,
            Self.isGiven(name), let place = Lane(checking: file)
        else { return nil }
        self.file = place.path
        self.name = name
        content = node["content"]?.text.flatMap(Fingerprint.init)
        lane = NameText.path(node["lane"]).flatMap(Lane.init(checking:))
        if node["lane"] != nil, lane == nil { return nil }
    }
}
