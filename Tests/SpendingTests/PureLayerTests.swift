// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What the three pure layers may import. The package's targets say the same of each other; of the system's own modules
/// only this does.
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
        Layer(name: "Jobs", imports: ["Documents", "NanoBanana", "Requests", "struct SystemPackage.FilePath"]),
        Layer(
            name: "Spending",
            imports: ["DequeModule", "Documents", "Jobs", "NanoBanana", "Requests", "struct SystemPackage.FilePath"]),
    ]

    @Test(arguments: layers)
    func `a pure layer imports no kernel, no clock and no socket`(layer: Layer) throws {
        let files = try FileManager.default.subpathsOfDirectory(
            atPath: Self.sources.appendingPathComponent(layer.name).path
        ).filter { $0.hasSuffix(".swift") }
        #expect(!files.isEmpty)
        for file in files {
            let text = try String(
                contentsOf: Self.sources.appendingPathComponent(layer.name).appendingPathComponent(file),
                encoding: .utf8)
            for line in text.split(separator: "\n") where line.contains("import ") && !line.hasPrefix(" ") {
                guard !line.hasPrefix("/"), let start = line.range(of: "import ") else { continue }
                let module = String(line[start.upperBound...])
                #expect(layer.imports.contains(module), "\(layer.name)/\(file) imports \(module)")
            }
        }
    }
}
