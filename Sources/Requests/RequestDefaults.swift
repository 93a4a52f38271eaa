// SPDX-License-Identifier: Apache-2.0

package import Documents

package import struct SystemPackage.FilePath

/// What the `_defaults.yaml` of a lane, and of those above it, supply for requests that leave a key out.
package struct RequestDefaults: Equatable, Sendable {
    /// Keys and values, as a request would have them; no key twice.
    package var entries: [DocumentNode.Entry] = []
    /// How urgent the lane is, 1 to 9; `nil` where nothing says so. Lanes of a higher number go first.
    package var priority: Int?
    /// What becomes of pictures that are dropped there; `nil` where nothing says so.
    package var pictures: DroppedPictures?

    package static let fileName: FilePath.Component = "_defaults.yaml"

    /// Whether a name is that of a lane's defaults, or so near to it that it must have been meant: `_defaults.yml`,
    /// `_Defaults.yaml`, `_defaults (2).yaml`, `Copy of _defaults.yaml`.
    package static func isMeant(by name: FilePath.Component) -> Bool { name.withBytes(isMeant) }

    static func isMeant(by name: NameBytes) -> Bool { name.begins(with: "_default") || name.contains(" _default") }

    package static let none = RequestDefaults()
    static let priorities = 1...9
    package static let usualPriority = 5
    static let priorityKey = "priority"
    static let picturesKey = "pictures"
    /// The keys of a lane, which no request has.
    static let laneKeys = [priorityKey, picturesKey]

    /// What a folder's own defaults and those of the folder above it come to: the nearest counts, key by key.
    package func over(_ farther: RequestDefaults) -> RequestDefaults {
        let own = keys
        let further = farther.entries.filter { entry in RequestKey.named(entry.key).map { !own.contains($0) } ?? false }
        return RequestDefaults(
            entries: entries + further, priority: priority ?? farther.priority, pictures: pictures ?? farther.pictures)
    }

    /// The keys of a request that are filled in.
    package var keys: Set<RequestKey> { Set(entries.compactMap { RequestKey.named($0.key) }) }
}

extension RequestDefaults {
    /// Reads the bytes of a `_defaults.yaml`. An empty file, or one with comments only, supplies nothing. What a value
    /// cannot be is known here; what does not go together is known only with the request.
    package init(reading bytes: [UInt8], with reader: RequestReader) throws(Findings) {
        guard bytes.count <= RequestRules.sizeLimit else {
            throw Findings(.tooLarge(bytes: Int64(bytes.count), limit: RequestRules.sizeLimit))
        }
        let text = try reader.text(bytes)
        guard let root = try Self.root(text) else { return }
        guard let all = root.entries else { throw Findings(.notAMap, root.place) }
        let traps = YAMLTraps(text)
        let trapped = traps.all(in: all, before: traps.end)
        if !trapped.isEmpty { throw Findings(all: trapped) }
        var form = RequestForm(.defaults, reader: reader)
        form.fill(from: all.filter { entry in !Self.laneKeys.contains { RequestKey.isSame(entry.key, $0) } })
        if let entry = form.only(Self.priorityKey, in: all) { priority = form.wholeNumber(entry, Self.priorities) }
        if let entry = form.only(Self.picturesKey, in: all) {
            pictures = form.choice(entry, DroppedPictures.allCases) { DroppedPictures(rawValue: $0.lowercased()) }
        }
        if !form.findings.isEmpty { throw Findings(all: form.findings) }
        entries = all.filter { entry in
            RequestKey.named(entry.key).map { !RequestForm.isBlank($0, entry.value) } ?? false
        }
    }

    /// Whether a file with a mistake seems to say that pictures are requests: as long as nobody knows, they wait for
    /// that to be corrected.
    package static func mayWantPictures(_ bytes: [UInt8]) -> Bool {
        String(decoding: bytes, as: UTF8.self).lowercased().contains(picturesKey)
    }

    /// `nil` where nothing stands in the file.
    private static func root(_ text: String) throws(Findings) -> DocumentNode? {
        do throws(DocumentError) {
            let root = try YAMLDocument.parse(text)
            return root.isLeftOut ? nil : root
        } catch {
            if error.problem == .empty { return nil }
            throw Findings(error)
        }
    }
}

/// What becomes of the pictures that are dropped into a lane: the words of a `_defaults.yaml`.
package enum DroppedPictures: String, CaseIterable, Sendable {
    /// Each is a request by itself, of which the lane's defaults say the rest.
    case each
    /// They are left alone, as where nothing is said: what a folder further up says does not hold here.
    case leftAlone = "none"
}

extension RequestForm {
    /// The entry of a lane's key; `nil` where it has none, or a blank one.
    fileprivate mutating func only(_ key: String, in all: [DocumentNode.Entry]) -> DocumentNode.Entry? {
        let entries = all.filter { RequestKey.isSame($0.key, key) }
        if entries.count > 1 { report(.sameKey(entries[0].key, entries[1].key), entries[1].keyPlace) }
        return entries.first.flatMap { $0.value.isLeftOut ? nil : $0 }
    }
}
