// SPDX-License-Identifier: Apache-2.0

/// What a spreadsheet saves in place of a value. To send it would be to pay for nobody's wish. Pure.
enum CellSlip {
    /// The value could not be computed: `#NAME?`, `#DIV/0!`, `#N/A`, the same in other languages (`#WERT!`, `#NV`,
    /// `#¿NOMBRE?`), and `Err:502`.
    static func isError(_ cell: String) -> Bool {
        let scalars = Array(cell.unicodeScalars)
        guard scalars.first == "#" else { return isErrorNumber(scalars) }
        let word = scalars.dropFirst()
        guard let last = word.last, word.count <= 32 else { return false }
        if last == "!" || last == "?" {
            let name = word.dropLast()
            return name.contains(where: \.properties.isUppercase) && name.allSatisfy(\.isOfErrorName)
        }
        let name = String(String.UnicodeScalarView(word))
        // Not available, in the languages that say it without a mark.
        return name == "NV" || name.count == 3 && Array(name)[1] == "/" && word.allSatisfy(\.isOfErrorName)
    }

    /// A formula and not what it comes to: `=A1&B1`. A text that begins so has a blank behind the sign.
    static func isFormula(_ cell: String) -> Bool {
        let scalars = cell.unicodeScalars
        return scalars.first == "=" && scalars.dropFirst().first.map { !$0.properties.isWhitespace } ?? false
    }

    /// `2` of `2.0` and `2,0`, as spreadsheets write whole numbers; `nil` of what is none.
    static func wholeNumber(_ cell: String) -> String? {
        let parts = cell.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "," }
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, parts[1].allSatisfy({ $0 == "0" }),
            parts[0].allSatisfy({ $0.isASCII && $0.isNumber })
        else { return nil }
        return String(parts[0])
    }

    /// Whether a cell, in lower case, holds what a check box comes to, or a formula about an empty cell.
    static func isFilledDown(_ cell: String) -> Bool { cell == "0" || NothingText.checkBoxes.contains(cell) }

    private static func isErrorNumber(_ scalars: [Unicode.Scalar]) -> Bool {
        scalars.count == 7 && scalars.starts(with: "Err:".unicodeScalars)
            && scalars.suffix(3).allSatisfy { ("0"..."9").contains($0) }
    }
}

extension Unicode.Scalar {
    fileprivate var isOfErrorName: Bool {
        properties.isUppercase || ("0"..."9").contains(self) || "/_¿¡".unicodeScalars.contains(self)
    }
}
