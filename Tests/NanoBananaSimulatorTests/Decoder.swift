// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Reads a folder of pictures with Python's zlib: another's reading of the standard, in one run for all of them.
struct Decoder {
    struct Failed: Error {
        var output: String
    }

    struct Size: Decodable {
        var width, height: Int
    }

    private static let program = URL(fileURLWithPath: "/usr/bin/python3")

    static var isThere: Bool { FileManager.default.isExecutableFile(atPath: program.path) }

    /// Prints `{name: {width, height}}`; ends with an error at the first thing that is wrong.
    private static let script = """
        import glob, json, os, struct, sys, zlib
        os.chdir(sys.argv[1])
        def inflate(data):
            inflater = zlib.decompressobj()
            plain = inflater.decompress(data) + inflater.flush()
            assert inflater.eof and not inflater.unused_data, "not one whole stream"
            return plain
        seen = {}
        for name in glob.glob("*.png"):
            file = open(name, "rb").read()
            assert file[:8] == b"\\x89PNG\\r\\n\\x1a\\n", name
            at, kinds, chunks = 8, [], {}
            while at < len(file):
                length, = struct.unpack(">I", file[at:at + 4])
                kind, data = file[at + 4:at + 8], file[at + 8:at + 8 + length]
                crc, = struct.unpack(">I", file[at + 8 + length:at + 12 + length])
                assert crc == zlib.crc32(kind + data), (name, kind, "CRC")
                kinds.append(kind)
                chunks[kind] = data
                at += 12 + length
            assert at == len(file), name
            assert [kind for kind in kinds if kind != b"paDd"] == [b"IHDR", b"PLTE", b"IDAT", b"IEND"], (name, kinds)
            width, height, depth, color, *rest = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
            assert (depth, color, rest) == (2, 3, [0, 0, 0]) and len(chunks[b"PLTE"]) == 12, name
            plain, row = inflate(chunks[b"IDAT"]), 1 + (2 * width + 7) // 8
            assert len(plain) == row * height, (name, len(plain), row * height)
            assert set(plain[::row]) <= {0, 2} and plain[0] == 0, (name, "filters")
            seen[name] = {"width": width, "height": height}
        print(json.dumps(seen))
        """

    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("pictures-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func remove() {
        try? FileManager.default.removeItem(at: folder)
    }

    func add(_ name: String, _ bytes: [UInt8]) throws {
        try Data(bytes).write(to: folder.appendingPathComponent(name))
    }

    func run() throws -> [String: Size] {
        let (process, output) = (Process(), Pipe())
        process.executableURL = Self.program
        process.arguments = ["-c", Self.script, folder.path]
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(output: String(decoding: text, as: UTF8.self)) }
        return try JSONDecoder().decode([String: Size].self, from: text)
    }
}
