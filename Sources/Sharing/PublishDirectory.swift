// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import FileIO
internal import Glibc
package import SystemPackage

/// The folder that something serves already. Blocking; runs on the ``FilePool``.
package struct PublishDirectory: Sendable {
    package let path: FilePath

    package init(path: FilePath) {
        self.path = path
    }

    /// Readable for whoever serves it.
    private static let mode: mode_t = 0o644
    /// What a crash left and no job has replaced within this time is nobody's. No copy goes so long without a write.
    private static let abandoned = Duration.seconds(86_400)

    /// Copies the picture in under a hidden name, and renames it when all of it is on the disk: who serves the folder
    /// never sees half of it. Replaces what an earlier attempt put there.
    ///
    /// Throws ``OpenPicture/CopyError``, or ``ShareError`` where it is the folder that refuses.
    func publish(_ picture: borrowing OpenPicture, as name: SharedName) throws {
        do {
            let folder = try open()
            let copy = try picture.copy(to: name.half, at: folder.descriptor, mode: Self.mode)
            try copy.sync()
            try Kernel.replace(name.file, with: name.half, at: folder.descriptor)
            // Or a power cut could take the name back after the API was told of it.
            try folder.sync()
        } catch OpenPicture.CopyError.writing(let error) {
            throw ShareError.directory(path, error)
        } catch let error as Errno {
            throw ShareError.directory(path, error)
        }
    }

    /// Removes what was published, and what an attempt may have left. Nothing there is no error.
    func remove(_ name: SharedName) throws(ShareError) {
        do {
            let folder = try open()
            for file in [name.file, name.half] {
                do {
                    try Kernel.remove(file, at: folder.descriptor)
                } catch .noSuchFileOrDirectory {}
            }
        } catch {
            throw .directory(path, error)
        }
    }

    private func open() throws(Errno) -> OpenFile {
        try Kernel.open(path, O_RDONLY | O_DIRECTORY)
    }

    /// Proves before the first job that pictures can be put there, and sweeps what crashes have left of jobs that are
    /// no more.
    package func prove(at now: Timestamp) throws(ShareSettingsError) {
        let folder: OpenFile
        do {
            folder = try open()
        } catch .noSuchFileOrDirectory {
            throw .directoryMissing(path)
        } catch .notDirectory {
            throw .notADirectory(path)
        } catch {
            throw .cannotWrite(path, error)
        }
        do {
            let trial = FilePath(".bananadrop-trial-\(getpid())-\(Machine.uniqueNumber)")
            _ = try Kernel.open(trial, at: folder.descriptor, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
            try Kernel.remove(trial, at: folder.descriptor)
            try sweep(folder, at: now)
        } catch {
            throw .cannotWrite(path, error)
        }
    }

    private func sweep(_ folder: borrowing OpenFile, at now: Timestamp) throws(Errno) {
        var listing = try DirectoryListing(".", at: folder.descriptor)
        var old: [FilePath] = []
        while let (name, _) = try listing.next() {
            guard SharedName.isHalf(name) else { continue }
            let file = FilePath(root: nil, [name])
            let status = try? Kernel.status(of: file, at: folder.descriptor)
            let written = Timestamp(nanoseconds: status?.identity.modified ?? 0)
            if status?.kind == .regular, now.since(written) > Self.abandoned { old.append(file) }
        }
        // Another daemon that publishes here may have been faster.
        for file in old { try? Kernel.remove(file, at: folder.descriptor) }
    }
}
