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
    ///
    /// - Parameter open: the file, where it is open already.
    static func isOne(
        _ name: FilePath.Component, _ status: FileStatus, _ open: OpenRequest?, in folder: borrowing OpenFile
    ) throws(Errno) -> Bool {
        guard let syntax = RequestFileName(name)?.syntax, syntax != .yaml else { return false }
        let size = Int(clamping: status.size)
        if let open { return isOne(try open.file.readAll(limit: headSize, expecting: size), as: syntax) }
        let file = try Kernel.open(
            FilePath(root: nil, [name]), at: folder.descriptor, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        return isOne(try file.readAll(limit: headSize, expecting: size), as: syntax)
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
        if head.starts(with: #"{"code":"#.utf8), head.count >= headSize { return true }
        guard head.count < headSize, holdsCode(head), let root = try? JSONDocumentParser.parse(head)
        else { return false }
        let keys = root.entries?.map { $0.key.lowercased() } ?? []
        return keys.contains("code") && keys.contains { ["data", "msg", "message"].contains($0) }
            && keys.allSatisfy { RequestKey.named($0) == nil }
    }

    /// Whether `"code"` stands in it. Every request is asked this: `firstRange(of:)` costs as much as all else of it.
    private static func holdsCode(_ head: [UInt8]) -> Bool {
        let code = Array(#""code""#.utf8)
        return head.withUnsafeBufferPointer { head in
            head.indices.dropLast(code.count - 1).contains { start in
                head[start] == code[0] && head[start..<(start + code.count)].elementsEqual(code)
            }
        }
    }

    /// The first row of a `batch.csv`, in the delimiter and quotes of whatever program has saved it.
    private static func isTable(_ head: [UInt8]) -> Bool {
        let line = Array(head.prefix(1024).prefix { $0 != UInt8(ascii: "\n") })
        // Columns of one's own may be of any letters, and one may be cut.
        let texts = (0..<4).lazy.compactMap { try? DocumentText(Array(line.dropLast($0))).text }
        guard let text = texts.first else { return false }
        let cells = text.split { ",;\t".contains($0) }
        // Columns of one's own stand behind them.
        return cells.map { $0.filter { $0 != "\"" && !$0.isWhitespace } }.starts(with: BatchSummary.columns)
    }
}
