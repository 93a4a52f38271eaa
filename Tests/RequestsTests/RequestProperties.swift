// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBanana
import Synchronization

@testable import Documents
@testable import Jobs
@testable import Requests

/// What must hold whatever bytes the request reader is given. The fuzz target and the unit tests check the same.
struct RequestProperties {
    /// One input of the fuzz target: the first byte says how the others are read.
    ///
    /// Bits 0 and 1 are the syntax, bit 2 sets defaults, bit 3 links to shared pictures; with bit 4 the bytes are a
    /// `_defaults.yaml`. So the letters from `@` to `_` are all the ways.
    struct Input {
        var syntax = RequestFileName.Syntax.json
        var hasDefaults = false
        var isShared = false
        var isDefaultsFile = false
        var bytes: [UInt8]

        init(_ input: some Collection<UInt8>) {
            let way = input.first ?? 0
            bytes = Array(input.dropFirst())
            syntax = [.json, .yaml, .jsonLines, .csv][Int(way & 3)]
            hasDefaults = way & 4 != 0
            isShared = way & 8 != 0
            isDefaultsFile = way & 16 != 0
        }
    }

    /// What is broken, a sentence each; empty where all holds.
    static func broken(by input: Input) -> [String] {
        var rules = RequestRules()
        rules.sharedLinks = input.isShared ? SharedLinks(baseURL: "https://pictures.example/drop") : nil
        let properties = RequestProperties(
            bytes: input.bytes, reader: Self.reader(rules), defaults: input.hasDefaults ? defaults : .none)
        return input.isDefaultsFile
            ? properties.broken(
                byDefaults: Result { () throws(Findings) in
                    try RequestDefaults(reading: input.bytes, with: Self.reader(rules))
                })
            : properties.broken(
                by: Result { () throws(Findings) in
                    try properties.reader.content(of: input.bytes, as: input.syntax, defaults: properties.defaults)
                })
    }

    private static func reader(_ rules: RequestRules) -> RequestReader {
        // By number and not at random: the fuzzer takes the same way each time, and what it finds is found again.
        let tokens = Mutex<UInt64>(0)
        let token: @Sendable () -> String = {
            tokens.withLock { count in
                count += 1
                return "\(Fingerprint(value: 0))\(Fingerprint(value: count))"
            }
        }
        let now = Timestamp(milliseconds: 1_796_000_000_000)
        return RequestReader(rules: rules, token: token, now: { now }).at(.root, "hero")
    }

    /// Defaults that supply everything but a prompt, and a size that only one of the models takes.
    ///
    /// Read anew for each input: what a global keeps would look like a leak to the address sanitizer, which does not
    /// know how Swift tags pointers.
    private static var defaults: RequestDefaults {
        let text = """
            {model: nano-banana, images: ["https://a.example/1.png"], aspect_ratio: 4:5, image_size: 2K, variants: 2,
            meta: {season: spring}}
            """
        return (try? RequestDefaults(reading: Array(text.utf8), with: reader(RequestRules()))) ?? .none
    }

    let bytes: [UInt8]
    let reader: RequestReader
    let defaults: RequestDefaults

    func broken(by content: Result<RequestContent, Findings>) -> [String] {
        switch content {
        case .success(.request(let request)): return broken(by: request)
        case .success(.batch(let parts, _)):
            let count = (1...RequestRules.partsLimit).contains(parts.count) ? [] : ["a batch has \(parts.count) parts"]
            return count + parts.flatMap(broken(by:))
        case .failure(let findings): return broken(by: findings)
        }
    }

    private func broken(by part: BatchPart) -> [String] {
        let alone = Result { () throws(Findings) in
            try reader.read(part.source, as: part.sourceSyntax, defaults: defaults)
        }
        let line = (1...lines).contains(part.line) ? [] : ["a part begins in line \(part.line) of \(lines)"]
        switch part.request {
        case .success(let request):
            guard case .success(let again) = alone, again.fingerprint == request.fingerprint,
                again.saveAs == request.saveAs
            else {
                return line + broken(by: request) + ["a part dropped alone asks for something else: \(alone)"]
            }
            return line + broken(by: request)
        case .failure(let findings):
            if case .success = alone, !findings.all.contains(where: \.isOfName) {
                return line + broken(by: findings) + ["a part that cannot be read can be read alone"]
            }
            return line + broken(by: findings)
        }
    }

    /// What does not go together in defaults is known only with a request.
    func broken(byDefaults read: Result<RequestDefaults, Findings>) -> [String] {
        switch read {
        case .failure(let findings): return broken(by: findings)
        case .success(let defaults):
            var broken: [String] = []
            if defaults.keys.count != defaults.entries.count { broken.append("defaults have a key twice, or none") }
            if let priority = defaults.priority, !RequestDefaults.priorities.contains(priority) {
                broken.append("the priority is \(priority)")
            }
            for text in ["{}", #"{"prompt":"x","url":"https://a.b/c"}"#, #"{"image_size":"4K","model":null}"#] {
                let bytes = Array(text.utf8)
                let other = RequestProperties(bytes: bytes, reader: reader, defaults: defaults)
                broken += other.broken(
                    by: Result { () throws(Findings) in
                        try reader.content(of: bytes, as: .json, defaults: defaults)
                    })
            }
            return broken
        }
    }
}

