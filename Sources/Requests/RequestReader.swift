// SPDX-License-Identifier: Apache-2.0

package import Documents

/// Makes requests of a file's bytes, or says everything that is wrong with them. Pure, but for the random names of the
/// pictures that are to be published, and for the hour.
package struct RequestReader: Sendable {
    package var rules: RequestRules
    /// Makes the name of a picture that is to be published: one that nobody can guess.
    var token: @Sendable () -> String = LocalPicture.randomToken
    /// When it is read: a link may say how long it is good.
    var now: @Sendable () -> Timestamp
    /// Where what is read was dropped; `nil` where nobody asks what it would come to.
    var context: PlaceValues.Context?

    package init(
        rules: RequestRules, token: @escaping @Sendable () -> String = LocalPicture.randomToken,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.rules = rules
        self.token = token
        self.now = now
    }

    /// The same for what was dropped there under that name, without its ending.
    ///
    /// - Parameter number: of a part of a batch, from 1.
    package func at(_ lane: Lane, _ name: String, number: Int = 1) -> RequestReader {
        var reader = self
        reader.context = .init(lane: lane.ofResults.text, name: name, number: number)
        return reader
    }

    /// What the file holds. Throws where the file itself cannot be read, or holds one request that cannot.
    package func content(
        of bytes: [UInt8], as syntax: RequestFileName.Syntax, defaults: RequestDefaults = .none
    ) throws(Findings) -> RequestContent {
        guard bytes.count <= syntax.sizeLimit else {
            throw Findings(.tooLarge(bytes: Int64(bytes.count), limit: syntax.sizeLimit))
        }
        let text = try text(bytes)
        switch syntax {
        case .json: return try content(of: try json(text.utf8, line: 1), traps: nil, defaults)
        case .yaml: return try documents(text, defaults)
        case .jsonLines: return .batch(try lines(text, defaults))
        case .csv: return try rows(text, defaults)
        }
    }

    /// The request of a file that must hold one, such as that of a batch's part.
    func read(
        _ bytes: [UInt8], as syntax: RequestFileName.Syntax, defaults: RequestDefaults = .none
    ) throws(Findings) -> Request {
        switch try content(of: bytes, as: syntax, defaults: defaults) {
        case .request(let request): return request
        case .batch(let parts, _):
            throw Findings(.batch, (parts.dropFirst().first ?? parts.first).map { .init(line: $0.line, column: 1) })
        }
    }

    func text(_ bytes: [UInt8]) throws(Findings) -> String {
        do throws(DocumentText.Problem) {
            return try DocumentText(bytes).text
        } catch {
            switch error {
            case .notUTF8(let line), .mixed(let line): throw Findings(.text(error), .init(line: line, column: 1))
            case .brokenUTF16, .unmarkedUTF16, .richText, .officeFile, .binary: throw Findings(.text(error))
            }
        }
    }

    func json(_ text: some Sequence<UInt8>, line: Int) throws(Findings) -> DocumentNode {
        do throws(DocumentError) {
            return try JSONDocumentParser.parse(
                Array(text), firstLine: line, valuesLimit: DocumentError.valuesLimit)
        } catch {
            throw Findings(error)
        }
    }

    func yaml(_ document: YAMLStream.Document) throws(Findings) -> DocumentNode {
        do throws(DocumentError) {
            return try YAMLDocument.parse(document.text, firstLine: document.line)
        } catch {
            throw Findings(error)
        }
    }

    /// - Parameter traps: `nil` for what is not YAML.
    func content(
        of root: DocumentNode, traps: YAMLTraps?, _ defaults: RequestDefaults
    ) throws(Findings) -> RequestContent {
        if let items = root.list { return .batch(try parts(items, at: root.place, traps, defaults)) }
        guard let entries = root.entries else { throw Findings(.noKeys, root.place) }
        let trapped = traps.map { $0.all(in: entries, before: $0.end) } ?? []
        if !trapped.isEmpty { throw Findings(all: trapped) }
        var form = RequestForm(.request, reader: self, defaults: defaults)
        form.fill(from: entries)
        var request = try form.request(at: root.place)
        request.source = RequestSource.fingerprint(of: entries)
        return .request(request)
    }
}

extension Findings {
    package init(_ problem: Finding.Problem, _ place: DocumentNode.Place? = nil) {
        all = [Finding(problem: problem, place: place)]
    }

    init(_ error: DocumentError) {
        self.init(.document(error.problem), error.place)
    }
}
