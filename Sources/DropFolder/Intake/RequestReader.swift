// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana

/// Makes a request of a file's bytes, or says everything that is wrong with them. Pure.
struct RequestReader: Sendable {
    var rules: RequestRules

    func read(_ bytes: [UInt8], as syntax: RequestFileName.Syntax) throws(Findings) -> Request {
        guard bytes.count <= RequestRules.sizeLimit else {
            throw .init(.tooLarge(bytes: Int64(bytes.count), limit: RequestRules.sizeLimit))
        }
        let root = try document(bytes, syntax)
        guard let entries = root.entries else { throw .init(.notAMap, root.place) }
        var form = RequestForm(rules: rules, root: root.place)
        form.fill(from: entries)
        return try form.request()
    }

    private func document(_ bytes: [UInt8], _ syntax: RequestFileName.Syntax) throws(Findings) -> DocumentNode {
        do {
            let text = try DocumentText(bytes).text
            switch syntax {
            case .json: return try JSONDocumentParser.parse(Array(text.utf8))
            case .yaml: return try YAMLDocument.parse(text)
            }
        } catch let error as DocumentText.Problem {
            if case .notUTF8(let line) = error { throw .init(.text(error), .init(line: line, column: 1)) }
            throw .init(.text(error))
        } catch let error as DocumentError {
            throw .init(.document(error.problem), error.place)
        } catch {
            preconditionFailure("a document throws nothing else")
        }
    }
}

extension Findings {
    init(_ problem: Finding.Problem, _ place: DocumentNode.Place? = nil) {
        all = [Finding(problem: problem, place: place)]
    }
}
