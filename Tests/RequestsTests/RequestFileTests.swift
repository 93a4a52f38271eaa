// SPDX-License-Identifier: Apache-2.0

import NanoBanana
import Synchronization
import SystemPackage
import Testing

@testable import Documents
@testable import Jobs
@testable import Requests
@testable import TestSupport

/// Every request file of the table, read as the daemon reads it.
@Suite(.zoneStays)
struct RequestFileTests {
    /// Names that can be told in advance: t1, t2, …
    private static func reader(_ file: RequestFile) -> RequestReader {
        let count = Counter()
        var rules = RequestRules()
        if file.shares { rules.sharedLinks = SharedLinks(baseURL: "https://p.q/x") }
        return RequestReader(
            rules: rules, token: { "0000000000000000000000000000000\(count.next())" },
            now: { Timestamp(milliseconds: 1_796_000_000_000) })
    }

    private static func defaults(_ file: RequestFile) throws -> RequestDefaults {
        try RequestDefaults(reading: Array(file.defaults.utf8), with: RequestReader(rules: RequestRules()))
    }

    private static func outcome(_ result: Result<Request, Findings>) -> RequestFile.Outcome {
        switch result {
        case .success(let request): .sends(String(decoding: request.json.line, as: UTF8.self))
        case .failure(let findings): .fails(findings.all.map(Wording.located))
        }
    }

    private static func parts(_ content: RequestContent) -> [BatchPart] {
        switch content {
        case .request: []
        case .batch(let parts, _): parts
        }
    }

    @Test func `the table has at least 120 files, each with a name of its own in its theme`() {
        #expect(RequestFiles.all.count >= 120)
        let bad = RequestFiles.all.count { if case .one(.fails) = $0.expected { true } else { false } }
        #expect(bad >= 100)
        for theme in RequestFiles.themes {
            #expect(Set(theme.map(\.testDescription)).count == theme.count)
        }
    }

    @Test(arguments: RequestFiles.all)
    func `a file gives exactly its requests, or exactly its sentences`(file: RequestFile) throws {
        let reader = Self.reader(file)
        let defaults = try Self.defaults(file)
        let found: RequestFile.Expected
        do throws(Findings) {
            switch try reader.content(of: file.bytes, as: file.syntax, defaults: defaults) {
            case .request(let request): found = .one(Self.outcome(.success(request)))
            case .batch(let parts, _):
                found = .many(
                    parts.map { RequestFile.Part(line: $0.line, name: $0.name, outcome: Self.outcome($0.request)) })
            }
        } catch {
            found = .one(Self.outcome(.failure(error)))
        }
        #expect(found == file.expected)
    }

    @Test(arguments: RequestFiles.all)
    func `a part dropped alone asks for the same, and what failed fails again`(file: RequestFile) throws {
        let reader = Self.reader(file)
        let defaults = try Self.defaults(file)
        guard let content = try? reader.content(of: file.bytes, as: file.syntax, defaults: defaults) else { return }
        for part in Self.parts(content) {
            let alone = Result { () throws(Findings) in
                try reader.read(part.source, as: part.sourceSyntax, defaults: defaults)
            }
            switch part.request {
            case .success(let request):
                #expect(try alone.get().fingerprint == request.fingerprint)
                #expect(try alone.get().locals.map(\.file) == request.locals.map(\.file))
            case .failure(let findings):
                // Of a bad name nothing is left: it is no key of a request that is alone.
                let isName = findings.all.allSatisfy {
                    $0.problem == .blankName || $0.problem == .wrongType(key: "name", expected: "text")
                }
                #expect(isName == ((try? alone.get()) != nil))
            }
        }
    }

    @Test(arguments: RequestFiles.all)
    func `what is accepted is valid for the API, is read again from a journal, and reads the same twice`(
        file: RequestFile
    ) throws {
        let reader = Self.reader(file)
        let defaults = try Self.defaults(file)
        func requests() -> [Request] {
            guard let content = try? reader.content(of: file.bytes, as: file.syntax, defaults: defaults) else {
                return []
            }
            return switch content {
            case .request(let request): [request]
            case .batch(let parts, _): parts.compactMap { try? $0.request.get() }
            }
        }
        let first = requests()
        #expect(first.map(\.fingerprint) == requests().map(\.fingerprint))
        for request in first {
            #expect((1...10).contains(request.edit.images.count))
            let line = JobEvent.read(request).line(at: Samples.start)
            #expect(JobEvent.read(line.dropLast())?.event == .read(request))
        }
    }

    @Test(arguments: RequestFiles.all)
    func `no sentence moves a cursor`(file: RequestFile) throws {
        let reader = Self.reader(file)
        do throws(Findings) {
            let content = try reader.content(of: file.bytes, as: file.syntax)
            for part in Self.parts(content) { _ = try part.request.get() }
        } catch {
            for sentence in error.all.map(Wording.located) {
                #expect(sentence.unicodeScalars.allSatisfy { !["\u{1B}", "\n", "\u{202E}", "\u{7}"].contains($0) })
            }
        }
    }
}

/// Counts from 1.
private final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
