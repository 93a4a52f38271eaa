// SPDX-License-Identifier: Apache-2.0

package import Documents

package import struct SystemPackage.FilePath

/// What the `_defaults.yaml` of a lane, and of those above it, supply for requests that leave a key out.
package struct RequestDefaults: Equatable, Sendable {
    /// Keys and values, as a request would have them; no key twice.
    package var entries: [DocumentNode.Entry] = []
    /// How urgent the lane is, 1 to 9; `nil` where nothing says so. Lanes of a higher number go first.
    package var priority: Int?
    /// What is told of the lane; `nil` where nothing says so.
    package var notify: Set<NotificationEvent>?
    /// What becomes of pictures that are dropped there; `nil` where nothing says so.
    package var pictures: DroppedPictures?
    /// What becomes of folders of pictures that are dropped there; `nil` where nothing says so.
    package var folders: DroppedFolders?
    /// Where a batch's pictures come to; `nil` where nothing says so.
    package var deliver: Delivery?
    /// How long a picture waits for the text beside it; `nil` where nothing says so.
    package var textWait: Duration?
    /// What is added to each picture that is dropped there; `nil` where nothing says so.
    package var with: [AddedPicture]?

    package static let fileName: FilePath.Component = "_defaults.yaml"

    /// Whether a name is that of a lane's defaults, or so near to it that it must have been meant: `_defaults.yml`,
    /// `_Defaults.yaml`, `_defaults (2).yaml`, `Copy of _defaults.yaml`.
    package static func isMeant(by name: FilePath.Component) -> Bool { name.withBytes(isMeant) }

    static func isMeant(by name: NameBytes) -> Bool { name.begins(with: "_default") || name.contains(" _default") }

    package static let none = RequestDefaults()
    static let priorities = 1...9
    /// In seconds.
    static let textWaits = 0...3_600
    /// Two files that are dragged together arrive within that.
    package static let usualTextWait = Duration.seconds(3)
    package static let usualPriority = 5
    /// That of a lane called `urgent`.
    package static let urgentPriority = priorities.upperBound
    /// That of what somebody hurries: above all that a lane can have.
    package static let hurriedPriority = priorities.upperBound + 1

    /// Keys of a lane, and of no request.
    enum LaneKey: String, CaseIterable, Sendable {
        case priority, notify, pictures, folders, deliver
        case textWait = "text_wait"
        case with

        init?(named name: String) {
            guard let key = Self.allCases.first(where: { RequestKey.isSame(name, $0.rawValue) }) else { return nil }
            self = key
        }
    }

    /// What a folder's own defaults and those of the folder above it come to: the nearest counts, key by key.
    package func over(_ farther: RequestDefaults) -> RequestDefaults {
        let own = keys
        let further = farther.entries.filter { entry in RequestKey.named(entry.key).map { !own.contains($0) } ?? false }
        return RequestDefaults(
            entries: entries + further, priority: priority ?? farther.priority, notify: notify ?? farther.notify,
            pictures: pictures ?? farther.pictures, folders: folders ?? farther.folders,
            deliver: deliver ?? farther.deliver, textWait: textWait ?? farther.textWait,
            with: with ?? farther.with)
    }

    /// The same, of the file that lies in that lane.
    package func lying(in lane: Lane) -> RequestDefaults {
        var defaults = self
        defaults.with = with?.map { $0.said(in: lane) }
        return defaults
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
        form.fill(from: all.filter { LaneKey(named: $0.key) == nil })
        for key in LaneKey.allCases {
            let given = all.filter { LaneKey(named: $0.key) == key }
            if given.count > 1 { form.report(.sameKey(given[0].key, given[1].key), given[1].keyPlace) }
            guard let entry = given.first, !entry.value.isLeftOut else { continue }
            switch key {
            case .priority: priority = form.wholeNumber(entry, Self.priorities)
            case .notify: notify = form.events(entry)
            case .pictures:
                pictures = form.choice(entry, DroppedPictures.allCases) { DroppedPictures(rawValue: $0.lowercased()) }
            case .folders:
                folders = form.choice(entry, DroppedFolders.allCases) { DroppedFolders(rawValue: $0.lowercased()) }
                // Said before, as the keys are read in their order.
                if folders == .batch, pictures != .each { form.report(.foldersWithoutPictures, entry.keyPlace) }
            case .deliver: deliver = form.choice(entry, Delivery.allCases) { Delivery(rawValue: $0.lowercased()) }
            case .with: with = form.added(entry)
            case .textWait: textWait = form.seconds(entry, Self.textWaits).map { .seconds($0) }
            }
        }
        if !form.findings.isEmpty { throw Findings(all: form.findings) }
        entries = all.filter { entry in
            RequestKey.named(entry.key).map { !RequestForm.isBlank($0, entry.value) } ?? false
        }
    }

    /// Whether a file with a mistake seems to say that pictures are requests: as long as nobody knows, they wait for
    /// that to be corrected.
    package static func mayWantPictures(_ bytes: [UInt8]) -> Bool {
        mayName(.pictures, bytes)
    }

    /// The same of folders.
    package static func mayWantFolders(_ bytes: [UInt8]) -> Bool { mayName(.folders, bytes) }

    private static func mayName(_ key: LaneKey, _ bytes: [UInt8]) -> Bool {
        String(decoding: bytes, as: UTF8.self).lowercased().contains(key.rawValue)
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

/// Where the pictures of a batch come to: the words of a `_defaults.yaml`.
package enum Delivery: String, CaseIterable, Sendable {
    /// All into one folder, when each part is done.
    case flat
    /// Each into the folder of its part, as where nothing is said.
    case parts
}
