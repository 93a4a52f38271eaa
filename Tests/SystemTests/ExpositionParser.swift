// SPDX-License-Identifier: Apache-2.0

/// A strict reader of the Prometheus text format 0.0.4, written from its description and from nothing of ours: it
/// refuses whatever a scraper may refuse, and more.
struct ExpositionParser {
    struct Series: Hashable {
        /// The sample's own name, such as `…_bucket`.
        var name: String
        var labels: [String: String]

        init(_ name: String, _ labels: [String: String] = [:]) {
            self.name = name
            self.labels = labels
        }
    }

    struct Family: Equatable {
        var kind: String
        var help: String
    }

    struct Bad: Error, Equatable {
        var line: Int
        var why: String
    }

    private(set) var families: [String: Family] = [:]
    private(set) var values: [Series: Double] = [:]
    private var current: String?
    private var pendingHelp: (name: String, text: String)?

    init(_ text: String) throws(Bad) {
        // By bytes: to Swift, a carriage return and a line feed are one character.
        guard text.utf8.last == UInt8(ascii: "\n") else { throw Bad(line: 0, why: "does not end with a line feed") }
        let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        for (index, line) in lines.enumerated() {
            do throws(Reason) {
                var scanner = Scanner(rest: Array(line))
                try scanner.startsWith("#") ? comment(&scanner) : sample(&scanner)
            } catch {
                throw Bad(line: index + 1, why: error.why)
            }
        }
        if pendingHelp != nil { throw Bad(line: lines.count, why: "HELP without TYPE") }
        do throws(Reason) {
            for (name, family) in families where family.kind == "histogram" { try checkHistogram(name) }
        } catch {
            throw Bad(line: 0, why: error.why)
        }
    }

    struct Reason: Error {
        var why: String
    }

    private mutating func comment(_ scanner: inout Scanner) throws(Reason) {
        try scanner.take("# ")
        if scanner.startsWith("HELP ") {
            try scanner.take("HELP ")
            guard pendingHelp == nil else { throw Reason(why: "two HELP lines") }
            let name = try scanner.name(allowsColon: true)
            try scanner.take(" ")
            pendingHelp = (name, try scanner.text(until: nil))
        } else {
            try scanner.take("TYPE ")
            let name = try scanner.name(allowsColon: true)
            try scanner.take(" ")
            let kind = try scanner.text(until: nil)
            guard ["counter", "gauge", "histogram"].contains(kind) else { throw Reason(why: "no such type") }
            guard let help = pendingHelp, help.name == name else { throw Reason(why: "no HELP before TYPE") }
            guard families[name] == nil else { throw Reason(why: "a family comes twice") }
            families[name] = Family(kind: kind, help: help.text)
            (current, pendingHelp) = (name, nil)
        }
    }

    private mutating func sample(_ scanner: inout Scanner) throws(Reason) {
        guard pendingHelp == nil else { throw Reason(why: "HELP without TYPE") }
        let name = try scanner.name(allowsColon: true)
        guard let current, let kind = families[current]?.kind else { throw Reason(why: "no family") }
        let suffixes = kind == "histogram" ? ["_bucket", "_sum", "_count"] : [""]
        guard suffixes.contains(where: { current + $0 == name }) else { throw Reason(why: "of another family") }
        let labels = try scanner.startsWith("{") ? scanner.labels() : [:]
        try scanner.take(" ")
        let value = try scanner.number()
        guard kind == "gauge" || value >= 0 else { throw Reason(why: "a count below 0") }
        guard (labels["le"] != nil) == name.hasSuffix("_bucket") || kind != "histogram" else {
            throw Reason(why: "le in the wrong place")
        }
        guard values.updateValue(value, forKey: Series(name, labels)) == nil else { throw Reason(why: "series twice") }
    }

