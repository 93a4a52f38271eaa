// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import SystemPackage

/// A page that `init` leaves where there is none.
enum NewFile {
    /// Under its name it is whole, or not there. Whatever has that name already stays.
    static func write(_ text: String, to path: FilePath) throws {
        guard let name = path.lastComponent else { return }
        let new = path.removingLastComponent().appending(".\(name.string).new")
        do {
            if try Kernel.exists(path) { return }
            let file = try Kernel.open(new, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o644)
            try file.writeAll(Array(text.utf8))
            try file.sync()
            try Kernel.rename(new, at: AT_FDCWD, to: path, at: AT_FDCWD)
        } catch {
            try? Kernel.remove(new, at: AT_FDCWD)
            if error == .fileExists { return }
            throw CommandFailure(.cannotCreate, "\(path) cannot be written: \(error)")
        }
    }
}
