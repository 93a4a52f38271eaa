// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Jobs
internal import NanoBanana
package import Requests
package import Spool
package import SystemPackage

/// Looks at a request file, or at the defaults of a lane, the way the daemon will, and sends nothing. Blocking.
package struct RequestCheck: Sendable {
    enum Content: Sendable {
        case request(Request)
        case batch([BatchPart], PassedOver)
        case defaults(RequestDefaults)
    }

    /// What is wrong, and in which file: its own, or the `_defaults.yaml` that counts for it.
    struct Mistake: Equatable, Sendable {
        var file: FilePath
        var finding: Finding
        /// The number of the batch's part, from 1.
        var part: Int?
    }

    let file: FilePath
    /// Where it is, or is to be dropped, and in which lane.
    private let place: FilePath
    private var lane = Lane.root
    /// `nil` where the file itself cannot be read, or holds one request that cannot.
    private(set) var content: Content?
    private(set) var mistakes: [Mistake] = []
    /// The files that fill keys in, and which.
    private(set) var applied: [(file: FilePath, keys: [String])] = []
    /// A `_defaults.yaml` that counts for the file cannot be read: nothing of its lane is sent.
    private(set) var isHeld = false
    /// It is the text of a picture that is not there.
    private(set) var isTextAlone = false
    /// It is a folder of pictures.
    private(set) var isFolder = false
    /// The file is not there.
    package private(set) var isMissing = false

    /// Nothing is wrong.
    package var isRight: Bool { mistakes.isEmpty }

    /// Checks one file.
    ///
    /// - Parameters:
    ///   - place: where it is to be dropped; `nil` where it stays. The defaults are those that count there.
    ///   - names: what is no part of a batch by its name.
    package init(
        file: FilePath, droppedAt place: FilePath? = nil, rules: RequestRules, names: IgnoredNames = .standard
    ) {
        self.file = file
        self.place = place ?? file
        do throws(Findings) {
            if Kernel.isDirectory(file) {
                try checkFolder(FoundDefaults(for: self.place, rules: rules), rules, names)
                return
            }
            if let name = file.lastComponent, let stem = PictureName.stem(of: name) {
                let picture = try CheckedBytes.picture(file, called: name, limit: rules.pictureLimit).get()
                let found = FoundDefaults(for: place ?? file, rules: rules)
                let reader = RequestReader(rules: rules).at(found.lane, String(decoding: stem))
                let text = CheckedBytes.text(beside: file)
                checkRequest(found) { defaults in picture.request(beside: text, with: reader, defaults) }
                return
            }
            if try checkText(of: place ?? file, rules) { return }
            let bytes = try Self.bytes(of: file)
            if let name = Self.name(of: file) {
                checkRequest(bytes, name, FoundDefaults(for: place ?? file, rules: rules), rules)
            } else {
                content = .defaults(try RequestDefaults(reading: bytes, with: RequestReader(rules: rules)))
            }
        } catch {
            mistakes = error.all.map { Mistake(file: file, finding: $0) }
            isMissing = error.isMissingFile
        }
    }

    /// A folder of pictures, as the batch that it comes to.
    private mutating func checkFolder(
        _ found: FoundDefaults, _ rules: RequestRules, _ names: IgnoredNames
    ) throws(Findings) {
        isFolder = true
        guard let name = place.lastComponent else { throw Findings(.folderAlone) }
        let (file, batch) = (file, Origin(lane: found.lane, file: name, isFolder: true))
        let stay = try? PictureFolder(at: file, names).reasonToStay(called: name)
        // Whatever its pictures ask for, they would not be asked as a batch.
        if case .leftAlone(let reason)? = stay, reason == .folder(.isLane) {
            throw Findings(.stays(Wording.sentence(reason)))
        }
        checkRequest(found) { defaults in
            do throws(Errno) {
                return try PictureFolder(at: file, names).batch(batch, RequestReader(rules: rules), defaults)
            } catch {
                return .failure(Findings(.unreadable(error)))
            }
        }
        // What is wrong with its pictures says the same, and more.
        if mistakes.isEmpty, case .leftAlone(let reason)? = stay {
            (content, applied) = (nil, [])
            throw Findings(.stays(Wording.sentence(reason)))
        }
    }

    /// The text of a picture, as what it makes of the picture: that lies beside it, or is thought there.
    ///
    /// - Returns: whether it is one.
    private mutating func checkText(of place: FilePath, _ rules: RequestRules) throws(Findings) -> Bool {
        guard let sidecar = file.lastComponent.flatMap(Sidecar.init), let usual = sidecar.pictures.first else {
            return false
        }
        let found = FoundDefaults(for: place, rules: rules)
        guard found.merged.pictures == .each else { return false }
        let bytes = try CheckedBytes.read(file, limit: sidecar.sizeLimit).get()
        if sidecar.isRequest(bytes) { return false }
        let folder = file.removingLastComponent()
        let there = sidecar.pictures.first { (try? Kernel.exists(folder.appending($0))) == true }
        let picture = DroppedPicture(name: there ?? usual, kind: .png, content: Fingerprint(of: []))
        let reader = RequestReader(rules: rules).at(found.lane, String(decoding: sidecar.stem))
        checkRequest(found) { defaults in
            Result { () throws(Findings) in
                try reader.content(of: picture, beside: SidecarText(sidecar, bytes), defaults: defaults)
            }
        }
        if there == nil, case .request(var request)? = content {
            // Nobody has written the name that it was given here.
            request.locals.removeAll { $0.content != nil }
            content = .request(request)
            isTextAlone = true
        }
        return true
    }

    /// Checks what is in no file yet.
    ///
    /// - Parameter place: where it is to be dropped. Its name is a request's.
    package init(_ bytes: [UInt8], droppedAt place: FilePath, rules: RequestRules) {
        file = place
        self.place = place
        guard let name = Self.name(of: place) else { preconditionFailure("\(place) is no request's name") }
        checkRequest(bytes, name, FoundDefaults(for: place, rules: rules), rules)
    }

    /// Whether it asks for the same as one that was sent, but for the prompt.
    package func asksForTheSame(as sent: Request) -> Bool {
        guard case .request(let request) = content else { return true }
        return request.edit.model == sent.edit.model && request.ratios == sent.ratios
            && request.edit.imageSize == sent.edit.imageSize && request.copies == sent.copies
            && request.imagesAsWritten == sent.imagesAsWritten
    }

    private mutating func checkRequest(
        _ bytes: [UInt8], _ name: RequestFileName, _ defaults: FoundDefaults, _ rules: RequestRules
    ) {
        let reader = RequestReader(rules: rules).at(defaults.lane, String(decoding: name.stem))
        checkRequest(defaults) { defaults in
            Result { () throws(Findings) in try reader.content(of: bytes, as: name.syntax, defaults: defaults) }
        }
    }

    /// - Parameter read: what the file comes to with such defaults.
    private mutating func checkRequest(
        _ defaults: FoundDefaults, _ read: (RequestDefaults) -> Result<RequestContent, Findings>
    ) {
        isHeld = !defaults.mistakes.isEmpty
        lane = defaults.lane
        let own: [Mistake]
        do throws(Findings) {
            let content = try read(defaults.merged).get()
            self.content = Content(content)
            own = content.mistakes(in: file)
            applied = isHeld ? [] : defaults.applied(read)
        } catch {
            own = error.all.map { Mistake(file: file, finding: $0) }
        }
        // What is missing may stand in the defaults that cannot be read.
        mistakes = defaults.mistakes + (isHeld ? own.filter { !$0.finding.problem.isMissingKey } : own)
    }

    /// `nil` for the defaults of a lane, and for what is no request.
    private static func name(of file: FilePath) -> RequestFileName? {
        file.lastComponent == RequestDefaults.fileName ? nil : file.lastComponent.flatMap(RequestFileName.init)
    }

    private static func bytes(of file: FilePath) throws(Findings) -> [UInt8] {
        let name = name(of: file)
        guard name != nil || file.lastComponent == RequestDefaults.fileName else {
            let isNear = file.lastComponent.map(RequestDefaults.isMeant) ?? false
            throw Findings(isNear ? .nearlyDefaults : .notARequestName)
        }
        return try CheckedBytes.read(file, limit: name?.syntax.sizeLimit ?? RequestRules.sizeLimit).get()
    }

    /// Whether a picture of one's own lies where a request looks for it.
    func isThere(_ picture: LocalPicture) -> Bool {
        let folders: [FilePath]
        if let added = picture.lane {
            // Further up, where the defaults that add it count for the folder.
            var folder = place.removingLastComponent()
            for _ in added.path.components.count..<max(added.path.components.count, lane.path.components.count) {
                folder.removeLastComponent()
            }
            folders = [folder]
        } else {
            if isFolder { return (try? Kernel.status(of: file.pushing(picture.file), at: AT_FDCWD))?.kind == .regular }
            let lane = Lane(path: file.removingLastComponent())
            folders = [lane.path, lane.ofResults.path]
        }
        return folders.contains { folder in
            (try? Kernel.status(of: folder.pushing(picture.file), at: AT_FDCWD))?.kind == .regular
        }
    }
}

