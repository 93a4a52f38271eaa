// SPDX-License-Identifier: Apache-2.0

import SystemPackage
import Testing

@testable import Requests

/// A dropped table as its owner knows it.
struct SheetTests {
    private static let table = """
        sep=;
        Prompt;image;meta.sku;meta.row

        one;https://a.b/c.png;A-1;x
        two;https://me:word@a.b/c.png?sig=x;A-2

        """

    @Test func `it has the rows' numbers and all columns, and blank cells where there are none`() throws {
        let sheet = try #require(Sheet(Array(Self.table.utf8)))
        #expect(
            sheet.titles(besides: ["prompt", "image"]) == [
                "row", "Prompt (sheet)", "image (sheet)", "meta.sku", "meta.row",
            ])
        #expect(sheet.rows.map(\.number) == [3, 4])
        #expect(
            sheet.cells(ofPart: "002-two") == [
                String(sheet.rows[1].number), "two", "https://***@a.b/c.png?***", "A-2", "",
            ])
        #expect(sheet.cells(ofPart: "003") == ["", "", "", "", ""])
        #expect(sheet.cells(ofPart: "x") == ["", "", "", "", ""])
    }

    @Test func `what is no table of requests is none`() {
        for text in ["", "a,b\n1,2\n", "prompt,image\n\"open"] { #expect(Sheet(Array(text.utf8)) == nil) }
    }
}
