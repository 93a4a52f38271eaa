// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import HTTPListener
internal import Synchronization

/// Decides who is let in. Whoever reaches the port may neither see nor spend: it needs the token, or a session of a
/// browser that has shown it.
final class Gate: Sendable {
    /// Who asks.
    enum Visitor: Sendable {
        /// A script that shows the token with each question.
        case script
        case browser(Sessions.Session)
        case stranger
        /// Somebody who has tried too often.
        case guesser
    }

    let addresses: PageAddresses
    private let token: SecretText
    private let state = Mutex((sessions: Sessions(), tries: LoginTries()))

    init(_ token: SecretText, _ addresses: PageAddresses) {
        (self.token, self.addresses) = (token, addresses)
    }

    func visitor(_ request: WebRequest) -> Visitor {
        if let words = request["authorization"] {
            guard words.lowercased().hasPrefix("bearer ") else { return .stranger }
            return present(String(words.dropFirst("bearer ".count)), from: request.peer).map { _ in Visitor.script }
                ?? (mayTry(request.peer) ? .stranger : .guesser)
        }
        guard let id = sessionID(request) else { return .stranger }
        return state.withLock { $0.sessions.find(id, at: Machine.now) }.map { .browser($0) } ?? .stranger
    }

    /// Whether a form may do what it asks for.
    func mayAct(_ request: WebRequest, _ visitor: Visitor, formToken: String?) -> Bool {
        switch visitor {
        // No page elsewhere can make a browser send the token.
        case .script: addresses.isNotForeign(request)
        case .browser(let session):
            addresses.sentItself(request) && formToken.map { SecretText(session.formToken).isSame(as: $0) } ?? false
        case .stranger, .guesser: false
        }
    }

    func mayTry(_ peer: String) -> Bool { state.withLock { $0.tries.mayTry(peer, at: Machine.now) } }

    /// The cookie for a browser that has shown the token; `nil` where it is a wrong one, or there were too many.
    func logIn(_ token: String, from peer: String) -> String? {
        guard present(token, from: peer) != nil else { return nil }
        let (id, formToken) = (Machine.secret, Machine.secret)
        state.withLock { $0.sessions.open(id: id, formToken: formToken, at: Machine.now) }
        return cookie(id, seconds: Int(Sessions.lifetime / .seconds(1)))
    }

    /// The cookie that takes the other away.
    func logOut(_ request: WebRequest) -> String {
        if let id = sessionID(request) { state.withLock { $0.sessions.close(id) } }
        return cookie("", seconds: 0)
    }

    /// `nil` where it is not the token, or there were too many wrong ones: then it is not looked at, or one could guess on.
    private func present(_ text: String, from peer: String) -> Void? {
        let now = Machine.now
        guard state.withLock({ $0.tries.mayTry(peer, at: now) }) else { return nil }
        if token.isSame(as: text) { return () }
        state.withLock { $0.tries.failed(peer, at: now) }
        return nil
    }

    /// By TLS a browser takes the name from nobody but this very host.
    private var cookieName: String { addresses.isSecure ? "__Host-bananadrop" : "bananadrop" }

    private func cookie(_ value: String, seconds: Int) -> String {
        "\(cookieName)=\(value); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(seconds)"
            + (addresses.isSecure ? "; Secure" : "")
    }

    private func sessionID(_ request: WebRequest) -> String? {
        let start = cookieName + "="
        return (request["cookie"] ?? "").split(separator: ";").map { $0.drop { $0 == " " } }
            .first { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
    }
}
