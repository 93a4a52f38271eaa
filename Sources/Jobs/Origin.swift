// SPDX-License-Identifier: Apache-2.0

package import Requests

package import struct SystemPackage.FilePath

/// Where a request file, or a folder of pictures, was dropped.
package struct Origin: Hashable, Sendable {
    package let lane: Lane
    /// The batch that it is a part of; `nil` for a file of its own.
    package let batch: FilePath.Component?
    package let file: FilePath.Component

    /// Whether it was claimed as a folder whose pictures are a batch: see ``DroppedFolders``.
    package let isFolder: Bool

    package init(
        lane: Lane, batch: FilePath.Component? = nil, file: FilePath.Component, isFolder: Bool = false
    ) {
        self.lane = lane
        self.batch = batch
        self.file = file
        self.isFolder = isFolder
    }

    /// The same, claimed as a folder.
    package var asFolder: Origin { Origin(lane: lane, file: file, isFolder: true) }

    // A place has one name for whatever lies there.
    package static func == (one: Origin, other: Origin) -> Bool {
        (one.lane, one.batch, one.file) == (other.lane, other.batch, other.file)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(lane)
        hasher.combine(batch)
        hasher.combine(file)
    }

    /// A folder of the inbox as something that was dropped; `nil` for the inbox itself.
    package init?(folder: Lane) {
        guard let name = folder.path.lastComponent else { return nil }
        self.init(lane: Lane(path: folder.path.removingLastComponent()), file: name)
    }

    /// Relative to the inbox: `acme/hero.yaml`.
    package var path: FilePath { lane.path.appending(file) }

    /// The name under which its result is published: the file's name without what marks it as a request.
    package var stem: FilePath.Component {
        isFolder ? file : RequestFileName(file)?.stem ?? PictureName.stem(of: file) ?? file
    }

    /// Whether it is named as a picture is, which is a request where its lane says so: see ``DroppedPictures``.
    package var isPicture: Bool { !isFolder && PictureName.stem(of: file) != nil }

    /// The job's name for people: `acme/hero`; `acme/catalog/001-hero` for a part of a batch.
    package var jobName: String {
        var path = lane.path
        if let batch { path.append(batch) }
        return String(decoding: path.appending(stem))
    }

    /// Whether the file lies in a folder that bears its name, such as `hero/hero.yaml` or `hero - Copy/hero.yaml`:
    /// perhaps the copy of a job's folder, of which other files are still to come.
    package var liesInFolderOfItsName: Bool {
        lane.path.lastComponent.map { folder in stems.contains { Self.name(folder, bears: $0) } } ?? false
    }

    /// The jobs whose folder it may come from: its own, that of which a picture is a result, by its number, and the batch
    /// whose failed rows a table has.
    package var stems: [FilePath.Component] {
        let text = String(decoding: stem)
        if isPicture {
            guard let dash = text.lastIndex(of: "-"), Int(text[text.index(after: dash)...]) != nil
            else { return [stem] }
            return [stem] + Self.stem(text[..<dash])
        }
        guard RequestFileName(file)?.syntax == .csv, text.lowercased().hasSuffix(ResultNames.failedRows) else {
            return [stem]
        }
        return [stem] + Self.stem(text.dropLast(ResultNames.failedRows.count))
    }

    private static func stem(_ text: Substring) -> [FilePath.Component] {
        FilePath.Component(String(text)).map { $0.kind == .regular ? [$0] : [] } ?? []
    }

    /// Whether a folder is called after a job: the job's name stands in it as whole words.
    package static func name(_ folder: FilePath.Component, bears stem: FilePath.Component) -> Bool {
        if folder == stem { return true }
        let (all, wanted) = (words(folder), words(stem))
        guard !wanted.isEmpty, all.count >= wanted.count else { return false }
        return (0...(all.count - wanted.count)).contains { all[$0...].starts(with: wanted) }
    }

    private static func words(_ name: FilePath.Component) -> [Substring] {
        String(decoding: name).lowercased().split { !$0.isLetter && !$0.isNumber }
    }

    /// The file's name inside the job's folder: as dropped, but for the names that the result itself needs.
    package var keptName: FilePath.Component {
        if isFolder { return JobFileNames.originals }
        if isPicture {
            // The longest names are cut where a result is named after them, which may give that of the picture itself.
            guard ResultNames.isPicture(String(decoding: file), of: stem) else { return file }
            return FilePath.Component("request." + (file.extension ?? "")) ?? file
        }
        guard Self.isReserved(file) else { return file }
        return String(decoding: file).lowercased().hasSuffix(".csv") ? "request.csv" : "request.json"
    }

    /// The name of the text beside the picture inside the job's folder.
    package static func keptName(ofText name: FilePath.Component) -> FilePath.Component {
        let text = String(decoding: name).lowercased()
        let others = [JobFileNames.error] + JobFileNames.payAgainNames
        guard isReserved(name) || others.contains(where: { String(decoding: $0) == text }) else { return name }
        return text.hasSuffix(".json") ? "text.json" : "text.txt"
    }

    /// `result.json`, `batch.csv`, `response-2.json` and so on, in any case: some file systems do not tell them apart.
    package static func isReserved(_ name: FilePath.Component) -> Bool {
        let text = String(decoding: name).lowercased()
        if reserved.contains(text) { return true }
        guard text.hasPrefix("response-"), text.hasSuffix(".json") else { return false }
        return Int(text.dropFirst("response-".count).dropLast(".json".count)) != nil
    }

    private static let reserved: Set = ["result.json", "response.json", "batch.json", "batch.csv"]
}