extension RequestProperties {
    /// How many lines the file has, however they end.
    private var lines: Int {
        let text = (try? DocumentText(bytes))?.text.utf8.map { $0 } ?? bytes
        return 1 + text.count { $0 == UInt8(ascii: "\n") }
    }

    /// Whatever is refused is refused with words that can be shown.
    private func broken(by findings: Findings) -> [String] {
        if findings.all.isEmpty { return ["refused without a finding"] }
        return findings.all.flatMap { finding -> [String] in
            var broken: [String] = []
            let words = Wording.located(finding)
            if words.allSatisfy(\.isWhitespace) { broken.append("a finding without words: \(finding)") }
            if words.unicodeScalars.contains(where: \.movesCursor) {
                broken.append("not fit to be shown: \(words.debugDescription)")
            }
            if words.count > 1000 { broken.append("\(words.count) characters: \(words)") }
            if let place = finding.place, !(1...lines + 1).contains(place.line) || place.column < 1 {
                broken.append("\(place) is outside of a file of \(lines) lines")
            }
            return broken
        }
    }

    /// Whatever is accepted is valid for the API, and stays what it is in the journal.
    private func broken(by request: Request) -> [String] {
        var broken: [String] = []
        let edit = request.edit
        if !(1...10).contains(edit.images.count) { broken.append("\(edit.images.count) links") }
        broken += edit.images.map(\.text).filter { !Self.isLink($0) }.map { "no link: \($0.debugDescription)" }
        if edit.prompt.allSatisfy(\.isWhitespace) { broken.append("the prompt is blank") }
        if !(1...8).contains(request.variants) { broken.append("\(request.variants) variants") }
        if !reader.rules.models.contains(edit.model) { broken.append("the model is \(edit.model)") }
        if edit.imageSize != nil, !edit.model.takesImageSize { broken.append("\(edit.model) takes no size") }
        for variant in 0..<request.variants where !reader.rules.models.contains(request.edit(of: variant).model) {
            broken.append("variant \(variant) is for another model")
        }
        if let names = request.saveAs, !Self.isName(names.stem(1, in: edit.aspectRatio)) {
            broken.append("its pictures are called \(names)")
        }
        for local in request.locals where !edit.images.contains(where: { $0.text.hasSuffix("/" + local.name) }) {
            broken.append("no link leads to \(local)")
        }
        let sent = try? JSONDocumentParser.parse(edit.encoded())
        if sent?["prompt"]?.text.map({ Array($0.utf8) }) != Array(edit.prompt.utf8) {
            broken.append("another prompt is sent")
        }
        if sent?["image_urls"]?.list?.map(\.text) != edit.images.map(\.text) { broken.append("other links are sent") }
        let line = JobEvent.read(request).line(at: Timestamp(milliseconds: 0))
        if line.firstIndex(of: UInt8(ascii: "\n")) != line.count - 1 {
            broken.append("its journal line is not one line")
        }
        if JobEvent.read(line.dropLast())?.event != .read(request) { broken.append("its journal line gives another") }
        return broken
    }

    /// One that every system can open, and that leads nowhere.
    private static func isName(_ text: String?) -> Bool {
        guard let text, let first = text.first, let last = text.last else { return false }
        let base = text.prefix { $0 != "." }.lowercased()
        return text.utf8.count <= 201 && first != "." && last != "."
            && !["con", "nul", "aux", "prn", "com1"].contains(base)
            && !text.unicodeScalars.contains {
                $0.properties.isWhitespace || $0.value < 0x20 || "/\\<>:\"|?*".unicodeScalars.contains($0)
            }
    }

    /// By another opinion than the reader's own.
    ///
    /// It minds that letters of both directions stand in one host (RFC 5893), which resolvers do not: to it, all are
    /// written from left to right.
    private static func isLink(_ text: String) -> Bool {
        var turned = String.UnicodeScalarView()
        turned.append(contentsOf: text.unicodeScalars.map { $0.isWrittenFromTheRight ? "a" : $0 })
        guard let parts = URLComponents(string: String(turned)), let scheme = parts.scheme?.lowercased(),
            let host = parts.encodedHost
        else { return false }
        return ["http", "https"].contains(scheme) && !host.isEmpty && parts.user == nil && parts.password == nil
            && !text.unicodeScalars.contains { $0.properties.isWhitespace || $0.movesCursor }
    }
}

extension Finding {
    /// A part's own file has no name in it, and nothing that is wrong with one.
    fileprivate var isOfName: Bool {
        switch problem {
        case .blankName, .wrongType(key: RequestKey.partName, _): true
        default: false
        }
    }
}

extension Unicode.Scalar {
    /// The blocks that are for such letters, assigned or not (UAX 9, table 4).
    fileprivate var isWrittenFromTheRight: Bool {
        switch value {
        case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
        default: false
        }
    }

    fileprivate var movesCursor: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
