// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Looks for words in everything that was written.
struct SecretSearch: Sendable {
    /// Something secret, and where it may stand all the same.
    struct Secret: Sendable {
        var name: String
        /// However it may be spelled.
        var words: [String]
        /// The last parts of paths; those that begin with a point are endings.
        var allowed: [String]

        func mayStand(in place: String) -> Bool {
            let name = place.split(separator: "/").last.map(String.init) ?? place
            return allowed.contains { $0.hasPrefix(".") ? name.hasSuffix($0) : name == $0 }
        }
    }

    struct Hit: Hashable, Sendable {
        var secret: String
        var place: String
    }

    var secrets: [Secret]
    private var writings: [(place: String, bytes: Data)] = []

    init(_ secrets: [Secret]) {
        self.secrets = secrets
    }

    mutating func add(_ place: String, _ text: String) { writings.append((place, Data(text.utf8))) }

    /// Each file below a folder, hidden ones as well, and its name.
    mutating func add(below folder: URL, but left: Set<String> = []) throws {
        let walker = FileManager.default.enumerator(atPath: folder.path)
        while let path = walker?.nextObject() as? String {
            if left.contains(path) { continue }
            add(path + " (its name)", path)
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.appendingPathComponent(path).path)
            guard attributes[.type] as? FileAttributeType == .typeRegular else { continue }
            writings.append((path, try Data(contentsOf: folder.appendingPathComponent(path))))
        }
    }

    /// Where each secret stands.
    var hits: Set<Hit> {
        var hits: Set<Hit> = []
        for secret in secrets {
            for (place, bytes) in writings where secret.words.contains(where: { bytes.range(of: Data($0.utf8)) != nil })
            {
                hits.insert(Hit(secret: secret.name, place: place))
            }
        }
        return hits
    }

    /// Where one stands that must not.
    var leaks: [Hit] {
        hits.filter { hit in secrets.contains { $0.name == hit.secret && !$0.mayStand(in: hit.place) } }
            .sorted { $0.place < $1.place }
    }
}