    /// Buckets grow, the last is `+Inf`, and is the count.
    private func checkHistogram(_ name: String) throws(Reason) {
        var groups: [[String: String]: [(bound: Double, count: Double)]] = [:]
        for (series, value) in values where series.name == name + "_bucket" {
            var labels = series.labels
            let bound = labels.removeValue(forKey: "le").flatMap { $0 == "+Inf" ? .infinity : Double($0) }
            guard let bound else { throw Reason(why: "le is no number") }
            groups[labels, default: []].append((bound, value))
        }
        guard !groups.isEmpty else { throw Reason(why: "a histogram without buckets") }
        for (labels, buckets) in groups {
            let counts = buckets.sorted { $0.bound < $1.bound }
            guard counts.last?.bound == .infinity else { throw Reason(why: "no +Inf") }
            guard counts.map(\.count) == counts.map(\.count).sorted() else { throw Reason(why: "not cumulative") }
            guard values[Series(name + "_count", labels)] == counts.last?.count else {
                throw Reason(why: "wrong count")
            }
            guard values[Series(name + "_sum", labels)] != nil else { throw Reason(why: "no sum") }
        }
    }

    /// A number of the page; `nil` where it is not there.
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? { values[Series(name, labels)] }

    /// All numbers of one name, by a label.
    func values(_ name: String, by label: String) -> [String: Double] {
        var found: [String: Double] = [:]
        for (series, value) in values where series.name == name {
            found[series.labels[label] ?? "", default: 0] += value
        }
        return found
    }
}

/// Takes one line apart.
private struct Scanner {
    var rest: [Unicode.Scalar]
    var at = 0

    private var next: Unicode.Scalar? { at < rest.count ? rest[at] : nil }

    init(rest: [Unicode.Scalar]) {
        self.rest = rest
    }

    func startsWith(_ text: String) -> Bool { rest[at...].starts(with: text.unicodeScalars) }

    mutating func take(_ text: String) throws(ExpositionParser.Reason) {
        guard startsWith(text) else { throw .init(why: "\(text) is missing") }
        at += text.unicodeScalars.count
    }

    mutating func name(allowsColon: Bool) throws(ExpositionParser.Reason) -> String {
        let start = at
        while let scalar = next {
            let isLetter = ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
            let isDigit = ("0"..."9").contains(scalar) && at > start
            guard isLetter || isDigit || (allowsColon && scalar == ":") else { break }
            at += 1
        }
        guard at > start else { throw .init(why: "a name is missing") }
        return text(start..<at)
    }

    /// An escaped text, up to a quote or to the end of the line.
    mutating func text(until end: Unicode.Scalar?) throws(ExpositionParser.Reason) -> String {
        var text = String.UnicodeScalarView()
        while let scalar = next, scalar != end {
            at += 1
            guard scalar == "\\" else {
                text.append(scalar)
                continue
            }
            switch next {
            case "\\": text.append("\\")
            case "n": text.append("\n")
            case "\"" where end != nil: text.append("\"")
            default: throw .init(why: "no such escape")
            }
            at += 1
        }
        if let end { try take(String(end)) }
        return String(text)
    }

    mutating func labels() throws(ExpositionParser.Reason) -> [String: String] {
        var labels: [String: String] = [:]
        try take("{")
        repeat {
            if !labels.isEmpty { try take(",") }
            let name = try name(allowsColon: false)
            guard !name.hasPrefix("__") else { throw .init(why: "a label of Prometheus itself") }
            try take("=\"")
            guard labels.updateValue(try text(until: "\""), forKey: name) == nil else {
                throw .init(why: "a label comes twice")
            }
        } while startsWith(",")
        try take("}")
        return labels
    }

    /// To the end of the line: no time of its own is written.
    mutating func number() throws(ExpositionParser.Reason) -> Double {
        let text = text(at..<rest.count)
        if text == "+Inf" { return .infinity }
        guard text.utf8.allSatisfy({ "0123456789.e+-".utf8.contains($0) }), let number = Double(text) else {
            throw .init(why: "no number")
        }
        return number
    }

    private func text(_ range: Range<Int>) -> String {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: rest[range])
        return String(text)
    }
}
