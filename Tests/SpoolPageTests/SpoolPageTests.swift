// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPListener
import Spending
import Spool
import SystemPackage
import Testing

@testable import Documents
@testable import FileIO
@testable import Jobs
@testable import Requests
@testable import SpoolPage
@testable import SpoolState
@testable import TestSupport

/// The page as a browser meets it, without a socket.
@Suite(.idleLimit)
struct SpoolPageTests {
    private static let token = "correct-horse-battery"

    /// A browser: it keeps its cookie, and says whose page it is on.
    private struct Browser {
        let page: SpoolPage
        var cookie: String?
        var formToken = ""

        func get(_ target: String) async -> WebResponse {
            await page.answer(to: request("GET", target)) ?? .notFound
        }

        /// The page's text; a test fails where it has none.
        func text(_ target: String) async throws -> String { try #require(await get(target).text) }

        func post(_ target: String, _ form: String, headers: [(String, String)] = [("Sec-Fetch-Site", "same-origin")])
            async -> WebResponse
        {
            var request = request("POST", target, headers + [("Content-Type", "application/x-www-form-urlencoded")])
            request.body = Array(form.utf8)
            return await page.answer(to: request) ?? .notFound
        }

        private func request(_ method: String, _ target: String, _ headers: [(String, String)] = []) -> WebRequest {
            let all = [("Host", "127.0.0.1:9465")] + headers + (cookie.map { [("Cookie", "x=1; \($0)")] } ?? [])
            return WebRequest(method: method, target: target, headers: all, peer: "127.0.0.1")
        }

        mutating func logIn() async throws {
            let answer = await post("/login", "token=\(token)")
            #expect(answer.status == 303)
            cookie = try #require(answer["set-cookie"]).split(separator: ";").first.map(String.init)
            let text = try await text("/")
            let start = try #require(text.range(of: "name=\"csrf\" value=\""))
            formToken = String(text[start.upperBound...].prefix(64))
        }
    }

    private static func with(_ body: (Browser, Scratch) async throws -> Void) async throws {
        try await Scratch.with { scratch in
            let spool = Spool(root: scratch.path)
            _ = try spool.make()
            let page = SpoolPage(
                spool, token: SecretText(token), addresses: .numbersOnly,
                prices: try PriceTable("nano-banana-pro = 0.12"))
            defer { page.shutDown() }
            try await body(Browser(page: page), scratch)
        }
    }

    /// A failed job's folder as the daemon leaves it.
    private static func fail(_ name: String, in lane: String = "", _ scratch: Scratch, prompt: String = "x") throws {
        let folder = (lane.isEmpty ? "" : lane + "/") + name
        try scratch.folder("failed/\(folder)")
        let file = try #require(FilePath.Component(name + ".yaml"))
        let origin = Origin(lane: Lane(path: FilePath(lane)), file: file)
        var lines = JobEvent.claimed(origin).line(at: Samples.start)
        lines += JobEvent.failed(Samples.invalid).line(at: Samples.later)
        try scratch.write(Samples.sealed(lines), to: "failed/\(folder)/journal.jsonl")
        try scratch.write(Array("prompt: \(prompt)\n".utf8), to: "failed/\(folder)/\(name).yaml")
        let job = Job(claimed: origin, at: Samples.start)
        let summary = ResultSummary(job: job, outcome: .failed(Samples.invalid), finishedAt: Samples.later)
        try scratch.write(summary.json.page, to: "failed/\(folder)/result.json")
    }

    @Test(arguments: ["/", "/gallery", "/job/done/hero"])
    func `a person without a session is shown where to log in`(target: String) async throws {
        try await Self.with { browser, _ in
            let answer = await browser.get(target)
            #expect(answer.status == 303)
            #expect(answer["location"]?.hasPrefix("/login") == true)
        }
    }

