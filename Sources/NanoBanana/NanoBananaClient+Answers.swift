// SPDX-License-Identifier: Apache-2.0

internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1

/// An answer of which less came than was announced, or in other words than was hoped: what there is of it.
struct CutAnswer: Error {
    let answer: AnswerReader
    let reason: any Error
}

extension NanoBananaClient {
    /// Asks a question, which costs nothing. Where the server has closed a connection that was kept, which it may do at
    /// any moment, it is asked once more on a new one.
    func ask(_ url: String, asked: EditRequest?) async throws -> AnswerReader {
        let message = HTTPClientRequest(url: url)
        let patience = configuration.answerTimeout
        do {
            return try await send(message, by: questions, within: patience, asked: asked)
        } catch let cut as CutAnswer {
            if cut.answer.mayBeUsedThoughCut { return cut.answer }
            throw cut.reason
        } catch  where SendTrouble(error).mayBeOldConnection {
            do {
                return try await send(message, by: submits, within: patience, asked: asked)
            } catch let cut as CutAnswer {
                throw cut.reason
            }
        }
    }

    /// Throws ``CutAnswer`` where an answer had begun.
    func send(
        _ message: HTTPClientRequest, by client: WebClient, within patience: Duration, asked: EditRequest?
    ) async throws -> AnswerReader {
        let answerTime = TimeAmount(patience)
        let limit = clock.limit(TimeAmount(configuration.connectTimeout) + answerTime)
        defer { limit.end() }
        return try await withThrowingTaskGroup(of: AnswerReader?.self) { group in
            group.addTask { try await self.exchange(message, by: client, asked: asked) { limit.restart(answerTime) } }
            group.addTask {
                await limit.isOver()
                return nil
            }
            if let answer = try await group.next() ?? nil {
                group.cancelAll()
                return answer
            }
            return try await late(&group)
        }
    }

    /// The time is over: what has come until now is all.
    private func late(_ group: inout ThrowingTaskGroup<AnswerReader?, any Error>) async throws -> AnswerReader {
        group.cancelAll()
        do {
            if let answer = try await group.next() ?? nil { return answer }
        } catch let cut as CutAnswer {
            // A caller that is cancelled ends the limit, too, and at times before the exchange.
            throw Task.isCancelled ? cut : CutAnswer(answer: cut.answer, reason: HTTPClientError.deadlineExceeded)
        } catch {
            throw Task.isCancelled ? error : HTTPClientError.deadlineExceeded
        }
        throw HTTPClientError.deadlineExceeded
    }

    /// - Parameter begun: the answer has begun.
    private func exchange(
        _ message: HTTPClientRequest, by client: WebClient, asked: EditRequest?, begun: () -> Void
    ) async throws -> AnswerReader {
        var message = message
        message.headers.add(name: "accept", value: "application/json")
        message.headers.add(name: "accept-encoding", value: "identity")
        message.headers.add(name: "user-agent", value: "bananadrop")
        var sent = secrets
        if let key = key() {
            message.headers.add(name: "authorization", value: key.text)
            sent.add(key)
        }
        let response = try await client.execute(message, to: destination, deadline: .distantFuture)
        begun()
        let (body, loss) = await collect(response.body)
        let (known, limit) = (sent, configuration.maxAnswerBytes)
        let answer = await HeavyWork.run(bytes: body.readableBytes) {
            AnswerReader(response, body: body, sent: known, asked: asked, limit: limit)
        }
        if let loss { throw CutAnswer(answer: answer, reason: loss) }
        return answer
    }

    /// What came of a body, and why no more.
    private func collect(_ body: HTTPClientResponse.Body) async -> (bytes: ByteBuffer, loss: (any Error)?) {
        var bytes = ByteBuffer()
        do {
            for try await part in body {
                guard bytes.readableBytes + part.readableBytes <= configuration.maxAnswerBytes else {
                    return (bytes, NIOTooManyBytesError(maxBytes: configuration.maxAnswerBytes))
                }
                if bytes.readableBytes == 0 { bytes = part } else { bytes.writeImmutableBuffer(part) }
            }
            return (bytes, nil)
        } catch {
            return (bytes, error)
        }
    }
}

extension AnswerReader {
    init(_ response: HTTPClientResponse, body: ByteBuffer, sent: Redaction, asked: EditRequest?, limit: Int) {
        let headers = response.headers
        self.init(
            status: Int(response.status.code),
            retryAfter: RetryAfter.read(headers.first(name: "retry-after"), now: Date().timeIntervalSince1970),
            serverTime: HTTPDate.seconds(headers.first(name: "date")), location: headers.first(name: "location"),
            body: body, encoding: headers.first(name: "content-encoding"), sent: sent, asked: asked, limit: limit)
    }

    /// Whether a task is named in what there is of the answer.
    var namesTask: Bool { !places.namedTasks.isEmpty }
}
