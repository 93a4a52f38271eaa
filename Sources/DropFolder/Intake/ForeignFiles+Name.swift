// SPDX-License-Identifier: Apache-2.0

internal import SystemPackage

extension ForeignFiles.Reason {
    private static let spreadsheets: Set = ["xlsx", "xls", "xlsm", "ods", "numbers"]

    /// Why a file stays whose name is not a request's.
    init(name: FilePath.Component) {
        let isSpreadsheet = name.extension.map { Self.spreadsheets.contains($0.lowercased()) } ?? false
        self = isSpreadsheet ? .spreadsheet : PictureName.isOne(name) ? .picture : .name
    }
}
