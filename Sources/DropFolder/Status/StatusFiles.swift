// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Spool
internal import SpoolState
internal import SystemPackage

/// `status.json` and `STATUS.html`, for those who see only the folder. Each is replaced by one rename, so it is never half
/// a page. Blocking.
struct StatusFiles: Sendable {
    let spool: Spool
    /// Whether the page for a browser is wanted.
    let hasPage: Bool

    /// How soon a browser looks again, in seconds: nobody waits for what is idle.
    private static let busy = 5
    private static let idle = 20

    /// Where the first cannot be written, the second is tried all the same.
    func write(_ state: SpoolState) throws(Errno) {
        // Where the spool's disk is not mounted, nothing is made in its place; nor where it goes away from here on, since all
        // is done through this descriptor.
        let root = try Kernel.open(spool.root, O_RDONLY | O_DIRECTORY)
        let processing = try Kernel.status(of: Self.relative(spool.processing), at: root.descriptor)
        guard processing.kind == .directory else { throw .notDirectory }
        var failure: Errno?
        do throws(Errno) {
            try root.replace(Self.relative(spool.statusFile), with: state.json.page)
        } catch { failure = error }
        if hasPage {
            let page = StatePage(state).page(refresh: state.isBusy ? Self.busy : Self.idle)
            try root.replace(Self.relative(spool.statusPage), with: page)
        }
        if let failure { throw failure }
    }

    /// By its name alone: it lies in the spool's root.
    private static func relative(_ place: FilePath) -> FilePath {
        FilePath(root: nil, place.components.suffix(1))
    }

    /// A page that nobody writes any more says nothing true.
    func removeUnwanted() {
        if !hasPage { try? Kernel.remove(spool.statusPage, at: AT_FDCWD) }
    }

    /// What an earlier run wrote last; `nil` where there is nothing.
    var last: SpoolState? {
        guard let file = try? Kernel.open(spool.statusFile, O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
            (try? file.status())?.kind == .regular, let bytes = try? file.readAll(limit: 4 << 20, expecting: 64 << 10)
        else { return nil }
        return (try? JSONDocumentParser.parse(bytes)).flatMap { SpoolState($0) }
    }
}
