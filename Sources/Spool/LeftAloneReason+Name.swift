// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Requests
package import SystemPackage

extension LeftAloneReason {
    private static let spreadsheets: Set = ["xlsx", "xls", "xlsm", "ods", "numbers", "gsheet"]

    /// Why a file stays whose name is not a request's.
    package init(name: FilePath.Component) {
        let isSpreadsheet = name.extension.map { Self.spreadsheets.contains($0.lowercased()) } ?? false
        if PlaceholderName.isOne(name) {
            self = .placeholder
        } else if PictureName.isOne(name) {
            self = .picture
        } else if RequestDefaults.isMeant(by: name) {
            self = .nearlyDefaults
        } else {
            self = isSpreadsheet ? .spreadsheet : .name
        }
    }

    /// The same, of what lies at that path. Blocking. Where a symlink leads is not looked at: its maker may not be
    /// allowed to know what is there, and a mount that does not answer would hold up the daemon.
    package init(name: FilePath.Component, at path: FilePath) {
        let isSymlink = (try? Kernel.status(of: path, at: AT_FDCWD))?.kind == .symlink
        self = isSymlink ? .symlink : .init(name: name)
    }
}
