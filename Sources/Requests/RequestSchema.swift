// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana

/// The request file as a JSON Schema (draft 2020-12), for editors and for programs that write such files. Pure.
///
/// Made from the same lists as the reader's. It says a little less than `check`: what a lane's defaults supply it calls
/// missing, and a prompt that YAML could take for a number it wants in quotes.
package struct RequestSchema: Sendable {
    private let rules: RequestRules

    /// What these rules allow.
    package init(rules: RequestRules) {
        self.rules = rules
    }

    /// The file, in UTF-8.
    package var page: [UInt8] { json.page }

    var json: JSON {
        .object([
            "$schema": "https://json-schema.org/draft/2020-12/schema".json,
            "title": "A request to bananadrop, or a list of them".json,
            // Not `anyOf`: an editor then tells the mistakes of the one that was meant.
            "if": .object(["type": "array".json]),
            "then": .object(["minItems": .number(1), "items": Self.reference("part")]),
            "else": Self.reference("request"),
            "$defs": .object(
                [
                    .init(key: "request", value: request(with: [])),
                    .init(
                        key: "part",
                        value: request(with: [
                            .init(key: RequestKey.partName, value: Self.reference(RequestKey.partName))
                        ])),
                    .init(key: RequestKey.partName, value: Self.name),
                ] + RequestKey.allCases.map { .init(key: $0.rawValue, value: value(of: $0)) }),
        ])
    }

    private static func reference(_ name: String) -> JSON { .object(["$ref": "#/$defs/\(name)".json]) }

    private func request(with more: [JSON.Member]) -> JSON {
        let keys = RequestKey.allCases.flatMap { key in
            key.spellings.map { JSON.Member(key: $0, value: Self.reference(key.rawValue)) }
        }
        let spellings = RequestKey.images.spellings.map { JSON.object(["required": .array([$0.json])]) }
        let none = JSON.object(["not": .object(["anyOf": .array(spellings)])])
        return .object([
            "type": "object".json,
            "properties": .object(more + keys),
            "additionalProperties": .bool(false),
            "required": .array([RequestKey.prompt.rawValue.json]),
            "oneOf": .array(spellings + (rules.mayLackPictures ? [none] : [])),
            "allOf": .array(modelRules),
        ])
    }

    /// What goes with some models only.
    private var modelRules: [JSON] {
        func modelIs(_ schema: JSON) -> JSON { .object([.init(key: RequestKey.model.rawValue, value: schema)]) }
        let leftOut = JSON.object(["properties": modelIs(Self.leftOut)])
        // A request that names none gets the default.
        return Self.rules(of: [rules.defaultModel]) { _ in leftOut }
            + Self.rules(of: rules.models) { names in
                let named = JSON.object(["enum": .array(names.map(\.json))])
                return .object(["properties": modelIs(named), "required": .array([RequestKey.model.rawValue.json])])
            }
    }

    /// One for each set of models that take the same, where that is not everything.
    private static func rules(of models: [Model], where isMeant: ([String]) -> JSON) -> [JSON] {
        var all: [(form: [JSON.Member], names: [String])] = []
        for model in models {
            var form: [JSON.Member] = []
            if model.sizes != ImageSize.allCases {
                form.append(.init(key: RequestKey.imageSize.rawValue, value: sizes(model.sizes)))
            }
            let missing = AspectRatio.allCases.filter { $0 != .auto && !model.ratios.contains($0) }
            if !missing.isEmpty {
                let taken = AspectRatio.allCases.filter { !missing.contains($0) }
                let value = oneOrMore(choice(taken.map(\.rawValue)))
                form.append(.init(key: RequestKey.aspectRatio.rawValue, value: value))
            }
            if form.isEmpty { continue }
            if let same = all.firstIndex(where: { $0.form == form }) {
                all[same].names += names(of: model)
            } else {
                all.append((form, names(of: model)))
            }
        }
        return all.map { .object(["if": isMeant($0.names), "then": .object(["properties": .object($0.form)])]) }
    }

    private static func sizes(_ sizes: [ImageSize]) -> JSON {
        sizes.isEmpty ? leftOut : choice(sizes.flatMap { [$0.rawValue, $0.rawValue.lowercased()] })
    }

    /// `key:` with nothing behind it, or empty text: as if the key were not there.
    private static let leftOut = JSON.object(["enum": .array([.null, "".json])])

    private static func names(of model: Model) -> [String] { model.soldNames + [model.id] }

    private static var name: JSON {
        .object(["description": Wording.nameDescription.json, "type": .array(["string".json, "null".json])])
    }

    private func value(of key: RequestKey) -> JSON {
        guard case .object(let members) = form(of: key) else { return .null }
        return .object([.init(key: "description", value: Wording.description(of: key, rules).json)] + members)
    }

    private func form(of key: RequestKey) -> JSON {
        switch key {
        case .prompt: Self.oneOrMore(.object(["type": "string".json, "pattern": #"\S"#.json]))
        case .images:
            .object([
                "anyOf": .array([
                    Self.picture,
                    .object([
                        "type": "array".json, "items": Self.picture, "minItems": .number(1),
                        "maxItems": .number(rules.mostPictures),
                    ]),
                ])
            ])
        case .model: Self.choice(rules.models.flatMap(Self.names))
        case .aspectRatio: Self.oneOrMore(Self.choice(AspectRatio.allCases.map(\.rawValue)))
        case .imageSize:
            Self.sizes(ImageSize.allCases)
        case .variants:
            .object([
                "anyOf": .array([
                    .object([
                        "type": "integer".json, "minimum": .number(RequestRules.variants.lowerBound),
                        "maximum": .number(RequestRules.variants.upperBound),
                    ]),
                    Self.leftOut,
                ])
            ])
        case .saveAs:
            .object(["type": .array(["string".json, "number".json, "null".json]), "pattern": #"^[^/\\]*$"#.json])
        case .again: .object(["enum": .array([.bool(true), .bool(false), .null, "".json])])
        case .mark: Self.choice(MarkRule.allCases.map(\.rawValue))
        case .meta: .object(["anyOf": .array([.object(["type": "object".json]), Self.leftOut])])
        }
    }

    /// A list makes a variant of each.
    private static func oneOrMore(_ form: JSON) -> JSON {
        .object([
            "anyOf": .array([
                form,
                .object([
                    "type": "array".json, "items": form, "minItems": .number(1),
                    "maxItems": .number(RequestRules.variants.upperBound),
                ]),
            ])
        ])
    }

    private static func choice(_ values: [String]) -> JSON {
        .object(["enum": .array(values.map(\.json) + ["".json, .null])])
    }

    /// A link, or the name of a picture that lies in the folder of the request, or below it.
    private static var picture: JSON {
        let link = #"^\s*[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#@"<>\\^`{|}]+([/?#][^\s"<>\\^`{|}]*)?\s*$"#
        // No scheme, and nothing that leads out of the folder.
        let place = #"^(?!\s*[A-Za-z][A-Za-z0-9+.\-]*:)(?!\s*[/\\~])(?!(.*[/\\])?\.\.[/\\])"#
        // JSON Schema's patterns know no flags, so each letter stands there twice.
        let endings = LocalPicture.endings.map { ending in
            ending.map { "[\($0.uppercased())\($0)]" }.joined()
        }
        let file = place + #"[^\u0000-\u001f]*[^\s\u0000-\u001f/\\]\.("# + endings.joined(separator: "|") + #")\s*$"#
        return .object([
            "type": "string".json,
            "anyOf": .array([.object(["pattern": link.json]), .object(["pattern": file.json])]),
        ])
    }
}

extension RequestKey {
    /// Its own name first.
    var spellings: [String] { [rawValue] + also }
}
