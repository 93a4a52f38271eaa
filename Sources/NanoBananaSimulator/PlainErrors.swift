// SPDX-License-Identifier: Apache-2.0

internal import Hummingbird
internal import NIOCore

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
