// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
package import Requests
package import SystemPackage

/// Reads a file that somebody asks about. Blocking.
package enum CheckedBytes {
    /// - Parameter limit: the largest file that is read whole; of a larger one there is a byte more.
    package static func read(_ path: FilePath, limit: Int) -> Result<[UInt8], Findings> {
        do throws(Errno) {
            // The daemon follows no symlink to a lane's defaults.
            let follows = path.lastComponent == RequestDefaults.fileName ? O_NOFOLLOW : 0
            let file = try Kernel.open(path, O_RDONLY | O_NONBLOCK | follows)
            let status = try file.status()
            guard status.kind == .regular else { return .failure(Findings(.notAFile)) }
            return .success(try file.readAll(limit: limit + 1, expecting: Int(status.size)))
        } catch {
            if error == .tooManySymbolicLinkLevels { return .failure(Findings(.notAFile)) }
            return .failure(Findings(.unreadable(error)))
        }
    }

    /// What the text beside a picture says; `nil` where there is none. With what is wrong it would be left alone.
    package static func text(beside picture: FilePath) -> Result<SidecarText?, Findings> {
        guard let name = picture.lastComponent else { return .success(nil) }
        let above = picture.removingLastComponent()
        do throws(Errno) {
            let folder = try Kernel.open(above.isEmpty ? "." : above, O_RDONLY | O_DIRECTORY)
            switch try PictureCompany.beside(name, in: folder) {
            case .alone: return .success(nil)
            case .doubtful(let doubt): return .failure(Findings(.doubtfulText(doubt)))
            case .text(let sidecar, _): return text(sidecar, in: folder)
            }
        } catch {
            return .failure(Findings(.unreadable(error)))
        }
    }

    private static func text(_ sidecar: Sidecar, in folder: borrowing OpenFile) -> Result<SidecarText?, Findings> {
        do throws(Errno) {
            return .success(try SidecarText.read(sidecar, called: sidecar.name, in: folder))
        } catch {
            return .failure(Findings(.inText(String(decoding: sidecar.name), .unreadable(error))))
        }
    }

    /// Looks at a picture.
    package static func picture(
        _ path: FilePath, called name: FilePath.Component, limit: Int64
    ) -> Result<Result<DroppedPicture, PictureFault>, Findings> {
        do throws(Errno) {
            let file = try Kernel.open(path, O_RDONLY | O_NONBLOCK)
            let status = try file.status()
            guard status.kind == .regular else { return .failure(Findings(.notAFile)) }
            return .success(try PictureContent.picture(in: file, size: status.size, called: name, limit: limit))
        } catch {
            return .failure(Findings(.unreadable(error)))
        }
    }
}

extension Findings {
    package var isMissingFile: Bool { all.contains { $0.problem == .notThere } }
}

extension Finding.Problem {
    /// What the kernel says of a file that is to be read.
    package static func unreadable(_ error: Errno) -> Finding.Problem {
        error == .noSuchFileOrDirectory ? .notThere : .unreadable(why: "\(error)")
    }
}
