// SPDX-License-Identifier: Apache-2.0

/// Writes families in the Prometheus text format, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/). Pure.
public enum TextFormat {
    /// What the page says of itself.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The page, ended by a line feed.
    public static func page(_ families: [Family]) -> String {
        var text = ""
        for family in families { write(family, to: &text) }
        return text
    }

    private static func write(_ family: Family, to text: inout String) {
        text += "# HELP \(family.name) \(escaped(family.help, quote: false))\n"
        text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
        for sample in family.samples {
            text += family.name + sample.suffix
            if !sample.labels.isEmpty {
                let labels = sample.labels.map { "\($0.name)=\"\(escaped($0.value, quote: true))\"" }
                text += "{" + labels.joined(separator: ",") + "}"
            }
            text += " \(number(sample.value))\n"
        }
    }

    /// A line feed would end the line, and a backslash would escape what follows it; a quote ends a value of a label,
    /// and stands for itself elsewhere.
    private static func escaped(_ text: String, quote: Bool) -> String {
        guard text.utf8.contains(where: { [0x0A, 0x22, 0x5C].contains($0) }) else { return text }
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped.append(contentsOf: "\\\\".unicodeScalars)
            case "\n": escaped.append(contentsOf: "\\n".unicodeScalars)
            case "\"" where quote: escaped.append(contentsOf: "\\\"".unicodeScalars)
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }

    /// As Go's `ParseFloat` reads it; whole numbers without a point.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        // Beyond 2^53 not every whole number is one of these.
        if value == value.rounded(), value.magnitude < 9e15 { return "\(Int64(value))" }
        return "\(value)"
    }
}
