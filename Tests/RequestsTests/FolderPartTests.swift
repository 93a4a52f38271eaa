// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Documents
@testable import Requests

/// What a folder of pictures comes to, by the names in it.
struct FolderPartTests {
    struct Case: Sendable {
        var files: [FilePath.Component]
        var others: [FilePath.Component] = []
        /// `bottle.png+bottle.txt`.
        var parts: [String]
        var leftOut: [String] = []
        var doubt: String?
    }

    static let cases: [Case] = [
        Case(files: [], parts: []), Case(files: ["b.png", "a.jpg"], parts: ["a.jpg", "b.png"]),
        Case(files: ["b.png", "b.txt", "a.webp"], parts: ["a.webp", "b.png+b.txt"]),
        Case(files: ["b.png", "b.yaml", "a.yaml"], parts: ["b.png+b.yaml"], leftOut: ["a.yaml"]),
        // Two that differ in case only are two, and the text is that of one.
        Case(files: ["bottle.png", "Bottle.png", "bottle.txt"], parts: ["Bottle.png", "bottle.png+bottle.txt"]),
        Case(files: ["a.png", "note.md", "a.csv"], parts: ["a.png"], leftOut: ["a.csv", "note.md"]),
        Case(files: ["a.png"], others: ["more"], parts: ["a.png"], leftOut: ["more"]),
        Case(files: ["request.png", "request.yaml"], parts: ["request.png"], leftOut: ["request.yaml"]),
        Case(files: ["b.png", "b.txt", "b.yaml"], parts: ["b.png+b.txt"], doubt: "b.png: several b.txt b.yaml"),
        Case(
            files: ["b.png", "b.jpg", "b.txt"], parts: ["b.jpg+b.txt", "b.png+b.txt"],
            doubt: "b.jpg: shared b.txt b.png"),
        Case(
            files: ["b.png", "empty.png", "empty.txt"], parts: ["b.png", "empty.png"],
            doubt: "empty.png: empty empty.txt"),
        Case(files: ["a.heic", "scan.tif"], parts: ["a.heic", "scan.tif"]),
    ]

    /// Those called `request` name pictures themselves, and those called `empty` are.
    private static func look(_ text: Sidecar) -> FolderContents.Text {
        switch text.stem.string {
        case "request": .request
        case "empty": .doubtful(.empty(text.name))
        default: .text
        }
    }

    private static func words(_ doubt: FolderContents.Doubt) -> String {
        let why =
            switch doubt.doubt {
            case .empty(let name): "empty \(name)"
            case .several(let one, let other): "several \(one) \(other)"
            case .shared(let name, let other): "shared \(name) \(other)"
            case .notAFile(let name): "no file \(name)"
            }
        return "\(doubt.picture): \(why)"
    }

    @Test(arguments: cases.indices)
    func `each picture is a part, with the text of its name, and the rest is left`(index: Int) {
        let item = Self.cases[index]
        for files in [item.files, item.files.reversed()] {
            let contents = FolderContents(files: files, others: item.others, Self.look)
            let parts = contents.parts.map { part in part.picture.string + (part.text.map { "+\($0)" } ?? "") }
            #expect(parts == item.parts)
            #expect(contents.leftOut.map(\.string) == item.leftOut)
            #expect(contents.doubt.map(Self.words) == item.doubt)
        }
    }

    @Test func `in the part's folder both have its name, and the endings that they had`() {
        let part = FolderPart(picture: "Red Bottle.PNG", text: "Red Bottle.yaml.txt")
        #expect(part.name == "Red Bottle")
        #expect(part.file(in: "007-Red-Bottle") == "007-Red-Bottle.PNG")
        #expect(part.textFile(in: "007-Red-Bottle") == "007-Red-Bottle.yaml.txt")
        #expect(FolderPart(picture: "a.png").textFile(in: "001-a") == nil)
        #expect(Sidecar.names(beside: "007-Red-Bottle.PNG").contains("007-Red-Bottle.yaml.txt"))
    }

    private static func read(_ text: String) throws(Findings) -> RequestDefaults {
        try RequestDefaults(reading: Array(text.utf8), with: RequestReader(rules: RequestRules()))
    }

    @Test func `a lane says so together with its pictures, and a folder below may take it back`() throws {
        let batch = try Self.read("pictures: each\nfolders: batch\nprompt: x\n")
        #expect(batch.folders == .batch && batch.takesFolders)
        #expect(try Self.read("prompt: y\n").over(batch).takesFolders)
        #expect(try !Self.read("folders: lanes\n").over(batch).takesFolders)
        #expect(try !Self.read("pictures: none\n").over(batch).takesFolders)
        #expect(try !Self.read("pictures: each\n").takesFolders)
    }

    @Test(arguments: ["folders: batch\n", "pictures: none\nfolders: batch\n"])
    func `alone it is a mistake`(text: String) throws {
        do throws(Findings) {
            Issue.record("read as \(try Self.read(text))")
        } catch {
            #expect(error.all.map(\.problem) == [.foldersWithoutPictures])
        }
        #expect(Wording.sentence(.foldersWithoutPictures).contains("needs `pictures: each` in the same file"))
    }

    @Test func `what stays in the folder is one sentence, however much it is`() {
        #expect(Wording.sentence(PassedOver(files: [])) == nil)
        #expect(
            Wording.leftInFolder(["a (conflicted copy).png", "a.md"])
                == "left in the folder, as it is neither a picture nor the text of one: \"a.md\"; left in the folder, as it "
                + "is a conflict copy of a sync client, or no file: \"a (conflicted copy).png\"")
        #expect(
            Wording.cameLate(["a.png", "b.png"])
                == "came after the folder was taken, and were not sent; drop them as another folder: \"a.png\", "
                + "\"b.png\"")
        #expect(
            Wording.sentence(PassedOver(files: ["a.md"]))
                == "left in the folder, as it is neither a picture nor the text of one: \"a.md\"")
        let names = (1...7).compactMap { FilePath.Component("\($0).md") }
        let sentence = Wording.sentence(PassedOver(files: names))
        #expect(sentence?.hasSuffix("\"5.md\" and 2 more") == true, "\(sentence ?? "")")
    }
}