    @Test(arguments: ["/events", "/file/done/hero/hero-1.png", "/input/done/hero/1"])
    func `a stranger gets no file and hears of nothing`(target: String) async throws {
        try await Self.with { browser, scratch in
            try scratch.folder("done/hero")
            try scratch.write(.png(), to: "done/hero/hero-1.png")
            #expect(await browser.get(target).status == 401)
        }
    }

    @Test func `a wrong token lets nobody in`() async throws {
        try await Self.with { browser, _ in
            let answer = await browser.post("/login", "token=wrong")
            #expect(answer.status == 403)
            #expect(answer["set-cookie"] == nil)
            for _ in 1..<LoginTries.limit { _ = await browser.post("/login", "token=wrong") }
            #expect(await browser.post("/login", "token=\(Self.token)").status == 429)
        }
    }

    @Test func `the form to log in is taken from the page's own alone`() async throws {
        try await Self.with { browser, _ in
            for headers in [[("Origin", "http://evil.example")], [("Sec-Fetch-Site", "cross-site")], []] {
                #expect(await browser.post("/login", "token=\(Self.token)", headers: headers).status == 403)
            }
        }
    }

    @Test func `every page forbids what is not its own`() async throws {
        try await Self.with { browser, scratch in
            var browser = browser
            try Self.fail("hero", scratch)
            let login = await browser.get("/login")
            try await browser.logIn()
            for answer in [login] + [
                await browser.get("/"), await browser.get("/gallery"), await browser.get("/job/failed/hero"),
            ] {
                #expect(answer.status == 200)
                let policy = try #require(answer["content-security-policy"])
                for rule in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
                    #expect(policy.contains(rule))
                }
                #expect(!policy.contains("unsafe"))
                #expect(answer["x-content-type-options"] == "nosniff")
                #expect(answer["cache-control"] == "no-store")
                let text = try #require(answer.text)
                #expect(!text.contains("style=\"") && !text.contains("<style") && !text.contains(" onclick"))
                #expect(!text.contains(Self.token))
            }
        }
    }

    private static let hostile = "<img src=x onerror=alert(1)>"

    @Test func `a name of markup shows as its name, in gallery and job`() async throws {
        try await Self.with { browser, scratch in
            var browser = browser
            try Self.fail(Self.hostile, in: "\"lane", scratch)
            try await browser.logIn()
            for target in ["/gallery", "/job/failed/%22lane/%3Cimg%20src=x%20onerror=alert(1)%3E"] {
                let answer = await browser.get(target)
                #expect(answer.status == 200)
                let text = try #require(answer.text)
                #expect(text.contains("&quot;lane/&lt;img src=x onerror=alert(1)&gt;"))
                #expect(!text.contains("<img src=x"))
            }
        }
    }

