// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

extension ForeignFiles.Reason {
    private static let spreadsheets: Set = ["xlsx", "xls", "xlsm", "ods", "numbers"]

    /// Why a file stays whose name is not a request's.
    init(name: FilePath.Component) {
        let isSpreadsheet = name.extension.map { Self.spreadsheets.contains($0.lowercased()) } ?? false
        if PictureName.isOne(name) {
            self = .picture
        } else if RequestDefaults.isMeant(by: name) {
            self = .nearlyDefaults
        } else {
            self = isSpreadsheet ? .spreadsheet : .name
        }
    }
}
