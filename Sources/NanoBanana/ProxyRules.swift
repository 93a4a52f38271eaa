// SPDX-License-Identifier: Apache-2.0

/// Which proxy a link goes through, if any. Pure; made from a setting and from the environment that other tools use,
/// too.
///
/// There is no standard for the variables; the rules are those of curl (man page, "ENVIRONMENT"; lib/url.c) and of Go
/// (golang.org/x/net/http/httpproxy):
///
/// - `https_proxy` or `HTTPS_PROXY` for https links, `http_proxy` or `HTTP_PROXY` for http links, then `all_proxy` or
///   `ALL_PROXY` for either (curl). Lower case first (curl). An empty variable is none (both).
/// - `HTTP_PROXY` is not read where `REQUEST_METHOD` is set: in a CGI program it is a header of somebody's request
///   ("httpoxy", CVE-2016-5385). Go does so; curl never reads it.
/// - `no_proxy` or `NO_PROXY` lists what goes without, as hosts, domains, addresses and networks (CIDR). It counts
///   beside the setting, too (curl).
/// - This machine (`localhost`, loopback addresses) is always reached without (Go): a proxy's `localhost` is another.
///
/// Through a proxy, https links go by CONNECT: the proxy sees host and port. http links go to it whole, in
/// absolute form (RFC 9112, 3.2.2).
public struct ProxyRules: Equatable, Sendable {
    private var http: ProxyAddress?
    private var https: ProxyAddress?
    private var without = NoProxyList("")

    /// No proxy for anything.
    public static let direct = ProxyRules()

    private init() {}

    /// - Parameters:
    ///   - setting: `http://host:port`, perhaps with `user:password@` before the host; `none`; or empty, which leaves
    ///   it to the environment.
    ///   - environment: the variables of the process.
    /// - Throws: ``ProxyRulesError`` where a proxy that would be used is not one.
    public init(setting: String, environment: [String: String]) throws(ProxyRulesError) {
        self.init()
        if setting.lowercased() == "none" { return }
        without = NoProxyList(Self.first(["no_proxy", "NO_PROXY"], in: environment)?.value ?? "")
        if !setting.isEmpty {
            do {
                http = try ProxyAddress(setting)
            } catch {
                throw ProxyRulesError(variable: nil, reason: error)
            }
            https = http
            return
        }
        let isCGI = environment["REQUEST_METHOD"] != nil
        let forAll = ["all_proxy", "ALL_PROXY"]
        https = try Self.proxy(["https_proxy", "HTTPS_PROXY"] + forAll, in: environment)
        http = try Self.proxy((isCGI ? ["http_proxy"] : ["http_proxy", "HTTP_PROXY"]) + forAll, in: environment)
    }

    private static func first(_ names: [String], in environment: [String: String]) -> (name: String, value: String)? {
        for name in names {
            if let value = environment[name], !value.isEmpty { return (name, value) }
        }
        return nil
    }

    private static func proxy(
        _ names: [String], in environment: [String: String]
    ) throws(ProxyRulesError) -> ProxyAddress? {
        guard let (name, value) = first(names, in: environment) else { return nil }
        do {
            return try ProxyAddress(value)
        } catch {
            throw ProxyRulesError(variable: name, reason: error)
        }
    }

    func route(to destination: Destination) -> Route {
        guard let proxy = destination.isEncrypted ? https : http, !destination.isThisMachine,
            !without.contains(destination)
        else { return .direct }
        return destination.isEncrypted ? .tunnel(proxy) : .forward(proxy)
    }

    /// Every way that a link may go.
    var routes: Set<Route> {
        Set([.direct, https.map(Route.tunnel), http.map(Route.forward)].compactMap { $0 })
    }
}

/// How a link is reached.
enum Route: Hashable, Sendable {
    case direct
    /// By CONNECT: the proxy passes bytes on and reads nothing.
    case tunnel(ProxyAddress)
    /// The proxy reads the request, and sends it on.
    case forward(ProxyAddress)

    var proxy: ProxyAddress? {
        switch self {
        case .direct: nil
        case .tunnel(let proxy), .forward(let proxy): proxy
        }
    }
}

/// A proxy that would be used is not one.
public struct ProxyRulesError: Error, Equatable, Sendable {
    /// The variable that names it; `nil` for the setting.
    public let variable: String?
    /// What is wrong with it.
    public let reason: ProxyAddressError

    /// An error, for tests of one's own.
    public init(variable: String?, reason: ProxyAddressError) {
        self.variable = variable
        self.reason = reason
    }
}
