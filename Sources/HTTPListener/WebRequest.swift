// SPDX-License-Identifier: Apache-2.0

/// One question over HTTP, as it came. Nothing in it is to be believed.
package struct WebRequest: Sendable {
    /// `GET`, `POST`, …
    package var method: String
    /// What stands between method and version, still encoded: `/gallery?page=2`.
    package var target: String
    private let headers: [(name: String, value: String)]
    /// At most ``ExchangeHandler/bodyLimit`` bytes.
    package var body: [UInt8]
    /// The other side's address without its port; empty where the kernel does not tell.
    package var peer: String

    /// - Parameter headers: in their order.
    package init(
        method: String, target: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        peer: String = ""
    ) {
        self.method = method
        self.target = target
        self.headers = headers.map { ($0.name.lowercased(), $0.value) }
        self.body = body
        self.peer = peer
    }

    /// The target's path, still encoded.
    package var path: Substring { target.prefix { $0 != "?" && $0 != "#" } }

    /// What stands behind the `?`, still encoded; empty where there is none.
    package var query: Substring { target.dropFirst(path.count + 1) }

    /// The value of a header; those of one that came several times are joined, and so are none that anybody looks for.
    ///
    /// - Parameter name: in lower case.
    package subscript(name: String) -> String? {
        let values = headers.filter { $0.name == name }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: name == "cookie" ? "; " : ", ")
    }
}
