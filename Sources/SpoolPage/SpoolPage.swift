// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
package import HTTPListener
internal import Jobs
package import Spending
package import Spool
package import SpoolState
internal import Synchronization
package import SystemPackage

/// The spool in a browser. Answers questions; whatever it does, a person or a script with the token has asked for.
package final class SpoolPage: Sendable {
    private let gate: Gate
    private let feed: LiveFeed
    private let results: RecentResults
    private let files: ResultFiles
    private let pool: FilePool
    private let prices: Mutex<PriceTable>
    private let overview = Mutex(OverviewState())
    /// What came of the last click of a session, until it is shown.
    private let said = Mutex<[String: ActionDoor.Outcome]>([:])

    /// How many connections there may be at once: a browser opens six, and one of them listens.
    package static let connections = 128
    private static let threads = 2

    /// - Parameters:
    ///   - token: lets people and scripts in.
    ///   - addresses: under which browsers reach it.
    ///   - prices: what submits cost.
    package init(_ spool: Spool, token: SecretText, addresses: PageAddresses, prices: PriceTable) {
        gate = Gate(token, addresses)
        feed = LiveFeed(run: String(Machine.secret.prefix(8)))
        files = ResultFiles(spool: spool)
        results = RecentResults(files)
        // Of its own: whoever looks at many results holds up no job.
        pool = FilePool(threads: Self.threads)
        self.prices = Mutex(prices)
    }

    /// Nothing is answered from now on but by an error, and nobody listens any more.
    package func shutDown() {
        feed.finish()
        pool.shutDown()
    }

    /// A result has come.
    ///
    /// - Parameter folder: its place below `done/` or `failed/`.
    package func published(_ folder: FilePath) {
        for base in [JobPlace.Base.done, .failed] {
            var path = folder
            if path.removePrefix(base.folder(of: files.spool)) { results.add(JobPlace(base, path)) }
        }
    }

    /// Submits cost this from now on.
    package func take(_ new: PriceTable) { prices.withLock { $0 = new } }

    /// What is going on has changed.
    package func changed(_ state: SpoolState) {
        overview.withLock { $0.take(state) }
        feed.changed()
    }

    /// The answer to a question. `nil` where the page has no such address.
    package func answer(to request: WebRequest) async -> WebResponse? {
        guard let route = Route(path: request.path, query: request.query) else { return nil }
        guard gate.addresses.knows(host: request["host"]) else { return .line(421, Wording.unknownHost) }
        let visitor = gate.visitor(request)
        switch route {
        case .asset(let asset): return Self.answer(asset, request)
        case .login(let link): return logIn(request, to: link)
        case .overview, .gallery, .job, .place, .underWay, .file, .input, .events, .logout, .act: break
        }
        switch visitor {
        case .guesser: return .line(429, Wording.sentence(.tooManyTries))
        case .stranger: return Self.refusal(request, route)
        case .script: return await answer(route, request, visitor, formToken: "")
        case .browser(let session): return await answer(route, request, visitor, formToken: session.formToken)
        }
    }

    /// Whether somebody may see what is not for everybody, such as metrics.
    package func mayLook(_ request: WebRequest) -> Bool {
        guard gate.addresses.knows(host: request["host"]) else { return false }
        switch gate.visitor(request) {
        case .script, .browser: return true
        case .stranger, .guesser: return false
        }
    }

    private func answer(
        _ route: Route, _ request: WebRequest, _ visitor: Gate.Visitor, formToken: String
    ) async -> WebResponse {
        let isForm = request.method == "POST"
        switch route {
        case .act, .logout:
            guard isForm else { return .notAllowed }
            guard let fields = request.form else { return .line(415, Wording.noForm) }
            guard gate.mayAct(request, visitor, formToken: fields["csrf"]) else {
                return .line(403, Wording.foreignForm)
            }
            if route == .logout { return .seeOther(.login, cookie: gate.logOut(request)) }
            return await act(fields, visitor, formToken)
        case .overview, .gallery, .job, .place, .underWay, .file, .input, .events, .asset, .login:
            guard request.method == "GET" || request.method == "HEAD" else { return .notAllowed }
            return await show(route, formToken: formToken)
        }
    }

    private func show(_ route: Route, formToken: String) async -> WebResponse {
        // Read before what it stands for: what changes meanwhile is shown again.
        let version = feed.version
        do {
            switch route {
            case .overview:
                let outcome = said.withLock { $0.removeValue(forKey: formToken) }
                return OverviewPage.page(
                    overview.withLock { $0.content }, outcome, formToken: formToken, version: version)
            case .gallery(let query):
                let found = try await pool.run { [results] in results.find(query) }
                return GalleryPage.page(query, found, formToken: formToken, version: version)
            case .job(let place, let page):
                guard let view = try await pool.run({ [files] in files.view(place, page: page) }) else {
                    return Layout.message(404, Wording.notHere, Wording.noSuchJob, formToken: formToken)
                }
                return JobPage.page(view, formToken: formToken, version: version, prices.withLock { $0 })
            case .place(let place):
                if let name = place.path.lastComponent, !place.parent.isEmpty {
                    let folder = JobPlace(place.base, place.parent)
                    let file = try? await pool.run { [files] in try files.file(name, in: folder) }
                    if let file { return file.response(pool) }
                }
                return .seeOther(PageLink("/job", place))
            case .underWay(let name):
                let place = try await pool.run { [files] in files.underWay(name) }
                return .seeOther(place.map { PageLink("/job", $0) } ?? PageLink.gallery.with("q", name))
            case .file(let place, let name):
                return try await pool.run { [files] in try files.file(name, in: place) }?.response(pool) ?? .notFound
            case .input(let place, let number):
                return try await pool.run { [files] in try files.input(number, of: place) }?.response(pool) ?? .notFound
            case .events:
                guard let events = feed.listen() else { return .line(503, Wording.tooManyListen) }
                return WebResponse(
                    status: 200,
                    headers: [("content-type", "text/event-stream"), ("x-content-type-options", "nosniff")],
                    body: .events(events))
            case .asset, .login, .logout, .act: return .notFound
            }
        } catch {
            return .notFound
        }
    }

    // MARK: Forms

    private func logIn(_ request: WebRequest, to link: PageLink) -> WebResponse {
        if request.method == "GET" || request.method == "HEAD" { return LoginPage.page(to: link) }
        guard request.method == "POST" else { return .notAllowed }
        guard gate.addresses.sentItself(request) else { return .line(403, Wording.foreignForm) }
        guard let fields = request.form else { return .line(415, Wording.noForm) }
        let target = fields["to"].flatMap(PageLink.init(local:)) ?? .overview
        guard gate.mayTry(request.peer) else { return LoginPage.page(to: target, .tooManyTries) }
        guard let cookie = gate.logIn((fields["token"] ?? "").trimmed, from: request.peer) else {
            return LoginPage.page(to: target, .wrongToken)
        }
        return .seeOther(target, cookie: cookie)
    }

    private func act(_ fields: [String: String], _ visitor: Gate.Visitor, _ formToken: String) async -> WebResponse {
        guard let (action, subject) = fields["do"].flatMap(Action.read) else {
            return .line(400, Wording.notPossible)
        }
        let door = ActionDoor(files: files)
        let outcome = (try? await pool.run { door.perform(action, on: subject) }) ?? .refused(Wording.notPossible)
        switch (visitor, outcome) {
        case (.browser, _):
            said.withLock { said in
                if said.count > Sessions.limit { said.removeAll() }
                said[formToken] = outcome
            }
            return .seeOther(fields["back"].flatMap(PageLink.init(local:)) ?? .overview)
        case (_, .done(let sentence)): return .line(200, sentence)
        case (_, .refused(let sentence)): return .line(409, sentence)
        }
    }

    // MARK: Strangers

    /// A person is shown where to log in; a program is told what is missing.
    private static func refusal(_ request: WebRequest, _ route: Route) -> WebResponse {
        switch route {
        case .overview, .gallery, .job, .underWay:
            if request.method == "GET", request["authorization"] == nil {
                return .seeOther(.login.with("to", request.target == "/" ? "" : request.target))
            }
        case .place, .file, .input, .events, .asset, .login, .logout, .act: break
        }
        var answer = WebResponse.line(401, Wording.needsToken)
        answer.headers.append(("www-authenticate", "Bearer"))
        return answer
    }

    private static func answer(_ asset: Asset, _ request: WebRequest) -> WebResponse {
        guard request.method == "GET" || request.method == "HEAD" else { return .notAllowed }
        return WebResponse(
            status: 200,
            headers: [
                ("content-type", asset.contentType), ("x-content-type-options", "nosniff"),
                ("cache-control", "no-cache"),
            ], body: .bytes(asset.bytes))
    }
}

extension WebRequest {
    /// The fields of a form; `nil` where it is none.
    fileprivate var form: [String: String]? {
        let type = self["content-type"]?.prefix { $0 != ";" }
        guard type == "application/x-www-form-urlencoded" else { return nil }
        return PercentCoding.fields(String(decoding: body, as: UTF8.self))
    }
}

extension WebResponse {
    /// Go there, with a question of your own.
    fileprivate static func seeOther(_ link: PageLink, cookie: String? = nil) -> WebResponse {
        var headers = [("location", link.text), ("referrer-policy", "same-origin")]
        if let cookie { headers.append(("set-cookie", cookie)) }
        return WebResponse(status: 303, headers: headers, body: .bytes([]))
    }
}
