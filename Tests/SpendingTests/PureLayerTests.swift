// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What may be imported where. The package's targets say the same of each other; of the system's own modules only this
/// does.
struct PureLayerTests {
    private static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources")

    struct Layer: Sendable, CustomTestStringConvertible {
        var name: String
        var imports: Set<String>

        var testDescription: String { name }
    }

    /// Of the kernel's module the path alone, which is a value: neither its errors nor its descriptors.
    static let layers = [
        Layer(name: "Requests", imports: ["Documents", "NanoBanana", "struct SystemPackage.FilePath"]),
        Layer(name: "Marking", imports: ["CZlib", "Documents", "NanoBanana"]),
        Layer(name: "Jobs", imports: ["Documents", "NanoBanana", "Requests", "struct SystemPackage.FilePath"]),
        Layer(
            name: "Spending",
            imports: ["DequeModule", "Documents", "Jobs", "NanoBanana", "Requests", "struct SystemPackage.FilePath"]),
        Layer(
            name: "SpoolState",
            imports: ["Documents", "Jobs", "Requests", "Spending", "struct SystemPackage.FilePath"]),
    ]

    @Test(arguments: layers)
    func `a pure layer imports no kernel, no clock and no socket`(layer: Layer) throws {
        let imports = try Self.imports(under: layer.name)
        #expect(!imports.isEmpty)
        for (file, module) in imports {
            #expect(layer.imports.contains(module), "\(layer.name)/\(file) imports \(module)")
        }
    }

    /// The rest of it brings CoreFoundation and ICU into the program, which double its size.
    @Test func `of Foundation, the program has the essentials alone`() throws {
        for (file, module) in try Self.imports(under: "") {
            #expect(module != "Foundation", "\(file) imports all of Foundation")
        }
    }

    private static func imports(under folder: String) throws -> [(file: String, module: String)] {
        let top = sources.appendingPathComponent(folder)
        let files = try FileManager.default.subpathsOfDirectory(atPath: top.path)
            .filter { $0.hasSuffix(".swift") && !$0.contains(".docc/") }
        return try files.flatMap { file in
            try String(contentsOf: top.appendingPathComponent(file), encoding: .utf8).split(separator: "\n")
                .filter { $0.contains("import ") && !$0.hasPrefix(" ") && !$0.hasPrefix("/") }
                .compactMap { line in
                    line.range(of: "import ").map { (file, String(line[$0.upperBound...])) }
                }
        }
    }
}
