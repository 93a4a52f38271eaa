// SPDX-License-Identifier: Apache-2.0

internal import Documents

package import struct SystemPackage.FilePath

/// The text of a picture that is a request by itself: `bottle.txt` or `bottle.yaml` beside `bottle.png`. Its name is the
/// picture's, letter by letter, with another ending.
package struct Sidecar: Hashable, Sendable {
    package enum Syntax: Sendable {
        /// Words, which are added to the prompt.
        case text
        /// Keys, which count before those of the lane's defaults.
        case yaml, json
    }

    /// As it was dropped.
    package let name: FilePath.Component
    /// Of its picture.
    package let stem: FilePath.Component
    package let syntax: Syntax

    /// `nil` where no picture can have a text of that name.
    package init?(_ name: FilePath.Component) {
        if let request = RequestFileName(name) {
            switch request.syntax {
            case .yaml: syntax = .yaml
            case .json: syntax = .json
            case .csv, .jsonLines: return nil
            }
            stem = request.stem
        } else {
            guard name.extension?.lowercased() == "txt", !RequestDefaults.isMeant(by: name) else { return nil }
            var rest = FilePath(root: nil, [name])
            rest.extension = nil
            guard let stem = rest.lastComponent, stem.kind == .regular else { return nil }
            (self.stem, syntax) = (stem, .text)
        }
        self.name = name
        // Only what is found beside a picture is said to be its text.
        let ending = String(decoding: name).dropFirst(String(decoding: stem).count)
        if !Self.spellings.contains(String(ending)) { return nil }
    }

    private static let endings = [".txt", ".yaml", ".yml", ".json", ".yaml.txt", ".yml.txt", ".json.txt"]
    /// As programs write them: nobody lists a folder of ten thousand pictures for each of them.
    private static let spellings = PictureName.spellings(of: endings) + [".YAML.txt", ".YML.txt", ".JSON.txt"]

    /// All names that the text of a picture can have.
    package static func names(beside picture: FilePath.Component) -> [FilePath.Component] {
        guard let stem = PictureName.stem(of: picture) else { return [] }
        return spellings.compactMap(stem.with)
    }

    /// All names that its picture can have.
    package var pictures: [FilePath.Component] { PictureName.spellings.compactMap(stem.with) }

    /// All names of other pictures that it may be the text of as well.
    package static func siblings(of picture: FilePath.Component) -> [FilePath.Component] {
        guard let stem = PictureName.stem(of: picture) else { return [] }
        return PictureName.spellings.compactMap(stem.with).filter { $0 != picture }
    }

    /// The largest file, in bytes.
    package var sizeLimit: Int { syntax == .text ? RequestRules.textLimit : RequestRules.sizeLimit }

    /// Whether it is a request of its own instead, since it names pictures itself, or is a batch: then it is no picture's
    /// text, whatever lies beside it.
    package func isRequest(_ bytes: [UInt8]) -> Bool {
        guard syntax != .text, bytes.count <= sizeLimit, let text = try? DocumentText(bytes).text else { return false }
        if syntax == .yaml, YAMLStream.documents(text).count > 1 { return true }
        guard let root = RequestSource.root(text, syntax == .json ? .json : .yaml) else {
            // With a mistake it is still the one or the other.
            return KeyLine.keys(in: text).contains(.images)
        }
        if root.list != nil { return true }
        guard let images = root.entries?.first(where: { RequestKey.named($0.key) == .images })?.value else {
            return false
        }
        return !(images.list ?? [images]).contains { item in
            item.text.flatMap { FilePath.Component($0.trimmed) }.flatMap(PictureName.stem) == stem
        }
    }
}

/// Why a picture waits, though there is a text beside it.
package enum SidecarDoubt: Hashable, Sendable {
    case empty(FilePath.Component)
    case several(FilePath.Component, FilePath.Component)
    /// It may be that of this other picture as well.
    case shared(FilePath.Component, with: FilePath.Component)
    /// Or it is one under another name as well, which not everybody who may drop here may read.
    case notAFile(FilePath.Component)
}

/// The lines of a text that look like keys of a request, whatever else is in it. Pure.
enum KeyLine {
    static func keys(in text: String) -> Set<RequestKey> {
        let keys = text.split(whereSeparator: \.isNewline).compactMap { line -> RequestKey? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return RequestKey.named(line[..<colon].filter { !"{\"'".contains($0) })
        }
        return Set(keys)
    }
}

