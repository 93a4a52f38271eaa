// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
package import Spending
package import SystemPackage

/// A limit for a lane that is not there: it holds nobody.
package struct IdleLimit: Equatable, Sendable {
    /// As the setting has it.
    let lane: String
    /// The folder that may be meant: it differs in case, by a blank, or by a slip.
    let nearest: String?

    /// The limits of which the inbox has no lane. Blocking.
    package static func all(_ limits: DailyLimits, in inbox: FilePath) -> [IdleLimit] {
        limits.lanes.compactMap { lane in
            switch look(for: lane, in: inbox) {
            case .there: nil
            case .missing(let nearest): IdleLimit(lane: lane, nearest: nearest)
            }
        }
    }

    private enum Look {
        case there
        case missing(nearest: String?)
    }

    private static func look(for lane: String, in inbox: FilePath) -> Look {
        var (folder, found) = (inbox, [String]())
        for name in lane.split(separator: "/").map(String.init) {
            let there = names(in: folder)
            // Texts are the same whether `ü` is one character in them or two.
            if let same = there.first(where: { String(decoding: $0) == name }) {
                folder.append(same)
                found.append(String(decoding: same))
                continue
            }
            let nearest = NearestName.of(name, among: there.map { String(decoding: $0) })
            return .missing(nearest: nearest.map { (found + [$0]).joined(separator: "/") })
        }
        return .there
    }

    /// A folder that cannot be read has none.
    private static func names(in folder: FilePath) -> [FilePath.Component] {
        var names: [FilePath.Component] = []
        do throws(Errno) {
            var listing = try DirectoryListing(folder)
            while let (name, kind) = try listing.next() {
                if kind.isFolder(at: folder.appending(name)) { names.append(name) }
            }
        } catch {
            return names
        }
        return names
    }
}
