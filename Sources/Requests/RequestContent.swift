// SPDX-License-Identifier: Apache-2.0

package import struct SystemPackage.FilePath

/// What a request file holds.
package enum RequestContent: Equatable, Sendable {
    case request(Request)
    /// Many requests in one file, in its order; never empty.
    case batch([BatchPart], PassedOver = PassedOver())
}

/// Rows of a table that are no requests, and how many there are of each kind; and files of a folder that are none.
package struct PassedOver: Equatable, Sendable {
    /// The header again.
    var headers = 0
    /// Nothing but notes and check boxes.
    var notes = 0
    /// Neither pictures nor their texts; they stay in the folder.
    package private(set) var files: [FilePath.Component] = []

    package var count: Int { headers + notes + files.count }
}

extension PassedOver {
    package init(files: [FilePath.Component]) {
        self.init()
        self.files = files
    }
}

/// One request of a batch: a row of a table, a line of JSON Lines, an item of a list, one of several YAML documents, a
/// picture of a folder.
package struct BatchPart: Equatable, Sendable {
    /// What the part calls itself (its key `name`), as it stands there; `nil` where it does not.
    package var name: String?
    /// Where it begins in the batch's file, from 1.
    package var line: Int
    /// The part as a request file of its own, with the keys as given but `name`: dropped alone, it asks for the same,
    /// and what cannot be read here cannot be read there, but for a bad name. Its text as it stands where nothing could
    /// be understood of it.
    package var source: [UInt8]
    /// How ``source`` is written.
    package var sourceSyntax = RequestFileName.Syntax.json
    /// Whether ``source`` shows the text beside values that are not what was meant: see ``RequestKey/asWritten``.
    package var showsText = false
    /// What it asks for, or what is wrong with it. The places are those of the batch's file.
    package var request: Result<Request, Findings>
    /// The picture that it is, of a folder; `nil` for one in words.
    package var dropped: FolderPart?
}
