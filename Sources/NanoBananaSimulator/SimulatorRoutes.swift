// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Synchronization

/// The stand-in's addresses: the API's three, its pictures, sample inputs, and a few to steer it by.
struct SimulatorRoutes: Sendable {
    let api: SimulatedAPI
    /// Where the stand-in itself is reached.
    let base: @Sendable () -> String

    private static let welcome = """
        This is a stand-in for the image-edit API, for tests and for trying things out. Nothing here costs money.

        POST /api/gemini/nano-banana-edit          submit
        POST /api/gemini/nano-banana               submit, without pictures
        GET  /api/gemini/nano-banana/TASK_ID       ask for a task
        GET  /samples/bottle.png shoe.png lamp.png input pictures
        GET  /simulator/ledger                     what was asked and paid for
        POST /simulator/switches                   {"keyRefused":true,"balanceEmpty":false,"tooFast":false,"down":false}
        POST /simulator/reset                      forget what was counted

        """

    func router() -> Router<SimulatorContext> {
        let router = Router(context: SimulatorContext.self)
        router.add(middleware: PlainErrors())
        router.get("/") { _, _ in Self.welcome }
        for (path, hasPictures) in [("/api/gemini/nano-banana-edit", true), ("/api/gemini/nano-banana", false)] {
            router.post(RouterPath(path)) { request, context in
                let body = Array(try await request.body.collect(upTo: context.maxUploadSize).readableBytesView)
                let (reply, delay) = api.submit(
                    body, withPictures: hasPictures, key: key(request), base: base(), now: Self.now)
                if delay > 0 { try await Task.sleep(for: .milliseconds(delay)) }
                return try await carryOut(reply, context)
            }
        }
        router.get("/api/gemini/nano-banana/:id") { request, context in
            let id = context.parameters.get("id") ?? ""
            return try await carryOut(api.poll(id, key: key(request), base: base(), now: Self.now), context)
        }
        router.get("/pictures/:id/:number/output.png") { _, context in
            let number = context.parameters.get("number", as: Int.self) ?? 1
            return try await carryOut(api.picture(context.parameters.get("id") ?? "", number: number), context)
        }
        router.get("/samples/:name") { _, context in
            let name = context.parameters.get("name") ?? ""
            guard let picture = Self.sample(name) else { throw HTTPError(.notFound) }
            return try await carryOut(.picture(picture), context)
        }
        addControls(to: router)
        return router
    }

    private func addControls(to router: Router<SimulatorContext>) {
        router.get("/simulator/ledger") { _, context in
            try await carryOut(.json(try ledgerText()), context)
        }
        router.get("/simulator/arrivals") { _, context in
            let arrivals = api.ledger.snapshot.prompts.compactMapValues(\.firstSubmit)
            let text = String(decoding: try JSONEncoder().encode(arrivals), as: UTF8.self)
            return try await carryOut(.json(text), context)
        }
        router.post("/simulator/switches") { request, context in
            let body = try await request.body.collect(upTo: 4096)
            guard let switches = try? JSONDecoder().decode(Switches.self, from: Data(body.readableBytesView)) else {
                return try await carryOut(.json(WireText.refused(400, "not the switches"), status: 400), context)
            }
            api.state.withLock { $0.switches = switches }
            return try await carryOut(.json("{}"), context)
        }
        router.post("/simulator/reset") { _, context in
            api.ledger.reset()
            return try await carryOut(.json("{}"), context)
        }
    }

    private func ledgerText() throws -> String {
        struct Page: Encodable {
            var submits, paid, polls, fetches, under_way, max_under_way: Int
            var paid_more_than_once: [String]
            var prompts: [String: LedgerSnapshot.Prompt]
        }
        let seen = api.ledger.snapshot
        let page = Page(
            submits: seen.submits, paid: seen.paid, polls: seen.polls, fetches: seen.fetches,
            under_way: seen.underWay, max_under_way: seen.maxUnderWay, paid_more_than_once: seen.paidMoreThanOnce,
            prompts: seen.prompts)
        return String(decoding: try JSONEncoder().encode(page), as: UTF8.self)
    }

    private static var now: Double { Date().timeIntervalSince1970 }

    private func key(_ request: Request) -> String? { request.headers[.authorization] }

    private static func sample(_ name: String) -> [UInt8]? {
        guard let word = ["bottle.png": "BOTTLE", "shoe.png": "SHOE", "lamp.png": "LAMP"][name],
            let format = PictureFormat(ratio: "1:1", size: "1K")
        else { return nil }
        return PicturePainter(prompt: word, caption: "sample input", inputs: 1, format: format).png()
    }

    private func carryOut(_ reply: Reply, _ context: SimulatorContext) async throws -> Response {
        switch reply {
        case .json(let status, let text, let retryAfter):
            var headers: HTTPFields = [.contentType: "application/json; charset=utf-8"]
            if let retryAfter { headers[.retryAfter] = "\(retryAfter)" }
            return response(status, headers, ByteBuffer(string: text))
        case .html(let status, let text): return response(status, [.contentType: "text/html"], ByteBuffer(string: text))
        case .picture(let bytes): return response(200, [.contentType: "image/png"], ByteBuffer(bytes: bytes))
        case .drop:
            try await context.channel.close()
            return response(200, [:], ByteBuffer())
        case .cutShort(let bytes): return broken(bytes, context)
        case .slowPicture(let bytes, let time): return slow(bytes, time)
        case .endless(let bytes): return endless(bytes)
        }
    }

    private func response(_ status: Int, _ headers: HTTPFields, _ body: ByteBuffer) -> Response {
        Response(status: .init(code: status), headers: headers, body: .init(byteBuffer: body))
    }

    private func broken(_ bytes: [UInt8], _ context: SimulatorContext) -> Response {
        Response(
            status: .ok, headers: [.contentType: "image/png"],
            body: .init(contentLength: bytes.count) { writer in
                try await writer.write(ByteBuffer(bytes: bytes[..<(bytes.count / 2)]))
                try await context.channel.close()
            })
    }

    private func slow(_ bytes: [UInt8], _ time: Int) -> Response {
        Response(
            status: .ok, headers: [.contentType: "image/png"],
            body: .init(contentLength: bytes.count) { writer in
                let size = max(bytes.count / 10, 1)
                for start in stride(from: 0, to: bytes.count, by: size) {
                    try await writer.write(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
                    try await Task.sleep(for: .milliseconds(time / 10))
                }
                try await writer.finish(nil)
            })
    }

    private func endless(_ bytes: [UInt8]) -> Response {
        Response(
            status: .ok, headers: [.contentType: "image/png"],
            body: .init { writer in
                while !Task.isCancelled { try await writer.write(ByteBuffer(bytes: bytes)) }
            })
    }
}

/// What the stand-in does not know it says in JSON, too, as an API does.
struct PlainErrors: RouterMiddleware {
    typealias Context = SimulatorContext

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError {
            let text = WireText.refused(
                error.status.code, "\(request.method.rawValue) \(request.uri.path): \(error.status.reasonPhrase)")
            return Response(
                status: error.status, headers: [.contentType: "application/json; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: text)))
        }
    }
}

/// Knows the request's connection, so that a fault can close it.
struct SimulatorContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Submits with ten long links and a long prompt fit well.
    var maxUploadSize: Int { 4 << 20 }
}