extension RequestCheck.Content {
    fileprivate init(_ content: RequestContent) {
        switch content {
        case .request(let request): self = .request(request)
        case .batch(let parts, let passedOver): self = .batch(parts, passedOver)
        }
    }
}

extension Finding.Problem {
    fileprivate var isMissingKey: Bool {
        if case .missing = self { return true }
        if case .missingInDefaults = self { return true }
        if case .table(.missingColumn) = self { return true }
        return self == .pictureAlone
    }
}

extension RequestContent {
    fileprivate func mistakes(in file: FilePath) -> [RequestCheck.Mistake] {
        switch self {
        case .request: []
        case .batch(let parts, _):
            parts.enumerated().flatMap { index, part -> [RequestCheck.Mistake] in
                guard case .failure(let findings) = part.request else { return [] }
                // A picture of a folder is a file of its own.
                let place = part.dropped.map { file.appending($0.picture) } ?? file
                return findings.all.map { RequestCheck.Mistake(file: place, finding: $0, part: index + 1) }
            }
        }
    }
}

extension FoundDefaults {
    fileprivate var mistakes: [RequestCheck.Mistake] {
        files.flatMap { file -> [RequestCheck.Mistake] in
            guard case .failure(let findings) = file.content else { return [] }
            return findings.all.map { RequestCheck.Mistake(file: file.path, finding: $0) }
        }
    }