/// What a ``Sidecar`` says.
package struct SidecarText: Equatable, Sendable {
    package let sidecar: Sidecar
    /// At most a byte more than ``Sidecar/sizeLimit``.
    package let bytes: [UInt8]

    package init(_ sidecar: Sidecar, _ bytes: [UInt8]) {
        (self.sidecar, self.bytes) = (sidecar, bytes)
    }

    /// What tells the picture with this text from the same with another.
    ///
    /// - Parameter picture: of its bytes.
    package func source(of picture: Fingerprint) -> Fingerprint {
        let own =
            switch sidecar.syntax {
            case .text: Fingerprint(of: (try? DocumentText(bytes)).map { Array($0.text.trimmed.utf8) } ?? bytes)
            case .yaml: RequestSource.fingerprint(of: bytes, as: .yaml)
            case .json: RequestSource.fingerprint(of: bytes, as: .json)
            }
        return Fingerprint(of: Array("\(picture) \(own)".utf8))
    }
}

extension RequestReader {
    /// What a picture asks for that is a request by itself: all but the picture comes from its lane's defaults, and from
    /// the text beside it. Nothing of a picture is read as text.
    package func content(
        of picture: DroppedPicture, beside text: SidecarText? = nil, defaults: RequestDefaults
    ) throws(Findings) -> RequestContent {
        // Its lane may say otherwise by now, or it was put back into another.
        guard defaults.pictures == .each else { throw Findings(.pictureAlone) }
        var form = RequestForm(.request, reader: self, defaults: defaults, picture: picture)
        if let text {
            do throws(Findings) {
                try fill(&form, from: text)
            } catch {
                throw error.inText(text.sidecar.name) { _ in true }
            }
        }
        do throws(Findings) {
            var request = try form.request(at: nil)
            request.source = text?.source(of: picture.content) ?? picture.content
            return .request(request)
        } catch {
            // What has no place is said of the defaults.
            throw text.map { error.inText($0.sidecar.name) { $0.place != nil } } ?? error
        }
    }

    private func fill(_ form: inout RequestForm, from text: SidecarText) throws(Findings) {
        let (sidecar, bytes) = (text.sidecar, text.bytes)
        guard bytes.count <= sidecar.sizeLimit else {
            if sidecar.syntax == .text { throw Findings(.textTooLong(limit: sidecar.sizeLimit)) }
            throw Findings(.tooLarge(bytes: Int64(bytes.count), limit: sidecar.sizeLimit))
        }
        let words = try self.text(bytes)
        switch sidecar.syntax {
        case .text: form.add(words)
        case .json: try fill(&form, from: try json(words.utf8, line: 1), traps: nil)
        case .yaml:
            let documents = YAMLStream.documents(words)
            guard let only = documents.first else { throw Findings(.document(.empty)) }
            if documents.count > 1 { throw Findings(.batch, .init(line: documents[1].line, column: 1)) }
            try fill(&form, from: try yaml(only), traps: YAMLTraps(only.text, firstLine: only.line))
        }
    }

    private func fill(_ form: inout RequestForm, from root: DocumentNode, traps: YAMLTraps?) throws(Findings) {
        if root.list != nil { throw Findings(.batch, root.place) }
        guard let entries = root.entries else { throw Findings(.noKeys, root.place) }
        let trapped = traps.map { $0.all(in: entries, before: $0.end) } ?? []
        if !trapped.isEmpty { throw Findings(all: trapped) }
        form.fill(from: entries)
    }
}

extension Findings {
    /// The same, of which some are about the text beside the picture.
    fileprivate func inText(_ name: FilePath.Component, _ areInIt: (Finding) -> Bool) -> Findings {
        var findings = self
        for index in all.indices where areInIt(all[index]) {
            findings.all[index].problem = .inText(String(decoding: name), all[index].problem)
        }
        return findings
    }
}

extension FilePath.Component {
    /// With more behind it; `nil` where that is no name.
    fileprivate func with(_ ending: String) -> FilePath.Component? {
        withBytes { name in
            name.withPlatformString { start in
                let bytes = UnsafeBufferPointer(start: start, count: name.count)
                return FilePath.Component(
                    platformString: Array(bytes) + ending.utf8.map { CChar(bitPattern: $0) } + [0])
            } ?? nil
        }
    }
}
