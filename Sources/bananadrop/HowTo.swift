// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Spool
internal import SystemPackage

/// What designers read who have nothing but the folder: their article, as plain text.
enum HowTo {
    /// As lines of type on paper have it: 80 to a line, 66 of them to a page, and two pages.
    private static let width = 80

    static var text: String {
        Article(markdown: String(decoding: PackageResources.ForDesigners_md, as: UTF8.self)).text(width: width)
    }

    /// Into a spool that was just made. Whatever has that name already stays.
    static func write(into spool: Spool) throws {
        try NewFile.write(text, to: spool.howTo)
    }
}