    /// The files of which some key counts: without it, something else would be sent.
    fileprivate func applied(
        _ read: (RequestDefaults) -> Result<RequestContent, Findings>
    ) -> [(file: FilePath, keys: [String])] {
        let merged = merged
        let whole = read(merged).meanings
        let counting = merged.keys.filter { key in
            var less = merged
            less.entries.removeAll { RequestKey.named($0.key) == key }
            return read(less).meanings != whole
        }
        var rest = counting
        return files.compactMap { file in
            let keys = ((try? file.content.get())?.keys ?? []).intersection(rest)
            rest.subtract(keys)
            return keys.isEmpty ? nil : (file.path, keys.map(\.rawValue).sorted())
        }
    }
}

extension Result where Success == RequestContent, Failure == Findings {
    /// What a file comes to, whatever its published pictures are called.
    fileprivate var meanings: [Result<Meaning, Findings>] {
        switch self {
        case .success(.request(let request)): [.success(Meaning(request))]
        case .success(.batch(let parts, _)): parts.map { $0.request.map(Meaning.init) }
        case .failure(let findings): [.failure(findings)]
        }
    }
}

/// What is sent, and what becomes of the pictures that come back.
private struct Meaning: Equatable {
    let content: Fingerprint
    let names: SaveAs?
    let mark: MarkRule

    init(_ request: Request) { (content, names, mark) = (request.fingerprint, request.saveAs, request.mark) }
}
