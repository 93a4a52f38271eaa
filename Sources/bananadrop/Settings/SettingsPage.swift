// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials

/// The settings that hold, each with its source. Pure. Nothing secret is in it.
struct SettingsPage: Encodable {
    private struct Row: Encodable {
        var name: String
        /// `nil` where it is not set.
        var value: String?
        var source: String
        var needsRestart: Bool

        enum CodingKeys: String, CodingKey {
            case name, value, source
            case needsRestart = "needs_restart"
        }
    }

    private struct Key: Encodable {
        var isSet: Bool
        /// Where it comes from, or why there is none.
        var what: String

        enum CodingKeys: String, CodingKey {
            case isSet = "is_set"
            case what
        }
    }

    private let version = 1
    private let settings: [Row]
    private let key: Key
    /// The variables of other programs that tell which proxy is used, where the setting does not.
    private let proxyVariables: [String]

    enum CodingKeys: String, CodingKey {
        case version, settings, key
        case proxyVariables = "proxy_variables"
    }

    /// - Parameter key: where it comes from, or why there is none that can be used.
    init(_ settings: Settings, key: Result<APIKeySource, any Error>) throws {
        let (proxy, url) = (SettingsTable.rows.proxy.name, SettingsTable.rows.notifyURL.name)
        var values = try settings.values.filter { !$0.value.isEmpty }
        values[proxy] = values[proxy].map(Self.withoutCredentials)
        values[url] = values[url].map(Self.hostAlone)
        self.settings = SettingsTable.all.map { setting in
            Row(
                name: setting.name, value: values[setting.name], source: settings.source(of: setting),
                needsRestart: setting.change == .restart)
        }
        self.key =
            switch key {
            case .success(let source): Key(isSet: true, what: source.words)
            case .failure(let error): Key(isSet: false, what: CommandFailure.words(error))
            }
        proxyVariables = values[proxy] == nil ? Self.proxyVariables(in: settings.environment) : []
    }

    /// Who knows the rest of a chat's address may write there.
    private static func hostAlone(_ url: String) -> String {
        guard let slashes = url.firstRange(of: "://") else { return "***" }
        let host = url[slashes.upperBound...].prefix { !"/?#".contains($0) }
        return url[..<slashes.upperBound] + (host.split(separator: "@").last ?? "") + "/***"
    }

    /// Whatever stands before the host, even where it is no proper address.
    private static func withoutCredentials(_ proxy: String) -> String {
        guard let at = proxy.lastIndex(of: "@") else { return proxy }
        return "http://***" + proxy[at...]
    }

    private static func proxyVariables(in environment: [String: String]) -> [String] {
        ["https_proxy", "http_proxy", "all_proxy", "no_proxy"].flatMap { [$0, $0.uppercased()] }
            .filter { environment[$0]?.isEmpty == false }
    }

    /// A configuration file with the sources as comments.
    func text() throws -> String {
        let lines = try settings.map { setting in
            (
                try setting.value.map { "\(setting.name): \(try Self.yaml($0))" } ?? "# \(setting.name) is not set",
                setting.source
            )
        }
        // Long values, such as the table of names to pass over, do not push the others aside.
        let width = lines.map(\.0.count).filter { $0 <= 48 }.max() ?? 0
        var text = lines.map { line, source in
            line + String(repeating: " ", count: max(width - line.count, 0)) + "  # " + source
        }
        if !proxyVariables.isEmpty {
            text.append("# These variables decide which proxy is used: \(proxyVariables.joined(separator: ", "))")
        }
        text.append("# The key is \(key.isSet ? "set" : "not set"): \(key.what)")
        return text.map { $0 + "\n" }.joined()
    }

    /// As JSON has strings, which YAML reads, too (YAML 1.2.2, 1.3); plain words without quotes.
    private static func yaml(_ value: String) throws -> String {
        let isPlain = value.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "_"),
                UInt8(ascii: "-"), UInt8(ascii: ":"):
                true
            default: false
            }
        }
        if isPlain, value.first != "-", value.last != ":" { return value }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// One JSON document.
    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }
}
