// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
internal import Jobs
internal import Requests
internal import SystemPackage

/// A file that results consist of, known by what it holds, whatever it is called and wherever it lies: `result.json`,
/// `batch.json`, `batch.csv`, a journal, an answer of the API. It asks for nothing.
enum ResultFile {
    /// How much of a file is looked at.
    static let headSize = 16 << 10

    /// Blocking. Looks into files only that end as such files do.
    static func isOne(
        _ name: FilePath.Component, _ status: FileStatus, in folder: borrowing OpenFile
    ) throws(Errno) -> Bool {
        guard let syntax = RequestFileName(name)?.syntax, syntax != .yaml else { return false }
        let file = try Kernel.open(
            FilePath(root: nil, [name]), at: folder.descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        return isOne(try file.readAll(limit: headSize, expecting: Int(clamping: status.size)), as: syntax)
    }

    /// - Parameter head: the file's first bytes.
    static func isOne(_ head: [UInt8], as syntax: RequestFileName.Syntax) -> Bool {
        switch syntax {
        case .yaml: false
        case .json: isSummary(head) || isJournal(head) || isAnswer(head)
        case .jsonLines: isJournal(head)
        case .csv: isTable(head)
        }
    }

    private static func isJournal(_ head: [UInt8]) -> Bool { head.starts(with: #"{"event":"claimed","at":""#.utf8) }

    /// `{"version": 1, "job": …` or `"batch": …`, however it is indented.
    private static func isSummary(_ head: [UInt8]) -> Bool {
        let start = String(decoding: head.prefix(200).filter { $0 > 0x20 }, as: UTF8.self)
        guard start.hasPrefix(#"{"version":"#) else { return false }
        let rest = start.dropFirst(#"{"version":"#.count).drop(while: \.isNumber)
        return rest.hasPrefix(#","job":"#) || rest.hasPrefix(#","batch":"#)
    }

    /// An object that says how a question went, and asks for nothing.
    private static func isAnswer(_ head: [UInt8]) -> Bool {
        let code = Array(#""code""#.utf8)
        if head.starts(with: Array("{".utf8) + code + [UInt8(ascii: ":")]), head.count >= headSize { return true }
        guard head.count < headSize, head.firstRange(of: code) != nil, let root = try? JSONDocumentParser.parse(head)
        else { return false }
        let keys = root.entries?.map { $0.key.lowercased() } ?? []
        return keys.contains("code") && keys.contains { ["data", "msg", "message"].contains($0) }
            && keys.allSatisfy { RequestKey.named($0) == nil }
    }

    /// The first row of a `batch.csv`, in the delimiter and quotes of whatever program has saved it.
    private static func isTable(_ head: [UInt8]) -> Bool {
        guard let text = try? DocumentText(Array(head.prefix(1024).prefix { $0 != UInt8(ascii: "\n") })).text else {
            return false
        }
        let cells = text.split { ",;\t".contains($0) }
        return cells.map { $0.filter { $0 != "\"" && !$0.isWhitespace } }.elementsEqual(BatchSummary.columns)
    }
}