    @Test func `a click on retry puts a failed job back, once, and says so`() async throws {
        try await Self.with { browser, scratch in
            var browser = browser
            try Self.fail("hero", in: "acme", scratch)
            try scratch.folder("inbox/acme")
            try await browser.logIn()
            #expect(
                try await browser.text("/job/failed/acme/hero").contains(
                    "value=\"retry /job/failed/acme/hero\""))
            let form = "csrf=\(browser.formToken)&do=retry+/job/failed/acme/hero&back=/gallery"
            let answer = await browser.post("/act", form)
            #expect(answer.status == 303)
            #expect(answer["location"] == "/gallery")
            #expect(try scratch.names(in: "inbox/acme") == ["hero"])
            #expect(try await browser.text("/").contains("class=\"notice good\""))
            #expect(try await !browser.text("/").contains("class=\"notice"))
            _ = await browser.post("/act", form)
            #expect(try await browser.text("/").contains("class=\"notice bad\""))
        }
    }

    @Test func `without the session's own word, or from elsewhere, a click does nothing`() async throws {
        try await Self.with { browser, scratch in
            var browser = browser
            try Self.fail("hero", scratch)
            let stranger = browser
            try await browser.logIn()
            let (csrf, act) = (browser.formToken, "do=retry+/job/failed/hero")
            #expect(await browser.post("/act", act).status == 403)
            #expect(await browser.post("/act", "csrf=&\(act)").status == 403)
            #expect(await browser.post("/act", "csrf=\(String(csrf.reversed()))&\(act)").status == 403)
            for headers in [[("Origin", "http://evil.example")], [("Sec-Fetch-Site", "same-site")], []] {
                #expect(await browser.post("/act", "csrf=\(csrf)&\(act)", headers: headers).status == 403)
            }
            #expect(await stranger.post("/act", "csrf=\(csrf)&\(act)").status == 401)
            #expect(await browser.get("/act?\(act)").status == 405)
            #expect(try scratch.names(in: "inbox") == [])
            #expect(await browser.post("/act", "csrf=\(csrf)&\(act)").status == 303)
            #expect(try scratch.names(in: "inbox") == ["hero"])
        }
    }

    @Test func `a script with the token does the same, and is told in plain words`() async throws {
        try await Self.with { browser, scratch in
            let bearer = ("Authorization", "Bearer \(Self.token)")
            let answer = await browser.post("/act", "do=pause+", headers: [bearer])
            #expect(answer.status == 200)
            let paused = try scratch.exists("PAUSE")
            #expect(paused)
            #expect(await browser.post("/act", "do=pause+acme", headers: [bearer]).status == 409)
            try scratch.folder("inbox/acme")
            #expect(await browser.post("/act", "do=pause+acme", headers: [bearer]).status == 200)
            #expect(try scratch.names(in: "inbox/acme") == ["PAUSE"])
            #expect(await browser.post("/act", "do=go-on+acme", headers: [bearer]).status == 200)
            try scratch.write([], to: "inbox/pause.txt")
            #expect(await browser.post("/act", "do=go-on+", headers: [bearer]).status == 200)
            #expect(try scratch.names(in: "inbox") == ["acme"])
            #expect(try scratch.names(in: "inbox/acme") == [])
            #expect(try !scratch.exists("PAUSE"))
            #expect(
                await browser.post("/act", "do=pause+", headers: [bearer, ("Origin", "http://evil")]).status == 403)
            #expect(await browser.post("/act", "do=cancel+../x", headers: [bearer]).status == 409)
            #expect(await browser.post("/act", "do=explode+x", headers: [bearer]).status == 400)
            let wrong = await browser.post("/act", "do=pause+", headers: [("Authorization", "Bearer x")])
            #expect(wrong.status == 401)
            #expect(wrong["www-authenticate"] == "Bearer")
        }
    }

    @Test func `cancel leaves a word beside where the request lay`() async throws {
        try await Self.with { browser, scratch in
            let bearer = ("Authorization", "Bearer \(Self.token)")
            try scratch.folder("inbox/acme")
            try scratch.folder("processing/hero.1x2")
            let origin = Origin(lane: Samples.acme, file: "hero.yaml")
            try scratch.write(
                Samples.sealed(JobEvent.claimed(origin).line(at: Samples.start)),
                to: "processing/hero.1x2/journal.jsonl")
            let answer = await browser.post("/act", "do=cancel+/job/processing/hero.1x2", headers: [bearer])
            #expect(answer.status == 200)
            #expect(try scratch.names(in: "inbox/acme") == ["hero.yaml.stop"])
            let nobody = await browser.post("/act", "do=approve+acme/other", headers: [bearer])
            #expect(nobody.status == 409 && nobody.text?.contains("There is no job acme/other") == true)
            try scratch.write(Array("prompt: x\n".utf8), to: "inbox/acme/other.yaml")
            #expect(await browser.post("/act", "do=approve+acme/other", headers: [bearer]).status == 200)
            #expect(
                try scratch.names(in: "inbox/acme") == ["hero.yaml.stop", "other.yaml", "other.yaml.approve"])
        }
    }

    static let oddNames: [(file: String, form: String)] = [
        ("a b&c#d%25.yaml", "a+b%26c%23d%2525"), ("図.yaml", "%E5%9B%B3"), ("Grün+1.json", "Gr%C3%BCn%2B1"),
        ("<img src=x onerror=alert(1)>.yaml", "%3Cimg+src%3Dx+onerror%3Dalert(1)%3E"),
    ]

    @Test(arguments: oddNames.indices, ["cancel", "approve", "hurry"])
    func `whatever a request is called, a click is about it`(index: Int, action: String) async throws {
        try await Self.with { browser, scratch in
            let (file, form) = Self.oddNames[index]
            let bearer = ("Authorization", "Bearer \(Self.token)")
            try scratch.folder("inbox/x & y")
            try scratch.write(Array("prompt: x\n".utf8), to: "inbox/x & y/\(file)")
            let answer = await browser.post("/act", "do=\(action)+x+%26+y/\(form)", headers: [bearer])
            #expect(answer.status == 200, "\(answer.text ?? "")")
            let word = file + "." + (action == "cancel" ? "stop" : action)
            #expect(try Set(scratch.names(in: "inbox/x & y")) == [file, word])
        }
    }

    @Test(arguments: ["..", "../x", "%2E%2E/x", "acme/../../x", "/etc/passwd", "a%00b", "", "acme/hero"])
    func `what names no job is refused, and nothing is put anywhere`(name: String) async throws {
        try await Self.with { browser, scratch in
            let bearer = ("Authorization", "Bearer \(Self.token)")
            try scratch.folder("inbox/acme")
            let before = try scratch.names(in: "")
            for action in ["cancel", "approve", "hurry"] {
                let status = await browser.post("/act", "do=\(action)+\(name)", headers: [bearer]).status
                #expect(status == 409 || status == 400, "\(action)")
            }
            #expect(try scratch.names(in: "inbox") == ["acme"])
            #expect(try scratch.names(in: "inbox/acme") == [])
            #expect(try scratch.names(in: "") == before)
        }
    }

    @Test func `a part of a batch is refused by its name and by its folder`() async throws {
        try await Self.with { browser, scratch in
            let bearer = ("Authorization", "Bearer \(Self.token)")
            try scratch.folder("processing/catalog.1x2/001")
            let part = Origin(lane: Samples.acme, batch: "catalog", file: "001.json")
            for (folder, origin) in [("", Origin(lane: Samples.acme, file: "catalog.csv")), ("/001", part)] {
                let path = "processing/catalog.1x2\(folder)/"
                try scratch.write(
                    Samples.sealed(JobEvent.claimed(origin).line(at: Samples.start)), to: path + "journal.jsonl")
                try scratch.write([], to: path + origin.keptName.string)
            }
            for name in ["acme/catalog/001", "/job/processing/catalog.1x2/001"] {
                let answer = await browser.post("/act", "do=cancel+\(name)", headers: [bearer])
                #expect(answer.status == 409 && answer.text?.contains("name the batch instead: acme/catalog") == true)
            }
            #expect(try scratch.names(in: "inbox") == [])
        }
    }

    // MARK: Which buttons there are

    private static func overview(_ change: (inout SpoolState) -> Void) async throws -> String {
        var text = ""
        try await Self.with { browser, _ in
            var (browser, state) = (browser, SpoolState(at: Samples.start))
            state.pid = 1
            change(&state)
            browser.page.changed(state)
            try await browser.logIn()
            text = try await browser.text("/")
        }
        return text
    }

    private static func has(_ action: String, _ text: String) -> Bool { text.contains("value=\"\(action)\"") }

    @Test func `of pause and go on there is the one that applies, for all and for each lane that is paused`()
        async throws
    {
        let none = try await Self.overview { _ in }
        #expect(Self.has("pause ", none) && !none.contains("value=\"go-on"))
        for lane in [nil, ""] as [String?] {
            let all = try await Self.overview { state in
                state.pausedBy = [.init(lane: lane, why: "x", until: nil)]
            }
            #expect(Self.has("go-on ", all) && !Self.has("pause ", all))
        }
        let lane = try await Self.overview { $0.pausedBy = [.init(lane: "acme/\"x\"", why: "x", until: nil)] }
        #expect(Self.has("pause ", lane) && !Self.has("go-on ", lane))
        #expect(Self.has("go-on acme/&quot;x&quot;", lane) && lane.contains(">Go on: acme/&quot;x&quot;<"))
    }

    @Test func `what waits can be hurried and cancelled, what is hurried says so, and a part has no buttons`()
        async throws
    {
        let text = try await Self.overview { state in
            state.queue.count = 2
            state.queue.next = [
                .init(name: "first", isHurried: true), .init(name: "second"),
                .init(name: "catalog/001", batch: "catalog"),
            ]
            state.hurried = ["first", "big"]
            let batches = ["big", "small"].map { JobLine(name: $0, stage: .batch, since: Samples.start) }
            state.underWay = .init(count: 2, jobs: batches)
        }
        #expect(Self.has("hurry second", text) && Self.has("cancel second", text) && Self.has("cancel first", text))
        #expect(!Self.has("hurry first", text) && text.contains("first (hurried)"))
        #expect(!Self.has("hurry catalog/001", text) && !Self.has("cancel catalog/001", text))
        #expect(Self.has("hurry small", text) && !Self.has("hurry big", text))
    }

    @Test func `what waits for its price to be approved has that and a button, and nothing else has`() async throws {
        let text = try await Self.overview { state in
            state.holds = [
                .init(
                    why: "acme/hero would cost 0.36 for 3 submits", until: nil, files: 1, jobs: 0, names: ["acme/hero"],
                    cost: Budget.Spent(submits: 3)),
                .init(why: "a limit", until: nil, files: 1, jobs: 0, names: ["acme/other"]),
            ]
            state.heldCount = 2
        }
        #expect(text.contains("would cost 0.36 for 3 submits"))
        #expect(Self.has("approve acme/hero", text) && Self.has("cancel acme/hero", text))
        #expect(!Self.has("approve acme/other", text))
    }

    @Test func `who asks by a stranger's name gets nothing, and logged out is out`() async throws {
        try await Self.with { browser, _ in
            var browser = browser
            try await browser.logIn()
            let evil = WebRequest(
                method: "GET", target: "/", headers: [("Host", "evil.example"), ("Cookie", browser.cookie ?? "")])
            #expect(await browser.page.answer(to: evil)?.status == 421)
            #expect(await browser.get("/").status == 200)
            #expect(await browser.post("/logout", "csrf=\(browser.formToken)").status == 303)
            #expect(await browser.get("/").status == 303)
        }
    }

    @Test func `the gallery shows the newest first, in pages, and finds by words`() async throws {
        try await Self.with { browser, scratch in
            var browser = browser
            for number in 0..<30 { try Self.fail("old-\(number)", in: "acme", scratch) }
            try await browser.logIn()
            let whole = try await browser.text("/gallery")
            #expect(whole.contains("30 results"))
            #expect(whole.contains("page 1 of 2"))
            try Self.fail("new", scratch)
            browser.page.published(scratch.path.appending("failed/new"))
            let text = try await browser.text("/gallery")
            let (new, old) = (text.range(of: "/job/failed/new\""), text.range(of: "/job/failed/acme/old-"))
            let (first, second) = (try #require(new), try #require(old))
            #expect(first.lowerBound < second.lowerBound)
            let found = try await browser.text("/gallery?q=ACME+old-7")
            #expect(found.contains("1 result<"))
            #expect(try await browser.text("/gallery?kind=done").contains("No result matches"))
        }
    }
}

extension WebResponse {
    fileprivate subscript(name: String) -> String? { headers.first { $0.name == name }?.value }
}
