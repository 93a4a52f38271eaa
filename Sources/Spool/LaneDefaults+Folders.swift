// SPDX-License-Identifier: Apache-2.0

internal import FileIO
package import Jobs
package import Requests
package import SystemPackage

/// What becomes of the folders that are dropped into a lane. Blocking.
extension LaneDefaults {
    package enum FolderRule: Equatable, Sendable {
        /// They are lanes.
        case lanes
        /// Each is a batch of the pictures in it, which its claim may hold for what is wrong with the defaults.
        case batch
        /// Nobody knows before the defaults have settled.
        case unsettled
    }

    /// What the nearest folder says of them, where pictures are requests.
    package func folders(in lane: Lane) -> FolderRule {
        switch pictures(in: lane) {
        case .leftAlone: return .lanes
        case .unsettled: return .unsettled
        case .each: return lane.chain.reduce(FolderRule.lanes) { rule(of: $1, below: $0) }
        }
    }

    private func rule(of lane: Lane, below above: FolderRule) -> FolderRule {
        do throws(Trouble) {
            return switch try ownFolders(lane) {
            case .batch?: .batch
            case .lanes?: .lanes
            case nil: above
            }
        } catch {
            let isBatch = knownFolders(lane) == .batch
            switch error {
            case .unsettled: return isBatch ? .batch : .unsettled
            // Everything of the lane is held, and whoever can help is told.
            case .mistakes, .unreadable: return isBatch ? .batch : above
            }
        }
    }

    /// The folder of pictures that a lane is, or lies in, which is a batch; the outermost. `nil` where there is none.
    package func pictureFolder(enclosing lane: Lane, in inbox: FilePath) -> Origin? {
        for place in lane.chain.dropFirst() {
            guard let origin = Origin(folder: place), folders(in: origin.lane) == .batch,
                let above = try? origin.lane.open(below: inbox), PictureFolder.isOne(origin.file, in: above)
            else { continue }
            return origin
        }
        return nil
    }
}

extension Lane {
    /// Whether its folders are batches, as its `_defaults.yaml` files say now. Blocking.
    package func takesFolders(in inbox: FilePath) -> Bool {
        LaneDefaults(inbox: inbox, quiet: { .zero }, rules: { RequestRules() }).folders(in: self) == .batch
    }
}
