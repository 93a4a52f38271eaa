// SPDX-License-Identifier: Apache-2.0

package import FileIO
internal import Glibc
internal import Jobs
package import Requests
package import SystemPackage

/// What lies beside a picture, in a lane where pictures are requests, and says more of what it asks for.
package enum PictureCompany: Equatable, Sendable {
    case alone
    case text(Sidecar, FileStatus)
    /// Nobody can tell what is meant.
    case doubtful(SidecarDoubt)

    /// Blocking.
    ///
    /// - Parameter folder: of the lane.
    package static func beside(
        _ picture: FilePath.Component, in folder: borrowing OpenFile
    ) throws(Errno) -> PictureCompany {
        var found: [(text: Sidecar, status: FileStatus)] = []
        for name in Sidecar.names(beside: picture) {
            guard let sidecar = Sidecar(name), let status = try look(at: name, in: folder),
                status.kind != .directory, !IgnoredNames.standard.matches(name)
            else { continue }
            // Some file systems do not tell the case.
            if found.contains(where: { $0.status.place == status.place }) { continue }
            if try isRequest(sidecar, status, in: folder) { continue }
            found.append((sidecar, status))
        }
        guard let (sidecar, status) = found.first else { return .alone }
        if found.count > 1 { return .doubtful(.several(sidecar.name, found[1].text.name)) }
        let own = try look(at: picture, in: folder)
        for other in sidecar.pictures where other != picture {
            guard let status = try look(at: other, in: folder) else { continue }
            if status.place != own?.place { return .doubtful(.shared(sidecar.name, with: other)) }
        }
        let isSecret = try !status.isNoSecret(in: folder)
        if status.kind != .regular || isSecret { return .doubtful(.notAFile(sidecar.name)) }
        return status.size == 0 ? .doubtful(.empty(sidecar.name)) : .text(sidecar, status)
    }

    package var text: (sidecar: Sidecar, status: FileStatus)? {
        if case .text(let sidecar, let status) = self { (sidecar, status) } else { nil }
    }

    /// How the picture looks with its text: whichever of them is written anew, both are others.
    package func together(with picture: FileStatus) -> FileStatus {
        text.map { picture.together(with: $0.status) } ?? picture
    }

    private static func isRequest(
        _ sidecar: Sidecar, _ status: FileStatus, in folder: borrowing OpenFile
    ) throws(Errno) -> Bool {
        guard sidecar.syntax != .text, status.kind == .regular, try status.isNoSecret(in: folder) else { return false }
        do {
            return sidecar.isRequest(try SidecarText.read(sidecar, called: sidecar.name, in: folder).bytes)
        } catch .noSuchFileOrDirectory, .permissionDenied, .tooManySymbolicLinkLevels, .noSuchAddressOrDevice {
            return false
        }
    }

    /// `nil` where nothing has that name.
    static func look(
        at name: FilePath.Component, in folder: borrowing OpenFile
    ) throws(Errno) -> FileStatus? {
        do {
            return try Kernel.status(of: FilePath(root: nil, [name]), at: folder.descriptor)
        } catch .noSuchFileOrDirectory, .fileNameTooLong {
            return nil
        }
    }
}

extension Sidecar {
    /// The pictures that it may be the text of. Blocking.
    ///
    /// - Parameter folder: of the lane.
    package func pictures(in folder: borrowing OpenFile) throws(Errno) -> [FilePath.Component] {
        var found: [FilePath.Component] = []
        for name in pictures where try PictureCompany.look(at: name, in: folder)?.kind == .regular {
            found.append(name)
        }
        return found
    }

    /// The first of them; `nil` where there is none. Blocking.
    package func picture(in folder: borrowing OpenFile) throws(Errno) -> FilePath.Component? {
        try pictures(in: folder).first
    }

    /// Whether it is the text of a picture that is there, and no request of its own. Blocking.
    package func isText(in folder: borrowing OpenFile) throws(Errno) -> Bool {
        guard try picture(in: folder) != nil else { return false }
        return try !isRequest(SidecarText.read(self, called: name, in: folder).bytes)
    }
}

extension SidecarText {
    /// - Parameter kept: its name there.
    static func read(
        _ sidecar: Sidecar, called kept: FilePath.Component, in folder: borrowing OpenFile
    ) throws(Errno) -> SidecarText {
        let file = try Kernel.open(
            FilePath(root: nil, [kept]), at: folder.descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        let size = Int(clamping: try file.status().size)
        return SidecarText(sidecar, try file.readAll(limit: sidecar.sizeLimit + 1, expecting: size))
    }

    /// Of a picture that still lies in its lane; `nil` where it has none that could be sent.
    package static func beside(
        _ picture: FilePath.Component, in folder: borrowing OpenFile
    ) throws(Errno) -> SidecarText? {
        guard case .text(let sidecar, _) = try PictureCompany.beside(picture, in: folder) else { return nil }
        return try read(sidecar, called: sidecar.name, in: folder)
    }
}
